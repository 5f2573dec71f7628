"""Signals: per tick (each indicator, and all of them together), over series of prices, and of many symbols at once."""

from __future__ import annotations

from array import array
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


class Series:
    """Each indicator over whole series of prices."""

    params = ("relative_strength_index", "moving_average_convergence_divergence", "bollinger_bands")
    param_names = ("indicator",)
    length = 1_000
    count = 50

    def setup(self, indicator: str) -> None:
        """Make one long series, of which every operation takes a part."""
        if not hasattr(assembly, "build_array_indicators"):
            raise NotImplementedError("this commit has no indicators over series")
        self.over = getattr(assembly.build_array_indicators(), indicator)
        updates = scenarios.book_updates(self.count + self.length)
        prices = array("d", (update.bid_price_ticks for update in updates))
        self.series = [prices[first : first + self.length] for first in range(self.count)]

    def time_series(self, _indicator: str) -> None:
        """Throughput: fifty series of 1,000 prices. One takes a millisecond: no operation for a p99 of a thousand."""
        for prices in self.series:
            self.over(prices)


class Symbols:
    """All indicators of 64 symbols that tick together."""

    symbols = 64

    def setup(self) -> None:
        """Make the columns of prices, each symbol a random walk of its own."""
        if not hasattr(assembly, "build_many_symbols"):
            raise NotImplementedError("this commit has no indicators of many symbols")
        walks = [scenarios.book_updates(WARM_UP + scenarios.OPERATIONS, seed) for seed in range(self.symbols)]
        self.columns = [
            array("d", (update.bid_price_ticks for update in updates)) for updates in zip(*walks, strict=True)
        ]

    def time_update_many(self) -> None:
        """Throughput: all ticks of all symbols."""
        update_many = assembly.build_many_symbols(self.symbols).update_many
        values = array("d", bytes(8 * 6 * self.symbols))
        for prices in self.columns:
            update_many(prices, values)
