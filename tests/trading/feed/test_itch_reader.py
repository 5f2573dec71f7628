from __future__ import annotations

import gzip
import struct
from typing import TYPE_CHECKING

import pytest

from trading.errors import ConfigurationError, CorruptInputError
from trading.feed import ItchReader
from trading.records import EventType, FeedEvent, Side

if TYPE_CHECKING:
    from pathlib import Path

STOCK = b"AMZN    "


def header(message_type: bytes, locate: int, time_ns: int) -> bytes:
    # Written out from the specification, apart from the layouts that the reader uses.
    return message_type + struct.pack(">HH", locate, 0) + time_ns.to_bytes(6, "big")


def framed(*messages: bytes) -> bytes:
    return b"".join(struct.pack(">H", len(message)) + message for message in messages)


def add(order_id: int, *, time_ns: int = 5, side: bytes = b"B", stock: bytes = STOCK, locate: int = 7) -> bytes:
    return header(b"A", locate, time_ns) + struct.pack(">QcI8sI", order_id, side, 100, stock, 2_238_100)


def event(event_type: EventType, order_id: int, lots: int, time_ns: int = 6) -> FeedEvent:
    return FeedEvent(time_ns, event_type, order_id, Side.BUY, 2_238_100, lots)


ADDED = event(EventType.ADD, 1, 100, 5)


def read(path: Path, content: bytes, symbol: str | None = None) -> list[FeedEvent]:
    path.write_bytes(content)
    return list(ItchReader(path, symbol))


@pytest.mark.parametrize(
    ("message", "events"),
    [
        (header(b"E", 7, 6) + struct.pack(">QIQ", 1, 30, 9), [event(EventType.EXECUTE, 1, 30)]),
        (header(b"C", 7, 6) + struct.pack(">QIQcI", 1, 30, 9, b"Y", 5), [event(EventType.EXECUTE, 1, 30)]),
        (header(b"X", 7, 6) + struct.pack(">QI", 1, 40), [event(EventType.REDUCE, 1, 40)]),
        (header(b"D", 7, 6) + struct.pack(">Q", 1), [event(EventType.DELETE, 1, 100)]),
        (
            header(b"U", 7, 6) + struct.pack(">QQII", 1, 2, 60, 2_238_200),
            [event(EventType.DELETE, 1, 100), FeedEvent(6, EventType.ADD, 2, Side.BUY, 2_238_200, 60)],
        ),
        (
            header(b"F", 7, 6) + struct.pack(">QcI8sI4s", 2, b"S", 8, STOCK, 2_238_300, b"GSCO"),
            [FeedEvent(6, EventType.ADD, 2, Side.SELL, 2_238_300, 8)],
        ),
        (
            header(b"P", 7, 6) + struct.pack(">QcI8sIQ", 0, b"S", 8, STOCK, 2_238_300, 9),
            [FeedEvent(6, EventType.HIDDEN_EXECUTE, 0, Side.SELL, 2_238_300, 8)],
        ),
        (
            header(b"Q", 7, 6) + struct.pack(">Q8sIQc", 8, STOCK, 2_238_300, 9, b"O"),
            [FeedEvent(6, EventType.CROSS, 0, Side.BUY, 2_238_300, 8)],
        ),
        (
            header(b"H", 7, 6) + struct.pack(">8scc4s", STOCK, b"H", b" ", b"T1  "),
            [FeedEvent(6, EventType.HALT, 0, Side.SELL, -1, 0)],
        ),
        (header(b"S", 0, 6) + b"Q", []),
    ],
)
def test_each_message_becomes_the_events_that_it_means(tmp_path: Path, message: bytes, events: list[FeedEvent]) -> None:
    assert read(tmp_path / "f", framed(add(1), message)) == [ADDED, *events]


def test_lots_are_followed_through_executions_and_cancels(tmp_path: Path) -> None:
    messages = (
        add(1),
        header(b"E", 7, 6) + struct.pack(">QIQ", 1, 30, 9),
        header(b"X", 7, 6) + struct.pack(">QI", 1, 40),
        header(b"D", 7, 6) + struct.pack(">Q", 1),
    )
    assert [one.quantity_lots for one in read(tmp_path / "f", framed(*messages))] == [100, 30, 40, 30]


def test_a_stock_is_picked_out_of_many_by_its_number(tmp_path: Path) -> None:
    directory = header(b"R", 7, 1) + STOCK + b"QN\x00\x00\x00dNCZ PNN1N\x00\x00\x00\x00N"
    other = add(2, stock=b"AAPL    ", locate=8)
    path = tmp_path / "f"
    path.write_bytes(framed(directory, other, add(1), header(b"D", 8, 6) + struct.pack(">Q", 2)))
    reader = ItchReader(path, "AMZN")
    assert list(reader) == [ADDED]
    assert reader.other_stocks_messages == 2
    reader = ItchReader(path)
    with pytest.raises(ConfigurationError, match="orders of several stocks, AAPL and AMZN among them; choose one"):
        list(reader)


def test_types_that_are_not_needed_are_skipped_by_length_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "f"
    unneeded = [header(b"I", 7, 5) + bytes(39), header(b"N", 7, 5) + bytes(9), header(b"I", 7, 5) + bytes(39)]
    path.write_bytes(framed(*unneeded, add(1)))
    reader = ItchReader(path)
    assert list(reader) == [ADDED]
    assert reader.skipped_messages == {"I": 2, "N": 1}


def test_a_length_of_zero_ends_the_session(tmp_path: Path) -> None:
    assert read(tmp_path / "f", framed(add(1)) + b"\0\0") == [ADDED]


FIRST = framed(add(1))


@pytest.mark.parametrize(
    ("rest", "message"),
    [
        (b"\0", "ends inside the length"),
        (b"\0\x24A", "ends after 1 of the 36 bytes"),
        (b"\0\0more", "more after the end of the session"),
        (framed(b"D"), "1 bytes are too few"),
        (framed(header(b"\x01", 7, 6)), r"b'\\x01' is no message type"),
        (framed(header(b"D", 7, 6) + bytes(9)), "message D has 20 bytes instead of 19"),
        (framed(header(b"D", 7, 6) + struct.pack(">Q", 2)), "order 2 is not live"),
        (framed(header(b"X", 7, 6) + struct.pack(">QI", 1, 101)), "cannot take 101 shares off order 1, which has 100"),
        (framed(header(b"X", 7, 6) + struct.pack(">QI", 2, 1)), "order 2 is not live"),
        (framed(header(b"E", 7, 6) + struct.pack(">QIQ", 1, 0, 9)), "cannot take 0 shares off order 1"),
        (framed(header(b"U", 7, 6) + struct.pack(">QQII", 1, 1, 60, 5)), "order 1 is live already"),
        (framed(header(b"H", 7, 6) + struct.pack(">8scc4s", STOCK, b"!", b" ", b"    ")), "is no trading state"),
        (framed(add(1, time_ns=6)), "order 1 is live already"),
        (framed(add(0, time_ns=6)), "must be greater than zero"),
        (framed(add(2, side=b"?")), r"b'\?' is no buy/sell indicator"),
        (framed(add(2, time_ns=4)), "the time is before that of the message before"),
        (framed(add(2, stock=b"\xff" * 8, locate=8)), "can't decode byte"),
    ],
)
def test_a_broken_message_is_named_by_its_byte_after_everything_before_it(
    tmp_path: Path, rest: bytes, message: str
) -> None:
    path = tmp_path / "f"
    path.write_bytes(FIRST + rest)
    feed = iter(ItchReader(path))
    assert next(feed) == ADDED
    with pytest.raises(CorruptInputError, match=message) as raised:
        next(feed)
    assert str(raised.value).startswith(f"{path}, byte ")
    # The message of a length of zero is the length itself; all others begin where the first one ends.
    assert f"byte {len(FIRST)}:" in str(raised.value)


def test_a_packed_file_that_was_cut_is_named(tmp_path: Path) -> None:
    path = tmp_path / "f.gz"
    path.write_bytes(gzip.compress(framed(*(add(number + 1) for number in range(5_000))))[:-20])
    events: list[FeedEvent] = []
    with pytest.raises(CorruptInputError, match=r"f\.gz: broken after the message at byte \d+: "):
        events.extend(ItchReader(path))
    assert events


def test_it_can_be_read_again_from_the_start(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(FIRST)
    reader = ItchReader(path)
    assert list(reader) == list(reader) == [ADDED]
