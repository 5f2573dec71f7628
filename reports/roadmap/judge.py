"""A claim beside a measurement: does it hold here? In: claims, effects of flags. Out: findings with a verdict and why.

The rule. *Improvement* is how many times better it got: on over off where more is better, off over on elsewhere; the
interval is the measured one, 95 %.

- holds: the whole interval lies at or above what is claimed (at the lower end of a range), on every benchmark;
- partly: shown to be better (the interval lies above 1) on at least one benchmark, but not all that was claimed on all;
- does not hold here: on no benchmark shown to be better;
- not measured: the flag's optimization does not exist yet, nothing measures it, or this machine cannot show it.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tailgate.records import RatioInterval

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reports.roadmap.rows import Claim, Row, Shown
    from tailgate.flag_records import FlagEffect, FlagFailure, Metric
    from tailgate.records import BenchmarkId

NATIVE = "native-core"
"""The step from the plain-Python reference to native kernels, which the plan takes for granted."""


class Holds(StrEnum):
    """Whether a claim holds."""

    HOLDS = "holds"
    PARTLY = "partly"
    NOT = "does not hold here"
    OPEN = "not measured"
    UNCLAIMED = "no claim"


@dataclass(frozen=True, slots=True)
class Reading:
    """One improvement, of one benchmark or of the mean over several.

    Attributes
    ----------
    improvement
        How many times better, with its interval.
    reference
        The plain-Python reference's value, where it was measured; none for a mean.
    off, on
        The metric's values in both states; none for a mean.
    """

    label: str
    metric: Metric
    improvement: RatioInterval
    tool: str
    processes: int
    reference: float | None = None
    off: float | None = None
    on: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One row's outcome."""

    holds: Holds
    why: str
    readings: tuple[Reading, ...]


def judge(row: Row, effects: Sequence[FlagEffect], failures: Sequence[FlagFailure], memory_nodes: int) -> Finding:
    """Judge one row by what was measured of its flag."""
    own = [effect for effect in effects if effect.flag == row.flag]
    # The reference is what the first flag, the step from Python to native kernels, was measured against.
    reference = {(effect.benchmark, effect.metric): effect.off for effect in effects if effect.flag == NATIVE}
    broken = [item.failure for item in failures if item.flag == row.flag]
    if not own:
        reason = broken[0].reason if broken else "no run of `tailgate flags` has measured it"
        return Finding(Holds.OPEN, reason, ())
    if not row.claims:
        readings = tuple(reading for shown in row.shown for reading in read(shown, own, reference))
        return Finding(Holds.UNCLAIMED, "the step that the plan takes for granted", readings)
    judged = [(claim, read(claim, own, reference)) for claim in row.claims]
    finding = _judge_readings(judged)
    if memory_nodes < row.needs_nodes:
        why = f"it needs {row.needs_nodes} memory nodes, and this machine has {memory_nodes}"
        return Finding(Holds.OPEN, why, finding.readings)
    return finding


def _judge_readings(judged: Sequence[tuple[Claim, tuple[Reading, ...]]]) -> Finding:
    readings = tuple(reading for _, found in judged for reading in found)
    if not readings:
        return Finding(Holds.OPEN, "no benchmark that was measured shows what is claimed", ())
    # What is counted exactly may equal what is claimed, but for the rounding of 1 / (1 - 0.8).
    reached = [
        reading.improvement.low >= claim.improvement * (1 - 1e-9) for claim, found in judged for reading in found
    ]
    better = [reading.improvement.low > 1 for reading in readings]
    unread = [claim for claim, found in judged if not found]
    if all(reached) and not unread:
        return Finding(Holds.HOLDS, f"all of {_count(readings)} reach it", readings)
    if any(better):
        return Finding(Holds.PARTLY, _partly(judged, reached, better), readings)
    return Finding(Holds.NOT, f"none of {_count(readings)} is shown to be better", readings)


def read(
    shown: Shown, effects: Sequence[FlagEffect], reference: Mapping[tuple[BenchmarkId, Metric], float]
) -> tuple[Reading, ...]:
    """Find the measurements that a claim is about, as improvements."""
    pattern = re.compile(shown.benchmarks)
    found = [effect for effect in effects if effect.metric is shown.metric and pattern.search(effect.benchmark.label)]
    if not found:
        return ()
    if shown.combine == "mean":
        return (_mean(found),)
    return tuple(
        Reading(
            effect.benchmark.label,
            effect.metric,
            improvement(effect),
            effect.tool,
            effect.processes,
            reference.get((effect.benchmark, effect.metric)),
            effect.off,
            effect.on,
        )
        for effect in sorted(found, key=lambda effect: effect.benchmark)
    )


def improvement(effect: FlagEffect) -> RatioInterval:
    """Turn a ratio of on over off into how many times better it got."""
    ratio = effect.ratio
    if effect.metric.is_larger_better:
        return ratio
    return RatioInterval(_inverse(ratio.ratio), _inverse(ratio.high), _inverse(ratio.low))


def _mean(effects: Sequence[FlagEffect]) -> Reading:
    """Take the geometric mean; the intervals of independent benchmarks add in quadrature."""
    values = [improvement(effect) for effect in effects]
    middle = math.fsum(math.log(value.ratio) for value in values) / len(values)
    below = math.sqrt(math.fsum(math.log(value.ratio / value.low) ** 2 for value in values)) / len(values)
    above = math.sqrt(math.fsum(math.log(value.high / value.ratio) ** 2 for value in values)) / len(values)
    return Reading(
        label=f"geometric mean of {len(values)} benchmarks",
        metric=effects[0].metric,
        improvement=RatioInterval(math.exp(middle), math.exp(middle - below), math.exp(middle + above)),
        tool=effects[0].tool if len({effect.tool for effect in effects}) == 1 else "several",
        processes=min(effect.processes for effect in effects),
    )


def _partly(
    judged: Sequence[tuple[Claim, tuple[Reading, ...]]], reached: Sequence[bool], better: Sequence[bool]
) -> str:
    best = max((reading for _, found in judged for reading in found), key=lambda reading: reading.improvement.ratio)
    words = f"{sum(better)} of {len(better)} shown to be better, {sum(reached)} of them by what is claimed"
    return f"{words}; the largest is {best.label}, {best.improvement.ratio:.2f} times better in {best.metric}"


def _count(readings: Sequence[Reading]) -> str:
    return "one reading" if len(readings) == 1 else f"{len(readings)} readings"


def _inverse(value: float) -> float:
    return math.inf if value == 0 else 1 / value
