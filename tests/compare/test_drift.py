from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tailgate.compare import chained, find_change_points, find_drift
from tailgate.history_records import BENCHMARK_CODE, Environment, Fact
from tailgate.records import RatioInterval
from tests.series import series_of
from tests.store.history_points import ENVIRONMENT, name

MARGIN = 0.05


def drifting(steps: int, each: float, seed: int, scale: float = 0.01) -> list[float]:
    generator = np.random.default_rng(seed)
    return [100.0, *(100 * (1 + each) ** np.arange(1, steps + 1) * np.exp(generator.normal(0, scale, steps)))]


@pytest.mark.parametrize("seed", range(20))
def test_twelve_steps_of_one_per_cent_do_not_slip_through(seed: int) -> None:
    found = find_drift(series_of(drifting(12, 0.01, seed)), name(0), MARGIN)
    assert found is not None
    assert found.is_beyond_margin
    assert (found.commit, found.pinned_commit) == (name(12), name(0))
    # The middle of the last five is the tenth.
    assert found.ratio.low < 1.01**10 < found.ratio.high


def test_without_a_drift_none_is_beyond_the_margin() -> None:
    series = [series_of(drifting(12, 0.0, seed)) for seed in range(200)]
    assert not any(find_drift(item, name(0), MARGIN).is_beyond_margin for item in series)  # type: ignore[union-attr]


def test_one_disturbed_commit_is_no_drift() -> None:
    values = drifting(12, 0.0, 1)
    values[-1] *= 3
    found = find_drift(series_of(values), name(0), MARGIN)
    assert found is not None
    assert not found.is_beyond_margin
    # It does not pass for a change of level either.
    assert find_change_points(series_of(values)) == ()


def test_a_single_commit_shows_no_drift_unless_it_was_measured_well() -> None:
    poorly = find_drift(series_of([100.0, 108.0], known_to=0.06), name(0), MARGIN)
    well = find_drift(series_of([100.0, 112.0], known_to=0.02), name(0), MARGIN)
    assert poorly is not None
    assert well is not None
    assert (poorly.is_beyond_margin, well.is_beyond_margin) == (False, True)


def test_without_the_pinned_baseline_or_anything_later_there_is_no_drift() -> None:
    series = series_of([100.0, 101.0, 102.0])
    assert find_drift(series, name(7), MARGIN) is None
    assert find_drift(series, name(2), MARGIN) is None
    absolute = replace(series, points=tuple(replace(point, against_pinned=None) for point in series.points))
    assert find_drift(absolute, name(0), MARGIN) is None


def test_points_of_another_version_of_the_benchmark_are_not_compared() -> None:
    series = series_of([100.0, 150.0, 150.0, 150.0])
    changed = Environment("tower", (*ENVIRONMENT.facts, Fact(BENCHMARK_CODE, "new")))
    others = tuple(replace(point, environment=changed) for point in series.points[1:])
    assert find_drift(replace(series, points=(series.points[0], *others)), name(0), MARGIN) is None


def test_ratios_multiply_and_their_uncertainties_add_as_squares() -> None:
    first, second = RatioInterval(1.1, 1.1 / 1.03, 1.1 * 1.03), RatioInterval(2.0, 2.0 / 1.04, 2.0 * 1.04)
    together = chained(first, second)
    assert together.ratio == pytest.approx(2.2)
    assert together.high / together.ratio == pytest.approx(1.0503, abs=3e-4)
    assert together.ratio / together.low == pytest.approx(1.0503, abs=3e-4)
    assert chained(RatioInterval(1.0, 1.0, 1.0), second).low == pytest.approx(second.low)
