"""The whole system: from a feed event to our order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks import scenarios
from trading import assembly

if TYPE_CHECKING:
    from collections.abc import Callable

    from trading.pipeline import Pipeline


class System:
    """Every component in one thread, in two kinds of market."""

    params = ("steady", "thin")
    param_names = ("scenario",)

    def setup(self, scenario: str) -> None:
        """Make the scenario's events."""
        self.before, self.events = scenarios.market_events(scenario)

    def latency_tick_to_order(self, _scenario: str) -> tuple[Callable[[Any], Any], list[Any]]:
        """Time each event, through book, signals, strategy, risk, orders and positions."""
        return self._pipeline().on_event, self.events

    def time_events(self, _scenario: str) -> None:
        """Throughput: all events."""
        self._pipeline().run(self.events)

    def peakmem_system(self, _scenario: str) -> None:
        """Peak memory of the running system."""
        self._pipeline().run(self.events)

    def _pipeline(self) -> Pipeline:
        pipeline = assembly.build_pipeline()
        pipeline.run(self.before)
        return pipeline
