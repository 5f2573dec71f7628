"""Feeds: making synthetic events, parsing recorded ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import scenarios
from trading.feed import generate, parse_lobster

if TYPE_CHECKING:
    from collections.abc import Callable

    from trading.records import FeedEvent

LOBSTER_TYPES = {1: 1, 3: 3, 8: 4}
"""Our ADD, DELETE and MARKET as the LOBSTER types of nearest cost: a new order, a deletion, an execution."""


class Synthetic:
    """The seeded generator."""

    def latency_next_event(self) -> tuple[Callable[[int], FeedEvent], list[int]]:
        """Time each event of a market that has warmed up."""
        events = generate(2 * scenarios.OPERATIONS, seed=1)
        for _ in range(scenarios.OPERATIONS):
            next(events)
        return lambda _: next(events), list(range(scenarios.OPERATIONS))

    def time_generate(self) -> None:
        """Throughput: ten thousand events."""
        for _ in generate(10_000, seed=1):
            pass


class Lobster:
    """The reader of LOBSTER message files."""

    def setup(self) -> None:
        """Write a file's lines."""
        _, events = scenarios.market_events("steady")
        self.lines = [
            f"{34_200 + event.time_ns / 1e9:.9f},{LOBSTER_TYPES[event.event_type]},{event.order_id},"
            f"{event.quantity_lots},{(event.price_ticks or scenarios.MID_TICKS) * 100},{int(event.side)}\n"
            for event in events
        ]

    def latency_parse_line(self) -> tuple[Callable[[int], FeedEvent], list[int]]:
        """Time each line."""
        events = parse_lobster(self.lines, "benchmark")
        return lambda _: next(events), list(range(len(self.lines)))

    def time_parse(self) -> None:
        """Throughput: all lines."""
        for _ in parse_lobster(self.lines, "benchmark"):
            pass
