from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tailgate.compare import Prior, compare_distances, compare_pairs, read_pair
from tailgate.records import Leg, Measurement, Side

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

PRIORS = (Prior(0.017, 4.0), Prior(0.04, 4.0))


def latency(seed: int = 1, replays: int = 20, operations: int = 1000) -> NDArray[np.float64]:
    generator = np.random.default_rng(seed)
    base = np.random.default_rng(0).lognormal(7, 0.5, operations)
    return np.asarray(base * generator.lognormal(0, 0.01, (replays, operations)), dtype=np.float64)


def test_a_side_that_is_slower_throughout_shows_in_both_legs(make_measurement: Callable[..., Measurement]) -> None:
    pair = read_pair(make_measurement(latency()), make_measurement(latency() * 1.1, Side.CANDIDATE))
    assert pair.intrinsic_log_ratio == pytest.approx(math.log(1.1), abs=1e-3)  # the clock's step did not grow
    assert pair.raw_log_ratio == pytest.approx(math.log(1.1), abs=1e-9)


def test_stalls_at_random_show_in_the_raw_leg_only(make_measurement: Callable[..., Measurement]) -> None:
    stalled = latency(2)
    stalled[np.random.default_rng(5).random(stalled.shape) < 0.03] += 20_000
    pair = read_pair(make_measurement(latency()), make_measurement(stalled, Side.CANDIDATE))
    assert abs(pair.intrinsic_log_ratio) < 0.01
    assert pair.raw_log_ratio > 0.5


def test_exchanged_sides_have_the_opposite_ratios(make_measurement: Callable[..., Measurement]) -> None:
    one, other = latency(1), latency(2) * 1.07
    forward = read_pair(make_measurement(one), make_measurement(other, Side.CANDIDATE))
    backward = read_pair(make_measurement(other), make_measurement(one, Side.CANDIDATE))
    assert backward.intrinsic_log_ratio == pytest.approx(-forward.intrinsic_log_ratio)
    assert backward.raw_log_ratio == pytest.approx(-forward.raw_log_ratio)


@pytest.mark.parametrize("value", [0.0, -5.0, 3.0])
def test_operations_below_the_recorders_cost_are_equal(
    make_measurement: Callable[..., Measurement], value: float
) -> None:
    short = np.full((16, 1000), value)
    pair = read_pair(make_measurement(short), make_measurement(short - 1, Side.CANDIDATE))
    assert (pair.intrinsic_log_ratio, pair.raw_log_ratio) == (0.0, 0.0)


def test_a_pair_knows_what_it_was_made_of(make_measurement: Callable[..., Measurement]) -> None:
    slow = latency()
    slow[3] *= 2  # one replay on a slow machine is left out of the profile, and stays in the raw leg
    pair = read_pair(
        make_measurement(slow, round_number=7), make_measurement(slow * 1.02, Side.CANDIDATE, round_number=7)
    )
    assert pair.round_number == 7
    assert (pair.baseline.replays, pair.baseline.operations) == (20, 1000)
    assert pair.baseline.profile_ns.shape == (1000,)
    assert pair.baseline.raw.max_ns == slow.max()
    assert pair.baseline.intrinsic.max_ns < slow[3].max()


def test_pairs_are_combined_to_medians_and_effects(make_measurement: Callable[..., Measurement]) -> None:
    pairs = [
        read_pair(
            make_measurement(latency(number) * scale, round_number=number),
            make_measurement(latency(number + 50) * scale, Side.CANDIDATE, round_number=number),
        )
        for number, scale in enumerate([1.0, 1.0, 10.0])
    ]
    comparison = compare_pairs(pairs, *PRIORS)
    assert comparison.benchmark == pairs[0].benchmark
    assert comparison.baseline.processes == 3
    assert comparison.baseline.replays == 60
    assert comparison.baseline.operations == 1000
    assert comparison.baseline.raw.p99_ns == sorted(pair.baseline.raw.p99_ns for pair in pairs)[1]
    assert comparison.candidate.raw.max_ns == max(pair.candidate.raw.max_ns for pair in pairs)
    assert comparison.intrinsic.leg is Leg.INTRINSIC
    assert comparison.intrinsic.log_ratios == tuple(pair.intrinsic_log_ratio for pair in pairs)
    assert comparison.raw.log_ratios == tuple(pair.raw_log_ratio for pair in pairs)
    assert abs(comparison.intrinsic.log_location) < 0.02


@pytest.mark.parametrize("is_guilty", [False, True])
def test_whatever_state_a_machine_is_in_a_commit_is_as_near_to_its_end(
    make_measurement: Callable[..., Measurement], *, is_guilty: bool
) -> None:
    """What slows the bad end costs a fifth in one state of the machine and a half in the other."""
    from_good, to_bad = [], []
    for number, cost in enumerate((1.2, 1.5, 1.5, 1.2, 1.2, 1.5)):
        seed = 10 * number
        good, commit, bad = (latency(seed + place) * cost**slow for place, slow in enumerate((0, is_guilty, 1)))
        from_good.append(read_pair(make_measurement(good), make_measurement(commit, Side.CANDIDATE)))
        to_bad.append(read_pair(make_measurement(commit), make_measurement(bad, Side.CANDIDATE)))
    comparison = compare_distances(from_good, to_bad, *PRIORS)
    sign = 1 if is_guilty else -1
    for effect in (comparison.intrinsic, comparison.raw):
        assert math.log(1.19) < sign * effect.log_location < math.log(1.51)
        assert all(math.log(1.15) < sign * ratio for ratio in effect.log_ratios)
    # What people read is the commit beside the good end.
    assert comparison.baseline == compare_pairs(from_good, *PRIORS).baseline
    assert comparison.candidate == compare_pairs(from_good, *PRIORS).candidate


def test_a_commit_in_the_middle_is_near_to_neither_end(make_measurement: Callable[..., Measurement]) -> None:
    good, commit, bad = latency(1), latency(2) * 1.2, latency(3) * 1.44
    from_good = [read_pair(make_measurement(good), make_measurement(commit, Side.CANDIDATE))]
    to_bad = [read_pair(make_measurement(commit), make_measurement(bad, Side.CANDIDATE))]
    comparison = compare_distances(from_good, to_bad, *PRIORS)
    assert abs(comparison.intrinsic.log_location) < comparison.intrinsic.log_scale
    assert abs(comparison.raw.log_location) < comparison.raw.log_scale
