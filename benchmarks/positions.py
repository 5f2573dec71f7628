"""Positions: one fill at a time."""

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
