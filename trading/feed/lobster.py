"""Reads LOBSTER message files: comma-separated text comes in, feed events go out.

A row is ``time in seconds after midnight, type, order id, size, price, direction``; a header row may stand before the
first one. Prices stay in LOBSTER's unit, a ten-thousandth of a dollar, as ticks; direction is that of the resting
order, also for executions. Files whose names end in ``.xz``, ``.gz`` or ``.zst`` are unpacked while reading.
"""

from __future__ import annotations

from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from trading.errors import CorruptInputError
from trading.feed.packed_files import UNPACKING_ERRORS, open_packed
from trading.records import EventType, FeedEvent, Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_EVENT_TYPES = {
    "1": EventType.ADD,
    "2": EventType.REDUCE,
    "3": EventType.DELETE,
    "4": EventType.EXECUTE,
    "5": EventType.HIDDEN_EXECUTE,
    "6": EventType.CROSS,
    "7": EventType.HALT,
}
_SIDES = {"1": Side.BUY, "-1": Side.SELL}
_WITH_ORDER = frozenset({EventType.ADD, EventType.REDUCE, EventType.DELETE, EventType.EXECUTE})
_COLUMNS = 6
_LARGEST = 2**63 - 1
_FRACTION_DIGITS = 9


def read_lobster(path: Path | str) -> Iterator[FeedEvent]:
    """Read a message file event by event.

    Parameters
    ----------
    path
        The file; ``.xz``, ``.gz`` and ``.zst`` are unpacked.

    Raises
    ------
    CorruptInputError
        A row or the compression is broken; everything before it was given out. The message names file and line.
    MissingPackageError
        The file ends in ``.zst`` and the package for it is not installed.
    OSError
        The file cannot be opened or read.
    """
    path = Path(path)
    line_number = 0
    with TextIOWrapper(open_packed(path), encoding="ascii") as lines:
        try:
            for line_number, event in _numbered_events(lines, str(path)):  # noqa: B007 - named when a later read fails
                yield event
        except (*UNPACKING_ERRORS, UnicodeDecodeError) as error:
            raise CorruptInputError(f"{path}: broken after line {line_number}: {error}") from error


def parse_lobster(lines: Iterable[str], name: str) -> Iterator[FeedEvent]:
    """Read rows event by event.

    Parameters
    ----------
    lines
        Rows of text, for instance an open file.
    name
        How messages of errors call them.

    Raises
    ------
    CorruptInputError
        A row is broken; everything before it was given out. The message names `name` and the line.
    """
    for _, event in _numbered_events(lines, name):
        yield event


def _numbered_events(lines: Iterable[str], name: str) -> Iterator[tuple[int, FeedEvent]]:
    last_time_ns = 0
    for line_number, line in enumerate(lines, start=1):
        if line_number == 1 and line[:4].lower() == "time":
            continue
        try:
            event = _parse_row(line)
            if event.time_ns < last_time_ns:
                raise ValueError("the time is before that of the row above")  # noqa: TRY301 - one message below
        except (ValueError, KeyError) as error:
            text = line.strip()
            raise CorruptInputError(f"{name}, line {line_number}: {_reason(error)}: {text[:80]!r}") from error
        last_time_ns = event.time_ns
        yield line_number, event


def _parse_row(line: str) -> FeedEvent:
    fields = line.rstrip().split(",")
    if len(fields) != _COLUMNS:
        raise ValueError(f"{len(fields)} columns instead of {_COLUMNS}")
    time, event_type_text, order_id, size, price, direction = fields
    event_type = _EVENT_TYPES[event_type_text]
    event = FeedEvent(_nanoseconds(time), event_type, int(order_id), _SIDES[direction], int(price), int(size))
    if event_type in _WITH_ORDER and min(event.order_id, event.price_ticks, event.quantity_lots) <= 0:
        raise ValueError("order id, size and price must be greater than zero")
    if max(event.order_id, abs(event.price_ticks), event.quantity_lots) > _LARGEST:
        raise ValueError("a number does not fit 64 bits")
    return event


def _nanoseconds(seconds: str) -> int:
    """Turn decimal seconds into nanoseconds without rounding; binary floating point would lose the last digits."""
    whole, _, fraction = seconds.partition(".")
    if not whole.isdigit() or (fraction and not fraction.isdigit()) or len(fraction) > _FRACTION_DIGITS:
        raise ValueError(f"time {seconds!r} is not a number of seconds with at most {_FRACTION_DIGITS} decimals")
    return int(whole) * 1_000_000_000 + int(fraction.ljust(_FRACTION_DIGITS, "0"))


def _reason(error: ValueError | KeyError) -> str:
    if isinstance(error, KeyError):
        return f"{error.args[0]!r} is no event type or direction"
    return str(error)
