"""From pairs of processes to every metric that people ask for: p50, p99, p99.9, throughput. In: pairs. Out: estimates.

The gate judges the p99 in two legs; a flag is described by more. Each metric is one log ratio a pair, combined as the
gate combines its legs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tailgate.compare.effects import Prior, estimate_effect
from tailgate.flag_records import Metric
from tailgate.records import Leg

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tailgate.compare.pairs import Pair, SideReading
    from tailgate.records import Effect

INTERLEAVED = "interleaved replays"
DERIVED = "derived from the mean latency"

NANOSECONDS = 1e9


@dataclass(frozen=True, slots=True)
class MetricEstimate:
    """One metric over all pairs of a benchmark.

    Attributes
    ----------
    baseline, candidate
        Medians over processes: nanoseconds for latencies, one in a second for throughput.
    effect
        Of candidate over baseline.
    """

    metric: Metric
    baseline: float
    candidate: float
    effect: Effect
    tool: str


def latency_metrics(pairs: Sequence[Pair]) -> tuple[MetricEstimate, ...]:
    """Estimate every metric of a ``latency_*`` benchmark; at least one pair.

    Throughput is derived: the reciprocal of the mean over operations of the intrinsic profile, which is what one
    thread could do if nothing disturbed it.
    """
    readings: dict[Metric, tuple[Callable[[SideReading], float], Leg, Prior, str]] = {
        Metric.P50: (lambda side: _at_least_one(side.intrinsic.p50_ns), Leg.INTRINSIC, Prior(0.02, 4.0), INTERLEAVED),
        Metric.P99: (lambda side: _at_least_one(side.intrinsic.p99_ns), Leg.INTRINSIC, Prior(0.02, 4.0), INTERLEAVED),
        Metric.P999: (lambda side: _at_least_one(side.intrinsic.p999_ns), Leg.INTRINSIC, Prior(0.04, 4.0), INTERLEAVED),
        Metric.RAW_P99: (lambda side: _at_least_one(side.raw.p99_ns), Leg.RAW, Prior(0.035, 4.0), INTERLEAVED),
        Metric.RAW_P999: (lambda side: _at_least_one(side.raw.p999_ns), Leg.RAW, Prior(0.1, 4.0), INTERLEAVED),
        Metric.THROUGHPUT: (_mean_throughput, Leg.INTRINSIC, Prior(0.02, 4.0), DERIVED),
    }
    return tuple(
        _estimate(metric, pairs, read, prior, leg, tool) for metric, (read, leg, prior, tool) in readings.items()
    )


def throughput_metric(pairs: Sequence[Pair]) -> tuple[MetricEstimate, ...]:
    """Estimate the throughput of a ``time_*`` benchmark from how long its calls took; at least one pair."""

    def read(side: SideReading) -> float:
        return NANOSECONDS / _at_least_one(side.raw.p50_ns)

    return (_estimate(Metric.THROUGHPUT, pairs, read, Prior(0.035, 4.0), Leg.RAW, INTERLEAVED),)


def _mean_throughput(side: SideReading) -> float:
    return NANOSECONDS / _at_least_one(float(side.profile_ns.mean()))


def _at_least_one(nanoseconds: float) -> float:
    """Let an operation that reads as nothing, being below the recorder's own cost, count as one nanosecond."""
    return max(nanoseconds, 1.0)


def _estimate(
    metric: Metric,
    pairs: Sequence[Pair],
    read: Callable[[SideReading], float],
    prior: Prior,
    leg: Leg,
    tool: str,
) -> MetricEstimate:
    values = np.array([[read(pair.baseline), read(pair.candidate)] for pair in pairs])
    baseline, candidate = (float(value) for value in np.median(values, axis=0))
    log_ratios = [float(value) for value in np.log(values[:, 1] / values[:, 0])]
    return MetricEstimate(metric, baseline, candidate, estimate_effect(leg, log_ratios, prior), tool)
