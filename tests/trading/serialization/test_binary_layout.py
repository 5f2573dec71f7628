from __future__ import annotations

import re
from math import copysign, inf, isnan, nan
from pathlib import Path
from struct import pack, pack_into, unpack, unpack_from
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

import pytest

from trading import native
from trading.errors import CorruptInputError
from trading.records import (
    BookUpdate,
    EventType,
    FeedEvent,
    Fill,
    OperatorAction,
    OperatorCommand,
    Order,
    OrderType,
    Position,
    Side,
    Signal,
    Trade,
)
from trading.serialization import Message

if TYPE_CHECKING:
    from trading.serialization import Serializer

PAGE = (Path(__file__).parents[3] / "docs" / "trading" / "binary_layout.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d) \| (\w+) \| (\d+) \| (.*) \|$", PAGE, flags=re.MULTILINE)
MESSAGES: tuple[Message, ...] = (
    Order(7, Side.SELL, OrderType.MARKET, -(2**63), 2**63 - 1, 34, "ÄÖ", "a long name of an account"),
    Trade(34, 1, 2, Side.BUY, 100, 5),
    BookUpdate(34, 99, 1, 101, 2),
    Signal(34, 50.5, -0.1, 1e-7, 99.0, 100.25, 101.5, -1.0),
    Fill(34, 7, Side.SELL, 100, 5, "SYNTH"),
    Position("", -5, -500, 12),
    FeedEvent(34, EventType.MARKET, 0, Side.SELL, 100, 5),
    OperatorCommand(34, OperatorAction.REENABLE_STRATEGY, "A. N. Other", "\ud800 half a pair"),
)
ORDER = Order(1, Side.BUY, OrderType.LIMIT, 3, 4, 5, "SYMBOL", "HOUSE")
SIGNAL = Signal(1, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0)


class Documented(NamedTuple):
    """A row of the page."""

    type: int
    end: int
    fields: list[tuple[str, str, int]]


def documented(row: tuple[str, str, str, str]) -> Documented:
    fields = [field.split(" ") for field in row[3].split(", ")]
    return Documented(int(row[0]), int(row[2]), [(name, kind, int(offset)) for name, kind, offset in fields])


PAGE_ROWS = {row[1]: documented(row) for row in ROWS}


@pytest.fixture
def serializer() -> Serializer:
    return native.load("plain").BinarySerializer()


def written_by_the_page(message: Message) -> bytes:
    row = PAGE_ROWS[type(message).__name__]
    data = bytearray(row.end)
    data[0] = 1 << 4 | row.type
    for (name, kind, offset), value in zip(row.fields, message, strict=True):
        assert value == getattr(message, name)
        if kind == "enumeration":
            pack_into("<b", data, offset, value)
        elif kind == "text":
            encoded = str(value).encode("utf-8", "surrogatepass")
            pack_into("<H", data, offset, len(encoded))
            data += encoded
        else:
            pack_into({"int": "<q", "float": "<d"}[kind], data, offset, value)
    return bytes(data)


def test_the_page_names_every_message_and_its_fields() -> None:
    assert list(PAGE_ROWS) == [record.__name__ for record in get_args(Message)]
    for number, record in enumerate(get_args(Message), start=1):
        row = PAGE_ROWS[record.__name__]
        assert row.type == number
        assert tuple(name for name, _, _ in row.fields) == record._fields


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_the_bytes_are_what_the_page_says(serializer: Serializer, message: Message) -> None:
    data = serializer.encode(message)
    assert data == written_by_the_page(message)
    decoded = serializer.decode(data)
    assert decoded == message
    assert type(decoded) is type(message)
    assert [type(value) for value in decoded] == [type(value) for value in message]


def test_nan_keeps_its_bits_and_zero_its_sign(serializer: Serializer) -> None:
    strange = unpack("<d", bytes.fromhex("0100000000adf8ff"))[0]
    decoded = serializer.decode(serializer.encode(Signal(1, nan, -nan, strange, -0.0, 5e-324, 1.0, 1.0)))
    assert isinstance(decoded, Signal)
    assert isnan(decoded.relative_strength_index)
    assert pack("<d", decoded.macd_signal) == pack("<d", strange)
    assert (decoded.bollinger_lower, copysign(1, decoded.bollinger_lower)) == (0.0, -1.0)
    assert decoded.bollinger_middle == 5e-324


def test_any_buffer_is_read_in_place(serializer: Serializer) -> None:
    data = serializer.encode(ORDER)
    framed = b"before" + data + b"after"
    for buffer in (bytearray(data), memoryview(data), memoryview(framed)[6 : 6 + len(data)]):
        assert serializer.decode(buffer) == ORDER  # type: ignore[arg-type]  # more than the protocol asks for


def test_a_text_that_comes_again_is_the_same_object(serializer: Serializer) -> None:
    data = serializer.encode(ORDER)
    first, second = serializer.decode(data), serializer.decode(data)
    assert isinstance(first, Order)
    assert isinstance(second, Order)
    assert first.symbol is second.symbol


def test_texts_that_share_a_place_in_the_table_are_told_apart(serializer: Serializer) -> None:
    # Many more than the table has places, of every length around the longest that it keeps.
    orders = [ORDER._replace(symbol=f"{number:0{width}}") for number in range(400) for width in range(1, 20)]
    encoded = [serializer.encode(order) for order in orders]
    for _ in range(2):
        assert [serializer.decode(data) for data in encoded] == orders


def changed(data: bytes, offset: int, form: str, value: object) -> bytes:
    copy = bytearray(data)
    pack_into(form, copy, offset, value)
    return bytes(copy)


def order(**wrong: Any) -> Order:
    return ORDER._replace(**wrong)


def signal(**wrong: Any) -> Signal:
    return SIGNAL._replace(**wrong)


def hostile(serializer: Serializer) -> dict[str, bytes]:
    """Make bytes that are wrong in one place each, by what the error says."""
    order, signal = serializer.encode(ORDER), serializer.encode(SIGNAL)
    assert unpack_from("<HH", order, 4) == (6, 5)
    return {
        "message ends at byte 0; its head ends at byte 8": b"",
        "message ends at byte 7; its head ends at byte 8": order[:7],
        "message has the layout version 2 at byte 0; expected version 1": changed(order, 0, "B", 0x21),
        "expected version 1 (it looks like JSON text)": b'{"type":"Order","order_id":7}',
        "message has the unknown type 0 at byte 0; expected one from 1 to 8": changed(order, 0, "B", 0x10),
        "message has the unknown type 9 at byte 0": changed(order, 0, "B", 0x19),
        "message Order ends at byte 39; its numbers end at byte 40": order[:39],
        "message Order ends at byte 50; the lengths in bytes 4 to 7 say byte 51": order[:-1],
        "message Order ends at byte 52; the lengths in bytes 4 to 7 say byte 51": order + b"X",
        "message Order ends at byte 51; the lengths in bytes 4 to 7 say byte 65580": changed(order, 4, "<H", 0xFFFF),
        'message Order has 0 for "side" at byte 1; expected one of 1, -1': changed(order, 1, "b", 0),
        'message Order has -128 for "side" at byte 1': changed(order, 1, "b", -128),
        'message Order has 2 for "order_type" at byte 2; expected one of 0, 1': changed(order, 2, "b", 2),
        "message Order has 1 at byte 3; expected 0": changed(order, 3, "b", 1),
        "message Signal has 9 at byte 1; expected 0": changed(signal, 1, "b", 9),
        "message Signal has 1 at byte 6; expected 0": changed(signal, 6, "<H", 1) + b"X",
        'message Order has a "symbol" that is not UTF-8 at byte 42': changed(order, 42, "B", 0xFF),
        'message Order has a "account" that is not UTF-8 at byte 50': changed(order, 50, "B", 0xC3),
        'message Signal has an infinite "macd" at byte 24; expected a finite number or NaN': changed(
            signal, 24, "<d", -inf
        ),
    }


def test_what_is_no_message_is_refused_with_the_place(serializer: Serializer) -> None:
    for text, data in hostile(serializer).items():
        with pytest.raises(CorruptInputError) as refused:
            serializer.decode(data)
        assert text in str(refused.value)


@pytest.mark.parametrize(
    ("message", "error", "text"),
    [
        (order(time_ns=2**63), CorruptInputError, 'has more than 64 bits for "time_ns"'),
        (order(time_ns=-(10**5_000)), CorruptInputError, 'has more than 64 bits for "time_ns"'),
        (order(side=0), CorruptInputError, 'has 0 for "side"; expected one of 1, -1'),
        (order(side=257), CorruptInputError, 'has 257 for "side"'),
        (order(side=2**63), CorruptInputError, 'more than 64 bits for "side"'),
        (
            order(symbol="é" * 32_768),
            CorruptInputError,
            'has 65536 bytes for "symbol"; expected at most 65535',
        ),
        (signal(macd=inf), CorruptInputError, 'has an infinite "macd"; expected a finite number or NaN'),
        (order(symbol=1), TypeError, 'has a value of type int for "symbol"; expected a str'),
        (order(time_ns=1.5), TypeError, "float"),
        (signal(macd="1"), TypeError, "real number"),
        (tuple.__new__(Order, (1, 2)), TypeError, "Order expected, with 8 fields"),
        ((1, 2), TypeError, "tuple is not a message; encode one of Order, Trade, BookUpdate, "),
        (None, TypeError, "NoneType is not a message"),
    ],
)
def test_what_cannot_be_written_is_refused(
    serializer: Serializer, message: Any, error: type[Exception], text: str
) -> None:
    with pytest.raises(error, match=re.escape(text)):
        serializer.encode(message)


def test_what_is_no_buffer_is_refused(serializer: Serializer) -> None:
    with pytest.raises(TypeError, match="bytes-like object"):
        serializer.decode("text")  # type: ignore[arg-type]


def test_the_longest_text_survives(serializer: Serializer) -> None:
    command = OperatorCommand(1, OperatorAction.ENGAGE_KILL_SWITCH, "x" * 65_535, "y" * 65_535)
    assert serializer.decode(serializer.encode(command)) == command
