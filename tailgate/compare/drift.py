"""How far a series has gone from its pinned baseline: what steps too small for the gate add up to. Pure.

In: a series and the pinned commit. Out: a :class:`~tailgate.history_records.Drift`, or nothing where none can be told.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import stdtrit

from tailgate.history_records import BENCHMARK_CODE, Drift
from tailgate.records import RatioInterval
from tailgate.series_records import SeriesColumns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tailgate.history_records import Environment, Series

LATEST: Final = 5
"""How many of the latest commits are taken together, so that one disturbed measurement does not decide."""

CONFIDENCE: Final = 0.95
PRIOR_WEIGHT: Final = 4.0
"""How many commits the knowledge of how well each was measured is worth."""

CLIPPED_AT: Final = 3.0
"""Beyond this many errors a commit counts as if it lay there."""

SMALLEST_ERROR: Final = 1e-4
MEDIAN_INEFFICIENCY: Final = math.sqrt(math.pi / 2)
"""Standard error of a median over that of a mean, for normal data."""

NORMAL_REACH: Final = 1.96
"""Half width of a 95 % interval in standard errors."""


def find_drift(series: Series | SeriesColumns, pinned_commit: str, margin: float) -> Drift | None:
    """Compare the latest commits with the pinned baseline.

    The median of the latest commits' ratios is taken: a drift is shown some commits after it has crossed the margin,
    and one disturbed commit among the latest does not show one.

    Parameters
    ----------
    margin
        As a share; beyond it is what is shown to be more than that worse, with 97.5 % confidence.

    Returns
    -------
    Drift or None
        ``None`` where the pinned baseline has no point in the series, or nothing later was measured beside one.
    """
    series = SeriesColumns.of(series)
    place = next((place for place, commit in enumerate(series.commits) if commit.commit == pinned_commit), None)
    if place is None:
        return None
    code = _code_of(series.environment(place))
    has_same_code = np.array([_code_of(environment) == code for environment in series.environments])
    comparable = series.is_beside_pinned & has_same_code[series.environment_places]
    later = place + 1 + np.flatnonzero(comparable[place + 1 :])[-LATEST:]
    if not later.size:
        return None
    values, lows, highs = series.values[later].tolist(), series.lows[later].tolist(), series.highs[later].tolist()
    errors = [math.log(high / low) / (2 * NORMAL_REACH) for low, high in zip(lows, highs, strict=True)]
    pinned = float(series.values[place])
    ratio = _combined(np.log([value / pinned for value in values]), max(float(np.median(errors)), SMALLEST_ERROR))
    return Drift(
        benchmark=series.benchmark,
        machine=series.machine,
        commit=series.commits[int(later[-1])].commit,
        pinned_commit=pinned_commit,
        ratio=ratio,
        is_beyond_margin=ratio.low > 1 + margin,
    )


def _combined(logarithms: NDArray[np.float64], error: float) -> RatioInterval:
    """Median of the logarithms with its interval; the scatter is shrunk towards how well each was measured."""
    count = logarithms.size
    middle = float(np.median(logarithms))
    clipped = np.clip(logarithms - middle, -CLIPPED_AT * error, CLIPPED_AT * error)
    freedom = PRIOR_WEIGHT + count - 1
    scatter = math.sqrt((PRIOR_WEIGHT * error**2 + float(np.sum(clipped**2))) / freedom)
    reach = float(stdtrit(freedom, (1 + CONFIDENCE) / 2)) * MEDIAN_INEFFICIENCY * scatter / math.sqrt(count)
    return RatioInterval(*(math.exp(middle + distance) for distance in (0.0, -reach, reach)))


def _code_of(environment: Environment) -> tuple[str, ...]:
    return tuple(fact.value for fact in environment.facts if fact.name == BENCHMARK_CODE)
