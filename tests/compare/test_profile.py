from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tailgate.compare import profile
from tailgate.compare.profile import intrinsic_profile, steady_replays

if TYPE_CHECKING:
    import random

    from numpy.typing import NDArray

REPLAYS = st.integers(1, 24)
# What a recorder can deliver: also below zero, where an operation is shorter than the recorder's own cost.
LATENCY = st.floats(-30, 1e9)


@st.composite
def matrices(draw: st.DrawFn) -> NDArray[np.float64]:
    shape = (draw(REPLAYS), draw(st.integers(1, 30)))
    return draw(arrays.arrays(np.float64, shape, elements=LATENCY))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    shape = (draw(REPLAYS), draw(st.integers(1, 30)))
    matrix = arrays.arrays(np.float64, shape, elements=LATENCY)
    return draw(matrix), draw(matrix)


def noisy(seed: int, replays: int = 32, operations: int = 1000) -> NDArray[np.float64]:
    generator = np.random.default_rng(seed)
    return np.asarray(
        generator.lognormal(7, 0.5, operations) * generator.lognormal(0, 0.02, (replays, operations)), dtype=np.float64
    )


@given(matrices(), st.floats(0.1, 100))
def test_a_profile_is_finite_and_within_what_was_measured(latency: NDArray[np.float64], step: float) -> None:
    seen = intrinsic_profile(latency, step)
    slack = 1e-9 * np.abs(latency).max(axis=0) + 1e-9
    assert np.isfinite(seen).all()
    assert (seen >= latency.min(axis=0) - slack).all()
    assert (seen <= latency.max(axis=0) + slack).all()


@given(matrices(), st.floats(0.1, 100), st.randoms(use_true_random=False))
def test_a_profile_does_not_depend_on_the_order_of_the_replays(
    latency: NDArray[np.float64], step: float, order: random.Random
) -> None:
    rows = list(range(len(latency)))
    order.shuffle(rows)
    assert intrinsic_profile(latency[rows], step) == pytest.approx(
        intrinsic_profile(latency, step), rel=1e-12, abs=1e-6
    )


@given(matrices(), st.integers(-8, 8))
def test_a_profile_scales_with_its_values_and_its_lengths(latency: NDArray[np.float64], power: int) -> None:
    factor = 2.0**power  # exact in binary: no value moves across a bound by rounding
    expected = intrinsic_profile(latency, 10) * factor
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(profile, "NEAR_NS", profile.NEAR_NS * factor)
        scaled = intrinsic_profile(latency * factor, 10 * factor)
    assert scaled == pytest.approx(expected, rel=1e-12, abs=1e-9)


def test_both_prices_of_an_operation_count_where_chance_decides_between_them() -> None:
    """A branch predicted in about half of the replays: the profile is between both, however the coin falls."""
    generator = np.random.default_rng(4)
    seen = intrinsic_profile(np.where(generator.random((33, 2000)) < 0.5, 100.0, 190.0), 10.0)
    assert seen.mean() == pytest.approx(145, abs=2)
    assert seen.std() < 10


def test_values_that_something_else_slowed_down_do_not_count() -> None:
    quiet = noisy(1)
    disturbed = quiet.copy()
    disturbed[np.random.default_rng(2).random(quiet.shape) < 0.1] *= 20
    change = intrinsic_profile(disturbed, 10) / intrinsic_profile(quiet, 10)
    assert np.abs(np.log(change)).max() < 0.03


def test_a_constant_operation_is_its_own_profile() -> None:
    assert intrinsic_profile(np.full((16, 3), 123.0), 10).tolist() == [123.0] * 3


@given(pairs())
def test_steady_replays_are_at_least_half_of_them_and_never_nan(
    both: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> None:
    baseline, candidate = both
    steady = steady_replays(baseline, candidate, 10.0)
    for side in steady:
        assert 2 * len(side) >= len(baseline)
        assert side.shape[1] == baseline.shape[1]
        assert np.isfinite(side).all()
    assert len(steady[0]) == len(steady[1])
    for side in steady:
        assert np.isfinite(intrinsic_profile(side, 10.0)).all()


def test_on_a_quiet_machine_every_replay_counts() -> None:
    baseline, candidate = noisy(1), noisy(2)
    steady = steady_replays(baseline, candidate, 10.0)
    assert len(steady[0]) == len(baseline)
    assert steady[0] == pytest.approx(baseline, rel=0.01)


@pytest.mark.parametrize("seed", range(5))
def test_a_change_of_speed_common_to_both_sides_cancels(seed: int) -> None:
    baseline, candidate = noisy(1), noisy(2) * 1.05
    speed = np.random.default_rng(seed).choice([1.0, 1.004, 1.9], size=(len(baseline), 1), p=[0.4, 0.3, 0.3])
    quiet = [intrinsic_profile(side, 10) for side in steady_replays(baseline, candidate, 10.0)]
    loaded = [intrinsic_profile(side, 10) for side in steady_replays(baseline * speed, candidate * speed, 10.0)]
    change = np.log(loaded[1] / loaded[0]) - np.log(quiet[1] / quiet[0])
    assert abs(change.mean()) < 0.002
    assert np.abs(change).max() < 0.05


def test_replays_far_from_the_usual_speed_are_left_out_on_both_sides() -> None:
    baseline, candidate = noisy(1), noisy(2)
    slow = np.ones((len(baseline), 1))
    slow[[3, 4, 5, 20]] = 1.9
    steady = steady_replays(baseline * slow, candidate * slow, 10.0)
    assert [len(side) for side in steady] == [len(baseline) - 4] * 2


def test_the_difference_between_the_sides_survives() -> None:
    baseline = noisy(1)
    steady = steady_replays(baseline, baseline * 1.5, 10.0)
    assert steady[1] == pytest.approx(steady[0] * 1.5)


def test_operations_below_the_recorders_cost_do_not_upset_the_speed() -> None:
    """A level of zero or less says nothing of the machine's speed: it counts as one step of the clock."""
    baseline = np.zeros((16, 50))
    baseline[:8] = 10.0
    candidate = np.full((16, 50), -3.0)
    for side in steady_replays(baseline, candidate, 10.0):
        assert np.abs(side).max() < 20
