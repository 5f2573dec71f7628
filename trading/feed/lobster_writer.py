"""Writes LOBSTER message files: feed events come in, comma-separated text goes out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from trading.errors import ConfigurationError
from trading.feed.packed_files import create_packed
from trading.records import EventType

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trading.records import FeedEvent

_NANOSECONDS_A_SECOND = 1_000_000_000


def write_lobster(events: Iterable[FeedEvent], path: Path | str) -> int:
    """Write a message file without a header, packed by its suffix, and return the number of events.

    Times have nine decimals, so that :func:`trading.feed.read_lobster` gives back the same events.

    Parameters
    ----------
    events
        What an exchange publishes: no market orders, and limit orders only when they rest.
    path
        The file; it appears when it is complete.

    Raises
    ------
    ConfigurationError
        An event is a market order, which the format does not have.
    MissingPackageError
        The file ends in ``.zst`` and the package for it is not installed.
    OSError
        The file cannot be written.
    """
    count = 0
    with create_packed(Path(path)) as file:
        for count, event in enumerate(events, start=1):
            file.write(_row(event, count))
    return count


def _row(event: FeedEvent, number: int) -> bytes:
    time_ns, event_type, order_id, side, price_ticks, quantity_lots = event
    if event_type == EventType.MARKET:
        raise ConfigurationError(
            f"event {number} is a market order, and a recording has none: write what became of it instead"
        )
    seconds, nanoseconds = divmod(time_ns, _NANOSECONDS_A_SECOND)
    row = f"{seconds}.{nanoseconds:09d},{event_type:d},{order_id},{quantity_lots},{price_ticks},{side:d}\n"
    return row.encode("ascii")
