from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tailgate.compare import Prior, estimate_effect
from tailgate.records import Leg

if TYPE_CHECKING:
    import random

PRIOR = Prior(scale=0.017, weight=4.0)
RATIOS = st.lists(st.floats(-0.5, 0.5), min_size=1, max_size=40)


def estimate(values: list[float], prior: Prior = PRIOR) -> tuple[float, float]:
    effect = estimate_effect(Leg.INTRINSIC, values, prior)
    return effect.log_location, effect.log_scale


def test_one_pair_is_its_own_location_with_the_priors_scale() -> None:
    effect = estimate_effect(Leg.RAW, [0.03], PRIOR)
    assert effect.log_location == pytest.approx(0.03)
    assert effect.log_scale == pytest.approx(PRIOR.scale)
    assert effect.degrees_of_freedom == PRIOR.weight
    assert effect.leg is Leg.RAW
    assert effect.log_ratios == (0.03,)


def test_pairs_as_expected_give_the_mean() -> None:
    values = [0.01, -0.01, 0.005, -0.005, 0.02]
    assert estimate(values)[0] == pytest.approx(float(np.mean(values)), abs=1e-6)


@pytest.mark.parametrize("count", [4, 6, 9, 18])
@pytest.mark.parametrize("wild", [0.13, 1.0, 20.0, -20.0])
def test_one_wild_pair_among_several_barely_moves_the_location(count: int, wild: float) -> None:
    values = list(np.random.default_rng(count).normal(0, 0.017, count))
    without = estimate(values)[0]
    values[1] = wild
    moved, error = estimate(values)
    # The mean would move by wild / count; the median of four may move by a scale.
    assert abs(moved - without) < 3 * PRIOR.scale / math.sqrt(count)
    assert error < 2 * PRIOR.scale / math.sqrt(count) * count / (count - 2)


@given(RATIOS, st.floats(-1, 1))
def test_a_shift_of_all_pairs_shifts_the_location_and_nothing_else(values: list[float], shift: float) -> None:
    location, error = estimate(values)
    moved, moved_error = estimate([value + shift for value in values])
    assert moved == pytest.approx(location + shift, abs=2e-6)
    assert moved_error == pytest.approx(error, rel=1e-3)


@given(RATIOS)
def test_exchanging_the_sides_changes_the_sign_only(values: list[float]) -> None:
    location, error = estimate(values)
    mirrored, mirrored_error = estimate([-value for value in values])
    assert mirrored == pytest.approx(-location, abs=2e-6)
    assert mirrored_error == pytest.approx(error, rel=1e-3)


@given(RATIOS, st.randoms(use_true_random=False))
def test_the_order_of_the_pairs_does_not_matter(values: list[float], order: random.Random) -> None:
    shuffled = values[:]
    order.shuffle(shuffled)
    assert estimate(shuffled) == pytest.approx(estimate(values), abs=2e-6)


@given(RATIOS)
def test_the_estimate_is_finite_and_among_the_pairs(values: list[float]) -> None:
    location, error = estimate(values)
    assert min(values) - 1e-6 <= location <= max(values) + 1e-6
    assert error > 0
    assert math.isfinite(error)


def test_pairs_that_agree_by_chance_do_not_look_certain() -> None:
    _, error = estimate([0.02] * 4)
    assert error >= PRIOR.scale / math.sqrt(4) * math.sqrt(PRIOR.weight / (PRIOR.weight + 3)) * 0.999


def test_many_pairs_overrule_the_prior() -> None:
    values = list(np.random.default_rng(3).normal(0, 0.1, 400))
    assert estimate(values)[1] == pytest.approx(0.1 / math.sqrt(400), rel=0.15)
    calm = list(np.random.default_rng(3).normal(0, 0.001, 400))
    assert estimate(calm)[1] < 0.003 / math.sqrt(400)


def test_a_heavier_prior_shrinks_more() -> None:
    values = [0.0, 0.05, -0.05, 0.02]
    light, heavy = (estimate(values, Prior(0.005, weight))[1] for weight in (1.0, 50.0))
    assert heavy < light
    effect = estimate_effect(Leg.INTRINSIC, values, Prior(0.005, 50.0))
    assert effect.degrees_of_freedom == 53
