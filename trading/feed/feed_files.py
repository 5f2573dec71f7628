"""Feed files of every format: a path comes in; events go out, or come in and are written.

The name decides on the format: one that contains ``itch``, or ends in ``-v50.txt`` as NASDAQ's own files do, is ITCH,
every other one LOBSTER. The last suffix decides on the packing.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from trading.feed.itch_reader import ItchReader
from trading.feed.itch_writer import write_itch
from trading.feed.lobster import read_lobster
from trading.feed.lobster_writer import write_lobster
from trading.feed.packed_files import PACKED_SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from trading.records import FeedEvent


class FeedFormat(Enum):
    """Formats of feed files."""

    LOBSTER = "lobster"
    ITCH = "itch"


def format_of(path: Path) -> FeedFormat:
    """Tell a file's format from its name."""
    name = path.name.lower()
    for suffix in PACKED_SUFFIXES:
        name = name.removesuffix(suffix)
    return FeedFormat.ITCH if "itch" in name or name.endswith("-v50.txt") else FeedFormat.LOBSTER


def read_feed(path: Path, symbol: str | None = None, feed_format: FeedFormat | None = None) -> Iterable[FeedEvent]:
    """Read a file; errors are those of :func:`read_lobster` and :class:`ItchReader`.

    Parameters
    ----------
    path
        The file.
    symbol
        Which stock of an ITCH file; not needed where there is only one. A LOBSTER file does not name its stock.
    feed_format
        By default that of the file's name.
    """
    if (feed_format or format_of(path)) is FeedFormat.ITCH:
        return ItchReader(path, symbol)
    return read_lobster(path)


def write_feed(events: Iterable[FeedEvent], path: Path, symbol: str, feed_format: FeedFormat | None = None) -> int:
    """Write a file and return the number of events; errors are those of :func:`write_lobster` and :func:`write_itch`.

    Parameters
    ----------
    events
        What an exchange publishes.
    path
        The file; it appears when it is complete.
    symbol
        The stock that an ITCH file names.
    feed_format
        By default that of the file's name.
    """
    if (feed_format or format_of(path)) is FeedFormat.ITCH:
        return write_itch(events, path, symbol)
    return write_lobster(events, path)
