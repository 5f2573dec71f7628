"""From measurements to what is compared: each pair gives one log ratio a leg, and the quantiles that people read.

In: two measurements of one round. Out: a :class:`Pair`; then all pairs of a benchmark: a
:class:`~tailgate.records.Comparison`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tailgate.compare.effects import Prior, estimate_effect
from tailgate.compare.profile import intrinsic_profile, steady_replays
from tailgate.compare.quantiles import harrell_davis, order_statistic, summarise_profile, summarise_replays
from tailgate.records import BenchmarkId, Comparison, Leg, Quantiles, SideSummary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tailgate.records import Effect, Measurement

PROBABILITY = 0.99


@dataclass(frozen=True, slots=True)
class SideReading:
    """One process's replays, read both ways."""

    profile_ns: NDArray[np.float64]
    intrinsic: Quantiles
    raw: Quantiles
    replays: int
    operations: int


@dataclass(frozen=True, slots=True)
class Pair:
    """One round's two processes of a benchmark.

    Attributes
    ----------
    intrinsic_log_ratio, raw_log_ratio
        Logarithm of candidate over baseline p99, one for each leg.
    """

    benchmark: BenchmarkId
    round_number: int
    baseline: SideReading
    candidate: SideReading
    intrinsic_log_ratio: float
    raw_log_ratio: float


def read_pair(baseline: Measurement, candidate: Measurement) -> Pair:
    """Read two measurements of one round.

    The intrinsic leg compares the p99 of the profiles over steady replays (Harrell-Davis). The raw leg is the shift
    between the two sides' p99s of single replays: the median over all pairs of replays of their log ratio, which is
    the Hodges-Lehmann estimate that belongs to the Mann-Whitney test.

    References
    ----------
    J. L. Hodges and E. L. Lehmann, Estimates of location based on rank tests, Annals of Math. Statistics 34 (1963).
    """
    steady = steady_replays(baseline.latency_ns, candidate.latency_ns, baseline.clock_step_ns)
    sides = [_read_side(item, latency) for item, latency in zip((baseline, candidate), steady, strict=True)]
    floor = baseline.clock_step_ns  # an operation below the recorder's own cost counts as one step of the clock
    intrinsic = [max(harrell_davis(side.profile_ns, PROBABILITY), floor) for side in sides]
    replays = [
        np.log(np.maximum(order_statistic(item.latency_ns, PROBABILITY), floor)) for item in (baseline, candidate)
    ]
    return Pair(
        benchmark=baseline.benchmark,
        round_number=baseline.round_number,
        baseline=sides[0],
        candidate=sides[1],
        intrinsic_log_ratio=float(np.log(intrinsic[1] / intrinsic[0])),
        raw_log_ratio=float(np.median(replays[1][:, None] - replays[0][None, :])),
    )


def compare_pairs(pairs: Sequence[Pair], intrinsic_prior: Prior, raw_prior: Prior) -> Comparison:
    """Combine the pairs of one benchmark; at least one."""
    return Comparison(
        benchmark=pairs[0].benchmark,
        baseline=_summarise([pair.baseline for pair in pairs]),
        candidate=_summarise([pair.candidate for pair in pairs]),
        intrinsic=estimate_effect(Leg.INTRINSIC, [pair.intrinsic_log_ratio for pair in pairs], intrinsic_prior),
        raw=estimate_effect(Leg.RAW, [pair.raw_log_ratio for pair in pairs], raw_prior),
    )


def compare_distances(
    from_good: Sequence[Pair], to_bad: Sequence[Pair], intrinsic_prior: Prior, raw_prior: Prior
) -> Comparison:
    """Combine the pairs of a commit with either end of a history, measured in the same rounds.

    Parameters
    ----------
    from_good, to_bad
        The good end beside the commit, and the commit beside the bad end; as many of each, at least one.
    intrinsic_prior, raw_prior
        Of the pairs with one end.

    Returns
    -------
    Comparison
        The commit beside the good end. Its effects are how much farther it is from the good end than from the bad one,
        round by round: ``log(commit / good) - log(bad / commit)``. What a machine does to all three does not matter.
    """

    def difference(leg: Leg, from_ratios: list[float], to_ratios: list[float], prior: Prior) -> Effect:
        differences = [one - other for one, other in zip(from_ratios, to_ratios, strict=True)]
        return estimate_effect(leg, differences, Prior(math.sqrt(2.0) * prior.scale, prior.weight))

    return replace(
        compare_pairs(from_good, intrinsic_prior, raw_prior),
        intrinsic=difference(
            Leg.INTRINSIC,
            [pair.intrinsic_log_ratio for pair in from_good],
            [pair.intrinsic_log_ratio for pair in to_bad],
            intrinsic_prior,
        ),
        raw=difference(
            Leg.RAW, [pair.raw_log_ratio for pair in from_good], [pair.raw_log_ratio for pair in to_bad], raw_prior
        ),
    )


def _read_side(measurement: Measurement, steady_ns: NDArray[np.float64]) -> SideReading:
    profile = intrinsic_profile(steady_ns, measurement.clock_step_ns)
    return SideReading(
        profile_ns=profile,
        intrinsic=summarise_profile(profile),
        raw=summarise_replays(measurement.latency_ns),
        replays=measurement.latency_ns.shape[0],
        operations=measurement.latency_ns.shape[1],
    )


def _summarise(readings: Sequence[SideReading]) -> SideSummary:
    return SideSummary(
        intrinsic=_median([reading.intrinsic for reading in readings]),
        raw=_median([reading.raw for reading in readings]),
        processes=len(readings),
        replays=sum(reading.replays for reading in readings),
        operations=readings[0].operations,
    )


def _median(quantiles: Sequence[Quantiles]) -> Quantiles:
    """Median over processes of each quantile; the maximum of the maxima."""
    return Quantiles(
        p50_ns=float(np.median([item.p50_ns for item in quantiles])),
        p90_ns=float(np.median([item.p90_ns for item in quantiles])),
        p99_ns=float(np.median([item.p99_ns for item in quantiles])),
        p999_ns=float(np.median([item.p999_ns for item in quantiles])),
        max_ns=max(item.max_ns for item in quantiles),
    )
