"""How often the whole sequential rule is wrong, and how often it finds what is there, on pairs with known scatter."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from tailgate.decide import Rule, Step
from tailgate.records import Leg
from tests.simulation.trials import Ending, Scatter, exceeds, run_trial

NORMAL, CONTAMINATED = Scatter(0.0), Scatter(0.1)
SCATTERS = pytest.mark.parametrize("scatter", [NORMAL, CONTAMINATED], ids=["normal", "contaminated"])


def run_trials(count: int, intrinsic: float, raw: float, scatter: Scatter, seed: int = 1) -> list[Ending]:
    generator = np.random.default_rng(seed)
    rule = Rule().for_family(50)
    return [run_trial(rule, intrinsic, raw, scatter, generator) for _ in range(count)]


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
