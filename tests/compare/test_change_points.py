from __future__ import annotations

import json
import math
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tailgate.compare import find_change_points
from tailgate.history_records import Cause, Direction
from tests.series import series_of
from tests.store.history_points import name


def noisy(levels: list[float], scale: float = 0.01, seed: int = 1) -> list[float]:
    generator = np.random.default_rng(seed)
    return [float(value) for value in np.asarray(levels) * np.exp(generator.normal(0, scale, len(levels)))]


def test_a_step_is_found_at_its_commit_with_both_levels_and_their_ratio() -> None:
    (found,) = find_change_points(series_of(noisy([100.0] * 15 + [110.0] * 20)))
    assert (found.index, found.commit, found.before_commit) == (15, name(15), name(14))
    assert (found.direction, found.cause) == (Direction.WORSE, Cause.COMMIT)
    assert found.level_before == pytest.approx(100, rel=0.02)
    assert found.level_after == pytest.approx(110, rel=0.02)
    assert found.ratio.low < 1.1 < found.ratio.high
    assert found.ratio.high - found.ratio.low < 0.04


@pytest.mark.parametrize("short", [3, 4, 5])
@pytest.mark.parametrize("is_at_the_end", [False, True])
def test_the_ratio_of_a_large_step_is_that_of_its_levels_however_short_one_is(
    short: int,
    is_at_the_end: bool,  # noqa: FBT001 - a parameter
) -> None:
    values = [100.0] * 20 + [175.0] * short if is_at_the_end else [100.0] * short + [175.0] * 20
    for found in find_change_points(series_of(noisy(values))):
        assert found.ratio.ratio == pytest.approx(found.level_after / found.level_before, rel=0.03)
        assert found.ratio.low < 1.75 < found.ratio.high


def test_both_directions_are_told_apart() -> None:
    found = find_change_points(series_of(noisy([100.0] * 12 + [80.0] * 12 + [90.0] * 12)))
    assert [(item.index, item.direction) for item in found] == [(12, Direction.BETTER), (24, Direction.WORSE)]


@pytest.mark.parametrize("place", [0, 1, 7, 10, 18, 19])
@pytest.mark.parametrize("factor", [0.3, 3.0])
def test_a_value_that_stands_alone_is_no_change_wherever_it_stands(place: int, factor: float) -> None:
    values = noisy([100.0] * 20)
    values[place] *= factor
    assert find_change_points(series_of(values)) == ()


def test_three_values_at_the_end_are_not_yet_a_level_four_are() -> None:
    assert find_change_points(series_of(noisy([100.0] * 20 + [150.0] * 3))) == ()
    assert [item.index for item in find_change_points(series_of(noisy([100.0] * 20 + [150.0] * 4)))] == [20]


def test_a_step_beside_an_outlier_keeps_its_place() -> None:
    values = noisy([100.0] * 15 + [110.0] * 15)
    values[12] = 300.0
    values[16] = 40.0
    assert [item.index for item in find_change_points(series_of(values))] == [15]


def test_a_change_of_the_environment_is_blamed_before_a_commit() -> None:
    (found,) = find_change_points(series_of(noisy([100.0] * 15 + [110.0] * 15), new_kernel_from=15))
    assert (found.index, found.cause) == (15, Cause.ENVIRONMENT)
    assert found.environment_changes == ("kernel: 6.1 to 6.2",)


def test_a_change_of_the_environment_beside_the_best_place_is_blamed_where_the_values_allow_it() -> None:
    values = [100.0, 99.0, 101.0, 100.0, 99.5, 100.5, 100.0, 101.0, 103.2, 106.0, 107.0, 105.0, 106.0, 106.5, 105.5]
    assert [item.index for item in find_change_points(series_of(values))] == [8]
    (found,) = find_change_points(series_of(values, new_kernel_from=9))
    assert (found.index, found.cause) == (9, Cause.ENVIRONMENT)
    # A clear step, far from the change of environment, stays the commit's.
    (found,) = find_change_points(series_of(noisy([100.0] * 15 + [110.0] * 15), new_kernel_from=17))
    assert (found.index, found.cause) == (15, Cause.COMMIT)


def test_a_change_of_the_environment_alone_is_no_change_point() -> None:
    assert find_change_points(series_of(noisy([100.0] * 30), new_kernel_from=15)) == ()


def test_points_that_were_not_measured_beside_the_pinned_baseline_are_left_out_where_others_were() -> None:
    series = series_of(noisy([100.0] * 40))
    # What the clock said on other days, between the others.
    points = tuple(
        replace(point, value=150.0, against_pinned=None) if place % 2 else point
        for place, point in enumerate(series.points)
    )
    assert find_change_points(replace(series, points=points)) == ()
    stepped = tuple(
        replace(point, value=point.value * (1.1 if place >= 20 else 1.0)) for place, point in enumerate(points)
    )
    assert [item.index for item in find_change_points(replace(series, points=stepped))] == [20]


def test_a_change_too_small_to_matter_is_none_however_sure_it_is() -> None:
    values = [100.0 + 0.01 * (place % 3) + (0.8 if place >= 50 else 0.0) for place in range(100)]
    assert find_change_points(series_of(values)) == ()


def test_values_that_repeat_exactly_are_no_trouble() -> None:
    assert find_change_points(series_of([100.0] * 50)) == ()
    assert [item.index for item in find_change_points(series_of([100.0] * 25 + [120.0] * 25))] == [25]


@pytest.mark.parametrize("length", range(6))
def test_a_short_series_has_no_change_points(length: int) -> None:
    assert find_change_points(series_of([100.0, 200.0, 100.0, 400.0, 100.0][:length] or [1.0])) == ()


def test_values_without_a_logarithm_are_left_out() -> None:
    series = series_of(noisy([100.0] * 15 + [110.0] * 15))
    broken = tuple(
        replace(point, value=bad) if bad is not None else point
        for point, bad in zip(series.points, [0.0, -1.0, math.inf] + [None] * 27, strict=True)
    )
    assert [item.index for item in find_change_points(replace(series, points=broken))] == [15]


@pytest.mark.real_data
@pytest.mark.skipif("TAILGATE_REAL_DATA" not in os.environ, reason="TAILGATE_REAL_DATA names no folder")
def test_the_labelled_changes_of_tigerbeetle_are_found_and_its_outlier_is_not() -> None:
    labelled = json.loads((Path(os.environ["TAILGATE_REAL_DATA"]) / "change_points" / "tigerbeetle.json").read_text())
    found = [item.index for item in find_change_points(series_of(labelled["series"]))]
    assert set(labelled["change_points"]) <= set(found)
    assert not {labelled["outlier"], labelled["outlier"] + 1} & set(found)
