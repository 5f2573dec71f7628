"""From a series to what can be read off it: change points, and the drift from the pinned baseline. Pure.

In: a series, as records or as columns. Out: :class:`~tailgate.history_records.ChangePoint` and
:class:`~tailgate.history_records.Drift` records.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import stdtrit

from tailgate.compare.segments import MINIMUM_LENGTH, find_levels, pulled_to_median, without_outliers
from tailgate.history_records import Cause, ChangePoint, Direction
from tailgate.records import RatioInterval
from tailgate.series_records import SeriesColumns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tailgate.history_records import Environment, Series

SMALLEST_SCALE: Final = 0.001
"""Noise below a thousandth is not believed: values that repeat exactly were rounded, or counted."""

SMALLEST_CHANGE: Final = 0.01
"""A smaller change of level is no change that anybody asks for."""

NEARBY: Final = 2
"""How far from its best place a change point still is where the environment changed."""

CONFIDENCE: Final = 0.95


def comparable_places(series: SeriesColumns) -> NDArray[np.int64]:
    """Return the places of the points that compare with each other.

    Where some were measured beside the pinned baseline, those are they: what a machine's clock said on another day
    moves by a fifth for reasons of its own.
    """
    beside = series.is_beside_pinned
    return np.flatnonzero((beside if beside.any() else True) & (series.values > 0) & (series.values < math.inf))


def find_change_points(series: Series | SeriesColumns) -> tuple[ChangePoint, ...]:
    """Find from which commits on a series has another level.

    A change is put down to the environment where it changed at the same point, or so near that the series fits that
    point nearly as well. Series with values that are not positive have no ratios; those values are left out.
    """
    series = SeriesColumns.of(series)
    places = comparable_places(series)
    if places.size < 2 * MINIMUM_LENGTH:
        return ()
    logarithms = np.log(series.values[places])
    environments = series.environment_places[places]
    cleaned, scale = without_outliers(logarithms, SMALLEST_SCALE)
    splits = find_levels(logarithms, SMALLEST_SCALE)
    splits = _at_environment_changes(cleaned, scale, splits, environments)
    found = []
    edges = [0, *splits, places.size]
    for before, split, after in zip(edges, splits, edges[2:], strict=False):
        # Each level's outliers are those of that level: beside a step, the whole series' neighbours are another level.
        old, new = (pulled_to_median(level, scale) for level in (logarithms[before:split], logarithms[split:after]))
        ratio = _ratio(old, new, scale)
        if abs(math.log(ratio.ratio)) < math.log1p(SMALLEST_CHANGE):
            continue
        last, first = int(places[split - 1]), int(places[split])
        changes = environment_changes(series.environment(last), series.environment(first))
        found.append(
            ChangePoint(
                benchmark=series.benchmark,
                machine=series.machine,
                index=first,
                commit=series.commits[first].commit,
                before_commit=series.commits[last].commit,
                direction=Direction.WORSE if ratio.ratio > 1 else Direction.BETTER,
                level_before=float(np.exp(np.median(logarithms[before:split]))),
                level_after=float(np.exp(np.median(logarithms[split:after]))),
                ratio=ratio,
                cause=Cause.ENVIRONMENT if changes else Cause.COMMIT,
                environment_changes=changes,
            )
        )
    return tuple(found)


def environment_changes(before: Environment, after: Environment) -> tuple[str, ...]:
    """Name every fact that differs between two environments, in words."""
    if before == after:
        return ()
    old, new = ({fact.name: fact.value for fact in environment.facts} for environment in (before, after))
    return tuple(
        f"{name}: {old.get(name, 'unknown')} to {new.get(name, 'unknown')}"
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    )


def _at_environment_changes(
    cleaned: NDArray[np.float64], scale: float, splits: list[int], environments: NDArray[np.int64]
) -> list[int]:
    """Move a split to a change of environment beside it where the values in between do not speak against that."""
    moved = list(splits)
    for place, split in enumerate(splits):
        low = moved[place - 1] if place else 0
        high = splits[place + 1] if place + 1 < len(splits) else environments.size
        nearby = sorted(range(split - NEARBY, split + NEARBY + 1), key=lambda index: abs(index - split))
        for index in nearby:
            if not low + MINIMUM_LENGTH <= index <= high - MINIMUM_LENGTH:
                continue
            if environments[index - 1] == environments[index]:
                continue
            costs = [_squares(cleaned[low:at]) + _squares(cleaned[at:high]) for at in (split, index)]
            if costs[1] - costs[0] <= 4 * scale**2 * (1 + abs(index - split)):
                moved[place] = index
                break
    return moved


def _squares(values: NDArray[np.float64]) -> float:
    return float(np.sum((values - values.mean()) ** 2))


def _ratio(before: NDArray[np.float64], after: NDArray[np.float64], scale: float) -> RatioInterval:
    """Ratio of two levels with its interval, from their values' scatter or the whole series', whichever is larger."""
    freedom = before.size + after.size - 2
    scatter = max(math.sqrt((_squares(before) + _squares(after)) / freedom), scale)
    error = scatter * math.sqrt(1 / before.size + 1 / after.size)
    reach = float(stdtrit(freedom, (1 + CONFIDENCE) / 2)) * error
    difference = float(after.mean() - before.mean())
    return RatioInterval(*(math.exp(difference + distance) for distance in (0.0, -reach, reach)))
