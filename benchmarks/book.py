"""The order book: one operation at a time, whole streams, memory."""

from __future__ import annotations

import sys
from array import array
from typing import TYPE_CHECKING, Any

from benchmarks import scenarios
from trading import assembly

if TYPE_CHECKING:
    from collections.abc import Callable

    from trading.book import OrderBook
    from trading.records import Order

RESTING = 1_500
LOOKS = 20_000


class Cancel:
    """Cancel resting orders of a book that is full at first and half empty at the end."""

    def setup(self) -> None:
        """Choose what rests and what is cancelled."""
        self.resting = scenarios.resting_orders(2 * scenarios.OPERATIONS)
        self.order_ids = [order.order_id for order in self.resting[:: len(self.resting) // scenarios.OPERATIONS]]

    def latency_cancel(self) -> tuple[Callable[[int], int], list[int]]:
        """Time each cancel."""
        return filled_book(self.resting).cancel, self.order_ids


class Submit:
    """Send orders to a book."""

    def setup(self) -> None:
        """Choose what rests and what arrives."""
        self.resting = scenarios.resting_orders(RESTING)
        self.passive = scenarios.resting_orders(scenarios.OPERATIONS, seed=2, first_id=1_000_000)
        self.aggressive = scenarios.market_orders(scenarios.OPERATIONS)
        self.deep = scenarios.resting_orders(2 * RESTING)

    def latency_limit(self) -> tuple[Callable[[Order], Any], list[Order]]:
        """Time each limit order that comes to rest."""
        return filled_book(self.resting).submit, self.passive

    def latency_market(self) -> tuple[Callable[[Order], Any], list[Order]]:
        """Time each market order, from part of one order to sweeps over several levels."""
        return filled_book(self.deep).submit, self.aggressive


class Events:
    """Apply a whole market's events, in four kinds of market."""

    params = ("steady", "deep", "thin", "cancel_storm")
    param_names = ("scenario",)

    def setup(self, scenario: str) -> None:
        """Make the scenario's events."""
        self.before, self.events = scenarios.market_events(scenario)

    def latency_apply(self, _scenario: str) -> tuple[Callable[[Any], Any], list[Any]]:
        """Time each event."""
        return self._book().apply, self.events

    def time_apply_all(self, _scenario: str) -> None:
        """Throughput: fill a book and apply all events."""
        apply = self._book().apply
        for event in self.events:
            apply(event)

    def peakmem_book(self, _scenario: str) -> None:
        """Peak memory with the book at its fullest."""
        self._book()

    def track_blocks_a_resting_order(self, _scenario: str) -> float:
        """Count the memory blocks that a resting order costs."""
        before = sys.getallocatedblocks()
        book = self._book()
        return (sys.getallocatedblocks() - before) / len(book)

    track_blocks_a_resting_order.unit = "blocks"  # type: ignore[attr-defined]

    def _book(self) -> OrderBook:
        book = assembly.build_book()
        for event in self.before:
            book.apply(event)
        return book


class Read:
    """Read what a strategy reads after each event."""

    def setup(self) -> None:
        """Fill a book."""
        self.book = filled_book(scenarios.resting_orders(RESTING))

    def latency_top(self) -> tuple[Callable[[int], Any], list[int]]:
        """Time reading the best bid and ask."""
        return self.book.top, list(range(scenarios.OPERATIONS))

    def latency_imbalance(self) -> tuple[Callable[[int], float], list[int]]:
        """Time the imbalance over one to twenty levels."""
        return self.book.imbalance, [1 + number % 20 for number in range(scenarios.OPERATIONS)]


class Shared:
    """One writer and several readers in native threads."""

    params = (0, 1, 2, 4)
    param_names = ("readers",)

    def setup(self, _readers: int) -> None:
        """Pack a market's events; skipped where the book is one that threads cannot share."""
        self.book = assembly.build_book()
        if not hasattr(self.book, "run_beside_readers"):
            raise NotImplementedError
        before, events = scenarios.market_events("steady")
        fields = array("q")
        for event in before + events:
            fields.extend(event)
        self.packed = fields.tobytes()

    def time_events_beside_readers(self, readers: int) -> None:
        """Throughput: the events of a whole market, while each reader looks at the top 20,000 times at least."""
        assembly.build_book().run_beside_readers(self.packed, readers, looks=LOOKS)  # type: ignore[attr-defined]


def filled_book(orders: list[Order]) -> OrderBook:
    """Build a book in which the given orders rest."""
    book = assembly.build_book()
    for order in orders:
        book.submit(order)
    return book
