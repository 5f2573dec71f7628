"""Where a sequence of numbers changes its level. In: values in order. Out: indices at which a new level begins.

Robust to outliers, because a value that stands alone against its neighbours is first pulled to them; then levels are
found by seeded binary segmentation, the narrowest interval first, and each is held against both its neighbours.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.ndimage import median_filter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

NORMAL_CONSISTENCY: Final = 1.4826
"""Turns a median absolute deviation into a standard deviation, for normal data."""

NEIGHBOURS: Final = 7
"""Window of the running median: up to three values that stand alone are no level, four are."""

OUTLIER_DEVIATIONS: Final = 2.5
"""How far from the running median a value still counts as what it is."""

MINIMUM_LENGTH: Final = 3
"""Values of the shortest level: fewer cannot be told from outliers."""

SHIFT: Final = 2
"""How far a level's beginning may be moved by an outlier beside it."""

PENALTY: Final = (3.0, 11.0)
"""Squared contrast from which on a split counts: so much for each logarithm of the length, and so much besides. Chosen
so that a series without a change has a false one in less than 1 % of simulated cases."""

DECAY: Final = math.sqrt(0.5)
"""How much shorter the intervals of each layer are."""


def find_levels(values: NDArray[np.float64], smallest_scale: float) -> list[int]:
    """Find the indices at which new levels begin, ascending.

    Parameters
    ----------
    values
        Shape (n,), finite; differences must mean the same everywhere (logarithms of latencies do).
    smallest_scale
        Noise below this is not believed: numbers that were rounded repeat exactly.

    References
    ----------
    S. Kovács, P. Bühlmann, H. Li, A. Munk, Seeded binary segmentation, Biometrika 110 (2023);
    R. Baranowski, Y. Chen, P. Fryzlewicz, Narrowest-over-threshold detection, JRSS B 81 (2019).
    """
    if values.size < 2 * MINIMUM_LENGTH:
        return []
    cleaned, scale = without_outliers(values, smallest_scale)
    threshold = math.sqrt(PENALTY[0] * math.log(values.size) + PENALTY[1]) * scale
    candidates = [
        (length, -contrast, split, low)
        for length, starts in _seeded_intervals(values.size)
        for low, contrast, split in _splits_beyond(cleaned, length, starts, threshold)
    ]
    candidates.sort()
    found: list[int] = []
    for length, _, split, low in candidates:
        if not any(low < other < low + length for other in found):
            found.append(split)
    return _at_clearest_places(values, _held_against_neighbours(cleaned, sorted(found), threshold))


def without_outliers(values: NDArray[np.float64], smallest_scale: float) -> tuple[NDArray[np.float64], float]:
    """Pull values that stand alone towards their neighbours; also return the scale of the noise.

    The scale comes from differences of neighbours, which levels hardly touch.
    """
    differences = np.abs(np.diff(values))
    scale = max(NORMAL_CONSISTENCY * float(np.median(differences)) / math.sqrt(2), smallest_scale)
    usual = median_filter(values, size=NEIGHBOURS, mode="nearest")
    # At the ends the filter repeats the last value, so that a few are enough for a level: take whole windows.
    half = NEIGHBOURS // 2
    usual[:half] = np.median(values[:NEIGHBOURS])
    usual[-half:] = np.median(values[-NEIGHBOURS:])
    bound = OUTLIER_DEVIATIONS * scale
    return np.clip(values, usual - bound, usual + bound), scale


def pulled_to_median(level: NDArray[np.float64], scale: float) -> NDArray[np.float64]:
    """Pull the outliers of one level, shape (n,), towards its median."""
    usual, bound = np.median(level), OUTLIER_DEVIATIONS * scale
    return np.clip(level, usual - bound, usual + bound)


def best_split(values: NDArray[np.float64]) -> tuple[float, int]:
    """Find where values are best split in two; the contrast is in units of one value's scale."""
    if values.size < 2 * MINIMUM_LENGTH:
        return 0.0, 0
    contrasts = _contrasts(values[None, :])[0]
    best = int(np.argmax(contrasts))
    return float(contrasts[best]), MINIMUM_LENGTH + best


def _contrasts(windows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Contrast of every split of each window, shape (windows, splits)."""
    count = windows.shape[1]
    left = np.arange(MINIMUM_LENGTH, count - MINIMUM_LENGTH + 1)
    sums = np.cumsum(windows, axis=1)
    # As few arrays as can be: half the time of a long series goes here.
    of_left = sums[:, MINIMUM_LENGTH - 1 : count - MINIMUM_LENGTH]
    of_right = sums[:, -1:] - of_left
    of_right /= count - left
    contrasts: NDArray[np.float64] = of_left / left
    contrasts -= of_right
    np.abs(contrasts, out=contrasts)
    contrasts *= np.sqrt(left * (count - left) / count)
    return contrasts


def _splits_beyond(
    values: NDArray[np.float64], length: int, starts: NDArray[np.int64], threshold: float
) -> Iterator[tuple[int, float, int]]:
    """Yield start, contrast and place of the best split of every interval in which one counts."""
    contrasts = _contrasts(np.lib.stride_tricks.sliding_window_view(values, length)[starts])
    best = np.argmax(contrasts, axis=1)
    highest = contrasts[np.arange(starts.size), best]
    for place in np.flatnonzero(highest > threshold):
        low = int(starts[place])
        yield low, float(highest[place]), low + MINIMUM_LENGTH + int(best[place])


@lru_cache(maxsize=8)
def _seeded_intervals(size: int) -> tuple[tuple[int, NDArray[np.int64]], ...]:
    """Return lengths, each with the starts of intervals that overlap by half; together O(n log n) long.

    Hundreds of series in a row have the same size.
    """
    intervals = []
    length = float(size)
    while length >= 2 * MINIMUM_LENGTH:
        whole = math.ceil(length)
        count = 2 * math.ceil(size / length) - 1
        intervals.append((whole, np.unique(np.rint(np.linspace(0, size - whole, count)).astype(np.int64))))
        length *= DECAY
    return tuple(intervals)


def _held_against_neighbours(values: NDArray[np.float64], found: list[int], threshold: float) -> list[int]:
    """Move each index to the best split between its neighbours, and leave out the weakest until all hold."""
    while found:
        contrasts = []
        for place in range(len(found)):
            low = found[place - 1] if place else 0
            high = found[place + 1] if place + 1 < len(found) else values.size
            contrast, split = best_split(values[low:high])
            contrasts.append(contrast)
            if contrast > 0:
                found[place] = low + split
        weakest = int(np.argmin(contrasts))
        if contrasts[weakest] > threshold:
            return found
        del found[weakest]
    return []


def _at_clearest_places(values: NDArray[np.float64], found: list[int]) -> list[int]:
    """Move each index by at most ``SHIFT`` to where both levels fit best, by the values as they are.

    Beside an outlier a value of the new level stands alone, too, and was pulled to the old one.
    """
    placed = list(found)
    for place, split in enumerate(found):
        low = placed[place - 1] if place else 0
        high = found[place + 1] if place + 1 < len(found) else values.size
        before, after = float(np.median(values[low:split])), float(np.median(values[split:high]))
        allowed = [
            index
            for index in range(split - SHIFT, split + SHIFT + 1)
            if low + MINIMUM_LENGTH <= index <= high - MINIMUM_LENGTH
        ]
        costs = [
            float(np.abs(values[low:index] - before).sum() + np.abs(values[index:high] - after).sum())
            for index in allowed
        ]
        placed[place] = allowed[int(np.argmin(costs))] if allowed else split
    return placed
