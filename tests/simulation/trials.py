"""Imagined trials: pairs of one benchmark with a known ratio and a known scatter, taken to their end."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scipy.stats import binomtest

from tailgate.compare import estimate_effect
from tailgate.decide import Rule, Step, Trial
from tailgate.pipeline import INTRINSIC_PRIOR, RAW_PRIOR
from tailgate.records import BenchmarkId, Comparison, Leg, Quantiles, SideSummary

if TYPE_CHECKING:
    import numpy as np

QUANTILES = Quantiles(100.0, 150.0, 290.0, 600.0, 5_000.0)
SIDE = SideSummary(QUANTILES, QUANTILES, processes=4, replays=64, operations=1000)
BENCHMARK = BenchmarkId("imagined.latency_imagined")


@dataclass(frozen=True)
class Scatter:
    """How one pair's log ratios scatter: the prior's scales, and now and then a disturbed pair."""

    disturbed_share: float
    disturbed_by: float = 5.0


@dataclass(frozen=True)
class Ending:
    step: Step
    was_accused: bool
    pairs: int


def run_trial(rule: Rule, intrinsic: float, raw: float, scatter: Scatter, generator: np.random.Generator) -> Ending:
    """Take a trial to its end, as the pipeline does; ``intrinsic`` and ``raw`` are the true ratios."""
    trial = Trial(rule)
    ratios: list[tuple[float, float]] = []
    while True:
        wider = scatter.disturbed_by if generator.random() < scatter.disturbed_share else 1.0
        ratios.append(
            (
                math.log(intrinsic) + generator.normal(0, wider * INTRINSIC_PRIOR.scale),
                math.log(raw) + generator.normal(0, wider * RAW_PRIOR.scale),
            )
        )
        if not trial.is_due(len(ratios)):
            continue
        of_intrinsic, of_raw = zip(*ratios[trial.first_pair :], strict=True)
        comparison = Comparison(
            BENCHMARK,
            SIDE,
            SIDE,
            estimate_effect(Leg.INTRINSIC, of_intrinsic, INTRINSIC_PRIOR),
            estimate_effect(Leg.RAW, of_raw, RAW_PRIOR),
        )
        step = trial.advance(comparison, len(ratios))
        if step is not Step.GO_ON:
            return Ending(step, trial.is_accused, len(ratios))


def exceeds(events: int, trials: int, promise: float) -> bool:
    """Whether so many events contradict a promised rate, at a level that no seed will reach by chance."""
    return bool(binomtest(events, trials, promise, alternative="greater").pvalue < 1e-4)
