"""Positions: one fill at a time, and fills from two threads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks import scenarios
from trading import assembly

if TYPE_CHECKING:
    from collections.abc import Callable


class Apply:
    """Fills that open, enlarge, reduce, close and turn a position."""

    def setup(self) -> None:
        """Make the fills."""
        self.fills = scenarios.fills()

    def latency_apply(self) -> tuple[Callable[[Any], Any], list[Any]]:
        """Time each fill."""
        return assembly.build_positions().apply, self.fills

    def time_apply_all(self) -> None:
        """Throughput: all fills."""
        apply = assembly.build_positions().apply
        for fill in self.fills:
            apply(fill)


class Threads:
    """Two threads, each with a symbol of its own: what they share is locks and, unless kept apart, cache lines."""

    def setup(self) -> None:
        """Make a stream of fills a thread."""
        fills = scenarios.fills()
        self.streams = [[fill._replace(symbol=symbol) for fill in fills] for symbol in ("ABC", "XYZ")]

    def time_two_threads(self) -> None:
        """Throughput: the fills of both streams, twenty times over."""
        assembly.build_positions().apply_streams(self.streams, 20)
