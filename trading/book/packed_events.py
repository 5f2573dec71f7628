"""Feed events as one piece of memory: events come in, bytes go out, which a native book applies in one call.

Each event is its six fields in their order, each as a signed integer of 8 bytes in the order of this machine.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trading.records import FeedEvent


def pack_events(events: Iterable[FeedEvent]) -> bytes:
    """Pack events for :meth:`trading.book.interface.NativeOrderBook.run`.

    Raises
    ------
    OverflowError
        A field does not fit 64 bits.
    """
    fields = array("q")
    for event in events:
        fields.extend(event)
    return fields.tobytes()
