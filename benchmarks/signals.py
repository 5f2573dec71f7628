"""Signals per tick: each indicator, and all of them together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks import scenarios
from trading import assembly

if TYPE_CHECKING:
    from collections.abc import Callable

WARM_UP = 100
"""Ticks before the measured ones: every indicator has a value by then."""


class Engine:
    """All indicators together."""

    def setup(self) -> None:
        """Make the ticks."""
        self.warm_up = scenarios.book_updates(WARM_UP, seed=2)
        self.updates = scenarios.book_updates()

    def latency_on_update(self) -> tuple[Callable[[Any], Any], list[Any]]:
        """Time each tick."""
        return self._engine().on_update, self.updates

    def time_on_updates(self) -> None:
        """Throughput: all ticks."""
        on_update = self._engine().on_update
        for update in self.updates:
            on_update(update)

    def peakmem_engine(self) -> None:
        """Peak memory after all ticks."""
        self.time_on_updates()

    def _engine(self) -> Any:
        engine = assembly.build_signals()
        for update in self.warm_up:
            engine.on_update(update)
        return engine


class Indicator:
    """Each indicator alone."""

    params = ("relative_strength_index", "moving_average_convergence_divergence", "bollinger_bands")
    param_names = ("indicator",)

    def setup(self, indicator: str) -> None:
        """Make the prices."""
        self.build = getattr(assembly, f"build_{indicator}")
        self.prices = [update.bid_price_ticks for update in scenarios.book_updates(WARM_UP + scenarios.OPERATIONS)]

    def latency_update(self, _indicator: str) -> tuple[Callable[[float], Any], list[int]]:
        """Time each price."""
        update = self.build().update
        for price in self.prices[:WARM_UP]:
            update(price)
        return update, self.prices[WARM_UP:]
