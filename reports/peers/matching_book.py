"""One face for the matching books of all packages: events come in, calls to be timed and what came of them go out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.peers.records import Call
    from trading.records import FeedEvent


class RestingFill(NamedTuple):
    """A trade as every book can tell it."""

    resting_order_id: int
    price_ticks: int
    quantity_lots: int


class MatchingBook(Protocol):
    """A book of whatever package behind one face."""

    @property
    def tells_trades(self) -> bool:
        """Whether the package reports trades at all."""

    def bind(self, events: Sequence[FeedEvent]) -> list[Call]:
        """Make one call an event."""

    def fills(self, result: object) -> list[RestingFill]:
        """Read the trades out of what a call returned."""

    def best_prices(self) -> tuple[int, int]:
        """Best bid and best ask in ticks; 0 where there is none."""
