"""From a series to what can be read off it: change points, and the drift from the pinned baseline. Pure.

In: a :class:`~tailgate.history_records.Series`. Out: :class:`~tailgate.history_records.ChangePoint` and
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

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tailgate.history_records import HistoryPoint, Series

SMALLEST_SCALE: Final = 0.001
"""Noise below a thousandth is not believed: values that repeat exactly were rounded, or counted."""

SMALLEST_CHANGE: Final = 0.01
"""A smaller change of level is no change that anybody asks for."""

NEARBY: Final = 2
"""How far from its best place a change point still is where the environment changed."""

CONFIDENCE: Final = 0.95


def comparable_places(series: Series) -> list[int]:
    """Return the places of the points that compare with each other.

    Where some were measured beside the pinned baseline, those are they: what a machine's clock said on another day
    moves by a fifth for reasons of its own.
    """
    relative = [place for place, point in enumerate(series.points) if point.against_pinned is not None]
    places = relative or range(len(series.points))
    return [place for place in places if 0 < series.points[place].value < math.inf]


def find_change_points(series: Series) -> tuple[ChangePoint, ...]:
    """Find from which commits on a series has another level.

    A change is put down to the environment where it changed at the same point, or so near that the series fits that
    point nearly as well. Series with values that are not positive have no ratios; those values are left out.
    """
    places = comparable_places(series)
    if len(places) < 2 * MINIMUM_LENGTH:
        return ()
    points = [series.points[place] for place in places]
    logarithms = np.log([point.value for point in points])
    cleaned, scale = without_outliers(logarithms, SMALLEST_SCALE)
    splits = find_levels(logarithms, SMALLEST_SCALE)
    splits = _at_environment_changes(cleaned, scale, splits, points)
    found = []
    edges = [0, *splits, len(places)]
    for before, split, after in zip(edges, splits, edges[2:], strict=False):
        # Each level's outliers are those of that level: beside a step, the whole series' neighbours are another level.
        old, new = (pulled_to_median(level, scale) for level in (logarithms[before:split], logarithms[split:after]))
        ratio = _ratio(old, new, scale)
        if abs(math.log(ratio.ratio)) < math.log1p(SMALLEST_CHANGE):
            continue
        changes = environment_changes(points[split - 1], points[split])
        found.append(
            ChangePoint(
                benchmark=series.benchmark,
                machine=series.machine,
                index=places[split],
                commit=points[split].commit,
                before_commit=points[split - 1].commit,
                direction=Direction.WORSE if ratio.ratio > 1 else Direction.BETTER,
                level_before=float(np.exp(np.median(logarithms[before:split]))),
                level_after=float(np.exp(np.median(logarithms[split:after]))),
                ratio=ratio,
                cause=Cause.ENVIRONMENT if changes else Cause.COMMIT,
                environment_changes=changes,
            )
        )
    return tuple(found)


def environment_changes(before: HistoryPoint, after: HistoryPoint) -> tuple[str, ...]:
    """Name every fact of the environment that differs between two points, in words."""
    if before.environment == after.environment:
        return ()
    old, new = ({fact.name: fact.value for fact in point.environment.facts} for point in (before, after))
    return tuple(
        f"{name}: {old.get(name, 'unknown')} to {new.get(name, 'unknown')}"
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    )


def _at_environment_changes(
    cleaned: NDArray[np.float64], scale: float, splits: list[int], points: Sequence[HistoryPoint]
) -> list[int]:
    """Move a split to a change of environment beside it where the values in between do not speak against that."""
    moved = list(splits)
    for place, split in enumerate(splits):
        low = moved[place - 1] if place else 0
        high = splits[place + 1] if place + 1 < len(splits) else len(points)
        nearby = sorted(range(split - NEARBY, split + NEARBY + 1), key=lambda index: abs(index - split))
        for index in nearby:
            if not low + MINIMUM_LENGTH <= index <= high - MINIMUM_LENGTH:
                continue
            if points[index - 1].environment == points[index].environment:
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
