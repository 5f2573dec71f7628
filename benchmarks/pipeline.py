"""The whole system: from a feed event to our order."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from benchmarks import scenarios
from trading import assembly

if TYPE_CHECKING:
    from collections.abc import Callable

    from trading.fused_pipeline import FusedPipeline
    from trading.pipeline import Pipeline


class System:
    """Every component in one thread, in two kinds of market, put together as the commit deploys it."""

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

    def _pipeline(self) -> Pipeline | FusedPipeline:
        pipeline = assembly.build_pipeline()
        pipeline.run(self.before)
        return pipeline


class DrivenFromPython:
    """The same with the loop over the components in Python, as it is where each of them is timed or journaled."""

    def setup(self) -> None:
        """Make the events."""
        if "is_fused" not in inspect.signature(assembly.build_pipeline).parameters:
            raise NotImplementedError("every system of this commit is driven from Python")
        self.before, self.events = scenarios.market_events("steady")

    def latency_tick_to_order(self) -> tuple[Callable[[Any], Any], list[Any]]:
        """Time each event, through book, signals, strategy, risk, orders and positions."""
        pipeline = assembly.build_pipeline(is_fused=False)
        pipeline.run(self.before)
        return pipeline.on_event, self.events
