"""How often the whole sequential rule is wrong, and how often it finds what is there, on pairs with known scatter."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pytest
from scipy.stats import binomtest

from tailgate.compare import estimate_effect
from tailgate.decide import Rule, Step, Trial
from tailgate.pipeline import INTRINSIC_PRIOR, RAW_PRIOR
from tailgate.records import BenchmarkId, Comparison, Leg, Quantiles, SideSummary

QUANTILES = Quantiles(100.0, 150.0, 290.0, 600.0, 5_000.0)
SIDE = SideSummary(QUANTILES, QUANTILES, processes=4, replays=64, operations=1000)
BENCHMARK = BenchmarkId("imagined.latency_imagined")


@dataclass(frozen=True)
class Scatter:
    """How one pair's log ratios scatter: the prior's scales, and now and then a disturbed pair."""

    disturbed_share: float
    disturbed_by: float = 5.0


NORMAL, CONTAMINATED = Scatter(0.0), Scatter(0.1)
SCATTERS = pytest.mark.parametrize("scatter", [NORMAL, CONTAMINATED], ids=["normal", "contaminated"])


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


def run_trials(count: int, intrinsic: float, raw: float, scatter: Scatter, seed: int = 1) -> list[Ending]:
    generator = np.random.default_rng(seed)
    rule = Rule().for_family(50)
    return [run_trial(rule, intrinsic, raw, scatter, generator) for _ in range(count)]


def exceeds(events: int, trials: int, promise: float) -> bool:
    """Whether so many events contradict a promised rate, at a level that no seed will reach by chance."""
    return bool(binomtest(events, trials, promise, alternative="greater").pvalue < 1e-4)


@SCATTERS
def test_unchanged_code_is_not_called_regressed_and_nearly_always_passes(scatter: Scatter) -> None:
    endings = run_trials(1_500, 1.0, 1.0, scatter)
    steps = Counter(ending.step for ending in endings)
    assert steps[Step.REGRESSED] == 0
    assert not exceeds(sum(ending.was_accused for ending in endings), 1_500, Rule().accuse_error)
    assert steps[Step.IMPROVED] == 0
    assert steps[Step.PASS] > 0.98 * 1_500
    assert np.median([ending.pairs for ending in endings]) <= 6


@SCATTERS
def test_at_the_edge_of_both_margins_each_stage_keeps_its_error(scatter: Scatter) -> None:
    """The worst case of an accusation that would be wrong: exactly as slow as is still no regression, in both legs."""
    rule = Rule()
    endings = run_trials(500, 1 + rule.intrinsic.worse, 1 + rule.raw.worse, scatter)
    assert not exceeds(sum(ending.was_accused for ending in endings), 500, rule.accuse_error)
    assert not any(ending.step is Step.REGRESSED for ending in endings)


@SCATTERS
@pytest.mark.parametrize("leg", Leg)
def test_at_the_edge_of_what_is_tolerated_a_pass_keeps_its_error(scatter: Scatter, leg: Leg) -> None:
    rule = Rule()
    intrinsic = 1 + rule.intrinsic.tolerated if leg is Leg.INTRINSIC else 1.0
    raw = 1 + rule.raw.tolerated if leg is Leg.RAW else 1.0
    endings = run_trials(250, intrinsic, raw, scatter)
    passed = sum(ending.step in {Step.PASS, Step.IMPROVED} for ending in endings)
    # Both stages may grant a pass: the second one, after an accusation, spends the error once more.
    assert not exceeds(passed, 250, 2 * rule.pass_error)


@SCATTERS
@pytest.mark.parametrize(("ratio", "share", "most_pairs"), [(1.05, 0.97, 45), (1.10, 0.99, 15)])
def test_a_regression_of_the_intrinsic_leg_is_found(
    scatter: Scatter, ratio: float, share: float, most_pairs: int
) -> None:
    endings = run_trials(200, ratio, 1.0, scatter)
    assert sum(ending.step is Step.REGRESSED for ending in endings) >= share * 200
    assert np.mean([ending.pairs for ending in endings]) < most_pairs


@SCATTERS
def test_a_regression_of_the_raw_leg_alone_is_found(scatter: Scatter) -> None:
    endings = run_trials(200, 1.0, 1.15, scatter)
    assert sum(ending.step is Step.REGRESSED for ending in endings) >= 0.95 * 200


def test_an_improvement_is_called_one() -> None:
    endings = run_trials(200, 0.7, 0.7, NORMAL)
    assert {ending.step for ending in endings} <= {Step.IMPROVED, Step.PASS}
    assert sum(ending.step is Step.IMPROVED for ending in endings) > 0.9 * 200
