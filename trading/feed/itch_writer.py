"""Writes NASDAQ TotalView-ITCH 5.0 files of one stock: feed events come in, binary messages go out.

A delete that an order of the same side follows in the same nanosecond is written as what it is on the wire, a
replacement (message U); an execution at another price than the order's as an execution with price (C). For the latter
the writer keeps the live orders; memory is theirs.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING

from trading.errors import ConfigurationError
from trading.feed import itch_messages as layout
from trading.feed.packed_files import create_packed
from trading.records import EventType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from trading.records import FeedEvent

_LOCATE = 1
_SYMBOL_BYTES = 8
_PARTICIPANT_BYTES = 4
_INDICATORS = {sign: indicator for indicator, sign in layout.SIDES.items()}
_STATES = {1: b"T", 0: b"Q", -1: b"H"}
_LAST_TIME_NS = (1 << 48) - 1
# Q: NASDAQ Global Select Market, N: not deficient, round lots of 100, C: common stock, Z: not applicable, P: live.
_DIRECTORY = (b"Q", b"N", 100, b"N", b"C", b"Z ", b"P", b"N", b"N", b"1", b"N", 0, b"N")


def write_itch(events: Iterable[FeedEvent], path: Path | str, symbol: str, participant: str = "") -> int:
    """Write a file, packed by its suffix, and return the number of events.

    System events open and close the session, and a stock directory message names the stock, as in the published files.
    Executions and trades get rising match numbers.

    Parameters
    ----------
    events
        What an exchange publishes: no market orders, and limit orders only when they rest. Times are nanoseconds since
        midnight.
    path
        The file; it appears when it is complete.
    symbol
        The stock, 1 to 8 ASCII characters.
    participant
        Who sent the orders, 1 to 4 ASCII characters: they are written with that attribution (F). Without one they are
        anonymous (A), as most orders are.

    Raises
    ------
    ConfigurationError
        The symbol, the participant or an event does not fit the format; the message names the event by its number.
    MissingPackageError
        The file ends in ``.zst`` and the package for it is not installed.
    OSError
        The file cannot be written.
    """
    writer = _MessageWriter(_padded("symbol", symbol, _SYMBOL_BYTES), participant)
    count = time_ns = 0
    replaceable: FeedEvent | None = None  # a delete that has not been written: the next event may make it a replacement
    with create_packed(Path(path)) as file:
        file.write(_message(b"S", 0, 0, b"O"))
        file.write(_message(b"R", _LOCATE, 0, writer.stock, *_DIRECTORY))
        for count, event in enumerate(events, start=1):
            if replaceable is not None and _is_replacement(replaceable, event):
                file.write(_fitting(writer.replacement, count, replaceable, event))
                replaceable = None
                continue
            if replaceable is not None:
                file.write(_fitting(writer.message, count - 1, replaceable))
            replaceable = event if event.event_type is EventType.DELETE else None
            if replaceable is None:
                file.write(_fitting(writer.message, count, event))
            time_ns = event.time_ns
        if replaceable is not None:
            file.write(_fitting(writer.message, count, replaceable))
        file.write(_message(b"S", 0, time_ns, b"C"))
    return count


def _is_replacement(deleted: FeedEvent, event: FeedEvent) -> bool:
    """Tell whether two events in a row are what the reader makes of one replacement."""
    return (
        event.event_type is EventType.ADD
        and event.time_ns == deleted.time_ns
        and event.side == deleted.side
        and event.order_id != deleted.order_id
    )


def _fitting(write: Callable[..., bytes], number: int, *events: FeedEvent) -> bytes:
    """Write events as one message, or say which one does not fit."""
    try:
        return write(*events, number)
    except (struct.error, KeyError) as error:
        raise ConfigurationError(f"event {number} does not fit an ITCH message: {events[-1]}") from error


class _MessageWriter:
    """Turns events into messages, and remembers the price and lots of each live order."""

    def __init__(self, stock: bytes, participant: str) -> None:
        self.stock = stock
        self._participant = _padded("participant", participant, _PARTICIPANT_BYTES) if participant else b""
        self._live: dict[int, tuple[int, int]] = {}

    def message(self, event: FeedEvent, number: int) -> bytes:  # noqa: PLR0911 - one a message type
        time_ns, event_type, order_id, side, price_ticks, lots = event
        match event_type:
            case EventType.ADD:
                self._live[order_id] = price_ticks, lots
                fields = order_id, _INDICATORS[side], lots, self.stock, price_ticks
                if self._participant:
                    return _message(b"F", _LOCATE, time_ns, *fields, self._participant)
                return _message(b"A", _LOCATE, time_ns, *fields)
            case EventType.REDUCE:
                self._take(order_id, lots)
                return _message(b"X", _LOCATE, time_ns, order_id, lots)
            case EventType.DELETE:
                self._live.pop(order_id, None)
                return _message(b"D", _LOCATE, time_ns, order_id)
            case EventType.EXECUTE:
                if self._take(order_id, lots) in {price_ticks, 0}:
                    return _message(b"E", _LOCATE, time_ns, order_id, lots, number)
                return _message(b"C", _LOCATE, time_ns, order_id, lots, number, b"Y", price_ticks)
            case EventType.HIDDEN_EXECUTE:
                fields = order_id, _INDICATORS[side], lots, self.stock, price_ticks
                return _message(b"P", _LOCATE, time_ns, *fields, number)
            case EventType.CROSS:
                return _message(b"Q", _LOCATE, time_ns, lots, self.stock, price_ticks, number, b"I")
            case EventType.HALT:
                return _message(b"H", _LOCATE, time_ns, self.stock, _STATES[price_ticks], b" ", b"    ")
        raise ConfigurationError(
            f"event {number} is a market order, and a recording has none: write what became of it instead"
        )

    def replacement(self, deleted: FeedEvent, added: FeedEvent, _number: int) -> bytes:
        """Write a delete and an add as one message."""
        time_ns, _, order_id, _, price_ticks, lots = added
        self._live.pop(deleted.order_id, None)
        self._live[order_id] = price_ticks, lots
        return _message(b"U", _LOCATE, time_ns, deleted.order_id, order_id, lots, price_ticks)

    def _take(self, order_id: int, lots: int) -> int:
        """Take lots off a live order and return its price; 0 for one that is not known."""
        price_ticks, live_lots = self._live.get(order_id, (0, 0))
        if live_lots > lots:
            self._live[order_id] = price_ticks, live_lots - lots
        else:
            self._live.pop(order_id, None)
        return price_ticks


def _padded(name: str, text: str, size_bytes: int) -> bytes:
    if not (text.isascii() and text.isprintable() and 0 < len(text.strip()) == len(text) <= size_bytes):
        raise ConfigurationError(f"an ITCH {name} has 1 to {size_bytes} ASCII characters, not {text!r}")
    return text.encode("ascii").ljust(size_bytes)


def _message(message_type: bytes, locate: int, time_ns: int, *fields: bytes | int) -> bytes:
    if not 0 <= time_ns <= _LAST_TIME_NS:
        raise struct.error(f"time {time_ns} does not fit six bytes")
    body = layout.BODIES[message_type]
    time_high, time_low = time_ns >> layout.TIME_SHIFT, time_ns & ((1 << layout.TIME_SHIFT) - 1)
    header = layout.HEADER.pack(message_type, locate, 0, time_high, time_low)
    return layout.LENGTH_PREFIX.pack(layout.LENGTHS[message_type]) + header + body.pack(*fields)
