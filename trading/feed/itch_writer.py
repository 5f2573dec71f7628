"""Writes NASDAQ TotalView-ITCH 5.0 files of one stock: feed events come in, binary messages go out."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING

from trading.errors import ConfigurationError
from trading.feed import itch_messages as layout
from trading.feed.packed_files import create_packed
from trading.records import EventType

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trading.records import FeedEvent

_LOCATE = 1
_SYMBOL_BYTES = 8
_INDICATORS = {sign: indicator for indicator, sign in layout.SIDES.items()}
_STATES = {1: b"T", 0: b"Q", -1: b"H"}
_LAST_TIME_NS = (1 << 48) - 1
# Q: NASDAQ Global Select Market, N: not deficient, round lots of 100, C: common stock, Z: not applicable, P: live.
_DIRECTORY = (b"Q", b"N", 100, b"N", b"C", b"Z ", b"P", b"N", b"N", b"1", b"N", 0, b"N")


def write_itch(events: Iterable[FeedEvent], path: Path | str, symbol: str) -> int:
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

    Raises
    ------
    ConfigurationError
        The symbol or an event does not fit the format; the message names the event by its number.
    MissingPackageError
        The file ends in ``.zst`` and the package for it is not installed.
    OSError
        The file cannot be written.
    """
    if not (symbol.isascii() and symbol.isprintable() and 0 < len(symbol.strip()) == len(symbol) <= _SYMBOL_BYTES):
        raise ConfigurationError(f"an ITCH symbol has 1 to {_SYMBOL_BYTES} ASCII characters, not {symbol!r}")
    stock = symbol.encode("ascii").ljust(_SYMBOL_BYTES)
    count = time_ns = 0
    with create_packed(Path(path)) as file:
        file.write(_message(b"S", 0, 0, b"O"))
        file.write(_message(b"R", _LOCATE, 0, stock, *_DIRECTORY))
        for count, event in enumerate(events, start=1):
            time_ns = event.time_ns
            try:
                file.write(_message_of(event, stock, count))
            except (struct.error, KeyError) as error:
                raise ConfigurationError(f"event {count} does not fit an ITCH message: {event}") from error
        file.write(_message(b"S", 0, time_ns, b"C"))
    return count


def _message_of(event: FeedEvent, stock: bytes, number: int) -> bytes:  # noqa: PLR0911 - one a message type
    time_ns, event_type, order_id, side, price_ticks, lots = event
    match event_type:
        case EventType.ADD:
            return _message(b"A", _LOCATE, time_ns, order_id, _INDICATORS[side], lots, stock, price_ticks)
        case EventType.REDUCE:
            return _message(b"X", _LOCATE, time_ns, order_id, lots)
        case EventType.DELETE:
            return _message(b"D", _LOCATE, time_ns, order_id)
        case EventType.EXECUTE:
            return _message(b"E", _LOCATE, time_ns, order_id, lots, number)
        case EventType.HIDDEN_EXECUTE:
            return _message(b"P", _LOCATE, time_ns, order_id, _INDICATORS[side], lots, stock, price_ticks, number)
        case EventType.CROSS:
            return _message(b"Q", _LOCATE, time_ns, lots, stock, price_ticks, number, b"I")
        case EventType.HALT:
            return _message(b"H", _LOCATE, time_ns, stock, _STATES[price_ticks], b" ", b"    ")
    raise ConfigurationError(
        f"event {number} is a market order, and a recording has none: write what became of it instead"
    )


def _message(message_type: bytes, locate: int, time_ns: int, *fields: bytes | int) -> bytes:
    if not 0 <= time_ns <= _LAST_TIME_NS:
        raise struct.error(f"time {time_ns} does not fit six bytes")
    body = layout.BODIES[message_type]
    time_high, time_low = time_ns >> layout.TIME_SHIFT, time_ns & ((1 << layout.TIME_SHIFT) - 1)
    header = layout.HEADER.pack(message_type, locate, 0, time_high, time_low)
    return layout.LENGTH_PREFIX.pack(layout.LENGTHS[message_type]) + header + body.pack(*fields)
