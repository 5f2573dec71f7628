from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest

from trading.errors import ConfigurationError
from trading.feed import ItchReader, write_itch
from trading.records import EventType, FeedEvent, Side

if TYPE_CHECKING:
    from pathlib import Path

ADDED = FeedEvent(5, EventType.ADD, 1, Side.BUY, 1_000, 100)


def messages_of(path: Path) -> list[bytes]:
    """Split a file by its lengths, apart from the reader."""
    content, found = path.read_bytes(), []
    while content:
        (length,) = struct.unpack_from(">H", content)
        found.append(content[2 : 2 + length])
        content = content[2 + length :]
    return found


def written(path: Path, events: list[FeedEvent], participant: str = "") -> list[bytes]:
    """Write events, hold what is read back against them, and return the messages between the framing ones."""
    assert write_itch(events, path, "AMZN", participant) == len(events)
    session = messages_of(path)
    assert [message[:1] for message in (session[0], session[1], session[-1])] == [b"S", b"R", b"S"]
    return session[2:-1]


def types(messages: list[bytes]) -> bytes:
    return b"".join(message[:1] for message in messages)


def test_a_delete_and_an_add_of_its_side_in_the_same_nanosecond_are_a_replacement(tmp_path: Path) -> None:
    events = [
        ADDED,
        FeedEvent(6, EventType.DELETE, 1, Side.BUY, 1_000, 100),
        FeedEvent(6, EventType.ADD, 2, Side.BUY, 1_001, 60),
    ]
    messages = written(tmp_path / "f", events)
    assert types(messages) == b"AU"
    assert messages[1][11:] == struct.pack(">QQII", 1, 2, 60, 1_001)
    assert list(ItchReader(tmp_path / "f")) == events


@pytest.mark.parametrize(
    "follower",
    [
        FeedEvent(7, EventType.ADD, 2, Side.BUY, 1_001, 60),
        FeedEvent(6, EventType.ADD, 2, Side.SELL, 1_001, 60),
        FeedEvent(6, EventType.ADD, 1, Side.BUY, 1_001, 60),
        FeedEvent(6, EventType.HIDDEN_EXECUTE, 2, Side.BUY, 1_001, 60),
    ],
    ids=["later", "other side", "same id", "no add"],
)
def test_any_other_delete_stays_one(tmp_path: Path, follower: FeedEvent) -> None:
    events = [ADDED, FeedEvent(6, EventType.DELETE, 1, Side.BUY, 1_000, 100), follower]
    assert types(written(tmp_path / "f", events))[:2] == b"AD"
    assert list(ItchReader(tmp_path / "f")) == events


def test_a_delete_at_the_end_is_not_forgotten(tmp_path: Path) -> None:
    events = [ADDED, FeedEvent(6, EventType.DELETE, 1, Side.BUY, 1_000, 100)]
    assert types(written(tmp_path / "f", events)) == b"AD"


def test_an_execution_at_another_price_says_which(tmp_path: Path) -> None:
    events = [
        ADDED,
        FeedEvent(6, EventType.EXECUTE, 1, Side.BUY, 1_000, 30),
        FeedEvent(7, EventType.EXECUTE, 1, Side.BUY, 990, 70),
    ]
    messages = written(tmp_path / "f", events)
    assert types(messages) == b"AEC"
    assert messages[2][11:] == struct.pack(">QIQcI", 1, 70, 3, b"Y", 990)
    # The visible book changes at the order's price, and that is what the reader gives out.
    assert list(ItchReader(tmp_path / "f"))[-1] == events[-1]._replace(price_ticks=1_000)


def test_orders_are_attributed_to_a_participant(tmp_path: Path) -> None:
    messages = written(tmp_path / "f", [ADDED], "GSCO")
    assert types(messages) == b"F"
    assert messages[0].endswith(b"GSCO")
    assert list(ItchReader(tmp_path / "f")) == [ADDED]


@pytest.mark.parametrize("name", ["TOOLONGNAME", "Ä", " A"])
def test_a_name_that_does_not_fit_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match="ITCH symbol"):
        write_itch([], tmp_path / "f", name)
    with pytest.raises(ConfigurationError, match="ITCH participant"):
        write_itch([], tmp_path / "f", "AMZN", name)
    assert not (tmp_path / "f").exists()


@pytest.mark.parametrize(
    ("event", "complaint"),
    [
        (FeedEvent(5, EventType.MARKET, 1, Side.BUY, 0, 1), "event 2 is a market order"),
        (FeedEvent(1 << 48, EventType.ADD, 2, Side.BUY, 1_000, 1), "event 2 does not fit"),
        (FeedEvent(5, EventType.ADD, 2, Side.BUY, 1 << 32, 1), "event 2 does not fit"),
        (FeedEvent(5, EventType.DELETE, -1, Side.BUY, 1_000, 1), "event 2 does not fit"),
    ],
)
def test_an_event_that_does_not_fit_is_named_and_no_file_appears(
    tmp_path: Path, event: FeedEvent, complaint: str
) -> None:
    with pytest.raises(ConfigurationError, match=complaint):
        write_itch([ADDED, event], tmp_path / "f", "AMZN")
    assert not (tmp_path / "f").exists()
