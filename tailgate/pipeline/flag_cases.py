"""One benchmark under one switch: what is measured of it so far. In: pairs and counts. Out: effects."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tailgate import compare, decide
from tailgate.flag_records import Count, FlagEffect, Metric, Switch
from tailgate.records import RatioInterval

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tailgate.records import BenchmarkId, BenchmarkSpecification, Failure, Fingerprint

PRECISION = 0.02
"""An effect is known well enough when its interval reaches no further than this to either side (logarithm)."""

MINIMUM_PAIRS = 4
MAXIMUM_PAIRS = 14


@dataclass(slots=True)
class FlagCase:
    """A benchmark that a switch touches.

    Attributes
    ----------
    is_timing
        Whether it is of type ``time``: whole calls, from which only a throughput follows.
    failure
        What broke; it is not measured any more then.
    is_counted
        Whether the counting tools have been through it.
    """

    switch: Switch
    specification: BenchmarkSpecification
    is_timing: bool
    pairs: list[compare.Pair] = field(default_factory=list)
    failure: Failure | None = None
    is_counted: bool = False

    @property
    def benchmark(self) -> BenchmarkId:
        """What is measured."""
        return self.specification.benchmark

    @property
    def label(self) -> str:
        """Flag and benchmark as people read them."""
        return f"{self.switch.name}: {self.benchmark.label}"

    @property
    def is_countable(self) -> bool:
        """Whether the counting tools have it still before them; threads that wait for each other count differently."""
        return not (self.is_timing or self.is_counted or self.failure is not None)

    def is_settled(self) -> bool:
        """Whether more pairs would not say much more."""
        if self.failure is not None or len(self.pairs) >= MAXIMUM_PAIRS:
            return True
        if len(self.pairs) < MINIMUM_PAIRS:
            return False
        decisive = Metric.THROUGHPUT if self.is_timing else Metric.P99
        (estimate,) = (item for item in self._estimates() if item.metric is decisive)
        shown = decide.interval(estimate.effect)
        return max(math.log(shown.high / shown.ratio), math.log(shown.ratio / shown.low)) <= PRECISION

    def timed_effects(self, commit: str, fingerprint: Fingerprint) -> Iterator[FlagEffect]:
        """Say what the pairs show, a metric at a time."""
        for estimate in self._estimates():
            yield self._effect(
                estimate.metric,
                (estimate.baseline, estimate.candidate),
                decide.interval(estimate.effect),
                estimate.tool,
                commit,
                fingerprint,
            )

    def counted_effects(
        self, off: Sequence[Count], on: Sequence[Count], commit: str, fingerprint: Fingerprint
    ) -> Iterator[FlagEffect]:
        """Say what two counts show: they are exact, so that the interval is the ratio."""
        for before, after in zip(off, on, strict=True):
            ratio = _ratio(before.value, after.value)
            interval = RatioInterval(ratio, ratio, ratio)
            yield self._effect(
                before.metric, (before.value, after.value), interval, before.tool, commit, fingerprint, processes=1
            )

    def _estimates(self) -> tuple[compare.MetricEstimate, ...]:
        if not self.pairs:
            return ()
        return compare.throughput_metric(self.pairs) if self.is_timing else compare.latency_metrics(self.pairs)

    def _effect(
        self,
        metric: Metric,
        values: tuple[float, float],
        ratio: RatioInterval,
        tool: str,
        commit: str,
        fingerprint: Fingerprint,
        processes: int | None = None,
    ) -> FlagEffect:
        state = f"{self.switch.name} off and on"
        if self.switch.requires:
            state += f", with {', '.join(self.switch.requires)}"
        return FlagEffect(
            flag=self.switch.name,
            requires=self.switch.requires,
            benchmark=self.benchmark,
            metric=metric,
            off=values[0],
            on=values[1],
            ratio=ratio,
            tool=tool,
            processes=len(self.pairs) if processes is None else processes,
            commit=commit,
            fingerprint=replace(fingerprint, flags=state),
            measured_at=datetime.now(UTC),
        )


def _ratio(off: float, on: float) -> float:
    if off:
        return on / off
    return math.inf if on else 1.0
