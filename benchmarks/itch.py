"""The reader of NASDAQ ITCH 5.0 files."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import scenarios
from trading.feed import ItchReader, write_itch
from trading.records import EventType, FeedEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Read:
    """A session of orders that arrive, rest and are cancelled."""

    def setup(self) -> None:
        """Write the session's file."""
        orders = scenarios.resting_orders(scenarios.OPERATIONS // 2)
        arrivals = [
            FeedEvent(order.time_ns, EventType.ADD, order.order_id, order.side, order.price_ticks, order.quantity_lots)
            for order in orders
        ]
        ends = [
            event._replace(time_ns=event.time_ns + len(orders), event_type=EventType.DELETE) for event in arrivals[::-1]
        ]
        ends.sort(key=lambda event: event.time_ns)
        self.folder = tempfile.TemporaryDirectory(prefix="itch-")
        self.path = Path(self.folder.name) / "session.itch"
        self.events = write_itch([*arrivals, *ends], self.path, "BENCH")

    def teardown(self) -> None:
        """Remove the file."""
        self.folder.cleanup()

    def latency_next_event(self) -> tuple[Callable[[int], FeedEvent], list[int]]:
        """Time each event."""
        events = self._events()
        return lambda _: next(events), list(range(self.events))

    def time_read(self) -> None:
        """Throughput: the whole file."""
        for _ in self._events():
            pass

    def _events(self) -> Iterator[FeedEvent]:
        return iter(ItchReader(self.path))
