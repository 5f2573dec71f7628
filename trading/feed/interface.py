"""What every feed promises: a source of market data comes in, feed events in order of time go out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trading.records import FeedEvent


class Feed(Protocol):
    """A stream of feed events; a generator is one.

    Events come one at a time, in order of time, in constant memory. A feed that reads a recording raises
    :class:`trading.errors.CorruptInputError` where the recording cannot be read on, after it gave out everything
    before that place.
    """

    def __iter__(self) -> Iterator[FeedEvent]:
        """Give out the events from the first one on."""
