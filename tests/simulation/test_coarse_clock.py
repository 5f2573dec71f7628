"""The clock experiment of GATE.md: what a clock that steps by 10 ns does to p99s of profiles, and to minima."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tailgate.compare.profile import intrinsic_profile, steady_replays
from tailgate.compare.quantiles import harrell_davis
from tests.simulation.machine import Machine, speeds

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

OPERATIONS = 2_000
PAIRS = 25


def quick(generator: np.random.Generator) -> NDArray[np.float64]:
    """80 to 130 ns, so that the p99 lies where operations lie close together."""
    return generator.uniform(80, 130, OPERATIONS)


def quick_with_tail(generator: np.random.Generator) -> NDArray[np.float64]:
    """The same with 3 % of operations 60 ns longer, as in the experiment."""
    return quick(generator) + np.where(generator.random(OPERATIONS) < 0.03, 60.0, 0.0)


def few_kinds(generator: np.random.Generator) -> NDArray[np.float64]:
    """Five kinds of operation, each always the same: nothing but the clock's phase spreads their readings."""
    return generator.choice([82.0, 91.0, 104.0, 117.0, 129.0], OPERATIONS)


def log_ratios(
    durations: NDArray[np.float64],
    change: float,
    machine: Machine,
    *,
    replays: int = 16,
    varies: Callable[[int, np.random.Generator], NDArray[np.float64]] | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Measure pairs; return log ratios of p99 in percent, of profiles and of minima over replays."""
    generator = np.random.default_rng(7)
    of_profiles, of_minima = [], []
    for _ in range(PAIRS):
        speed = varies(replays, generator) if varies else np.ones((2, replays))
        sides = [
            machine.measure(durations * factor, replays, generator, side_speed)
            for factor, side_speed in zip((1.0, 1.0 + change), np.broadcast_to(speed, (2, replays)), strict=True)
        ]
        steady = steady_replays(sides[0], sides[1], machine.step_ns)
        profiles = [harrell_davis(intrinsic_profile(side, machine.step_ns), 0.99) for side in steady]
        minima = [harrell_davis(side.min(axis=0), 0.99) for side in sides]
        of_profiles.append(np.log(profiles[1] / profiles[0]))
        of_minima.append(np.log(minima[1] / minima[0]))
    return 100 * np.array(of_profiles), 100 * np.array(of_minima)


@pytest.mark.parametrize("kind", [quick, quick_with_tail, few_kinds])
@pytest.mark.parametrize("change", [0.0, 0.02, 0.05])
def test_profiles_of_short_operations_are_nearly_unbiased(
    kind: Callable[[np.random.Generator], NDArray[np.float64]], change: float
) -> None:
    durations = kind(np.random.default_rng(1))
    profiles, _ = log_ratios(durations, change, Machine())
    assert profiles.mean() == pytest.approx(100 * np.log1p(change), abs=0.7)
    assert profiles.std(ddof=1) < 0.7


@pytest.mark.parametrize("kind", [quick, few_kinds])
def test_minima_of_short_operations_are_blind_below_a_step_of_the_clock(
    kind: Callable[[np.random.Generator], NDArray[np.float64]],
) -> None:
    """Why the profile is no minimum: where operations lie close together all their minima are the same reading."""
    durations = kind(np.random.default_rng(1))
    _, minima = log_ratios(durations, 0.05, Machine())
    assert minima.mean() < 1.0


@pytest.mark.parametrize("typical_ns", [300.0, 1e4, 1e5, 1e7])
@pytest.mark.parametrize("change", [0.0, 0.02, 0.05])
def test_profiles_of_long_operations_are_as_good(typical_ns: float, change: float) -> None:
    """From here on readings scatter by their own jitter, and one in twenty is slowed down by half its length."""
    machine = Machine(jitter=0.02, disturbed_share=0.05, disturbance_ns=typical_ns / 2)
    durations = np.random.default_rng(2).lognormal(np.log(typical_ns), 0.3, OPERATIONS)
    profiles, _ = log_ratios(durations, change, machine)
    assert profiles.mean() == pytest.approx(100 * np.log1p(change), abs=0.4)
    assert profiles.std(ddof=1) < 0.7


@pytest.mark.parametrize("typical_ns", [1e4, 1e7])
def test_random_replays_that_are_slower_do_not_show(typical_ns: float) -> None:
    """A fifth of all replays runs up to three times as long, on whichever side it hits."""

    def slow_replays(replays: int, generator: np.random.Generator) -> NDArray[np.float64]:
        return np.where(generator.random(replays) < 0.2, generator.uniform(1.1, 3.0, replays), 1.0)

    durations = np.random.default_rng(2).lognormal(np.log(typical_ns), 0.3, OPERATIONS)
    for change in (0.0, 0.05):
        profiles, _ = log_ratios(durations, change, Machine(jitter=0.02), varies=slow_replays)
        assert profiles.mean() == pytest.approx(100 * np.log1p(change), abs=0.4)
        assert profiles.std(ddof=1) < 0.7


@pytest.mark.parametrize("slow", [1.3, 1.9])
@pytest.mark.parametrize("change", [0.0, 0.05])
def test_on_a_machine_with_two_speeds_profiles_agree_where_minima_do_not(slow: float, change: float) -> None:
    """Runs of slices are slow, single ones are fast: one lucky slice of one side decides that side's minima."""

    def slices(replays: int, generator: np.random.Generator) -> NDArray[np.float64]:
        taking_turns = speeds(2 * replays, generator, slow=slow)
        is_lucky = generator.random(2 * replays) < 0.02
        return np.where(is_lucky, 0.85, taking_turns).reshape(replays, 2).T

    durations = 20 * quick_with_tail(np.random.default_rng(1))
    profiles, minima = log_ratios(durations, change, Machine(), replays=48, varies=slices)
    assert profiles.mean() == pytest.approx(100 * np.log1p(change), abs=0.5)
    assert profiles.std(ddof=1) < 1.0
    assert minima.std(ddof=1) > 4 * profiles.std(ddof=1)
