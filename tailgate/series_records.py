"""A series as columns: what tens of thousands of points are read, compared and drawn from.

``history_records.py`` has the same series as one record a point, for whoever looks at a few of them.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from tailgate.history_records import Series, Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tailgate.history_records import Environment, HistoryCommit
    from tailgate.records import BenchmarkId, Quantiles

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SOURCES: Final = tuple(Source)
QUANTILES: Final = 5
"""Columns of ``intrinsic`` and ``raw``: the fields of ``Quantiles``, in their order."""


@dataclass(frozen=True, slots=True, eq=False)
class SeriesColumns:
    """One benchmark on one machine over commits, every attribute but the first three with an entry a point.

    Attributes
    ----------
    values, lows, highs
        float64, shape (n,); see ``HistoryPoint``.
    is_beside_pinned
        bool: whether the pinned baseline was measured in the same rounds.
    environment_places
        Where in ``environments``, the only attribute of another length, the environment of each point is.
    source_places
        Where in ``SOURCES`` the source of each point is.
    measured_unix_us
        int64: microseconds since 1970.
    processes
        int64: how many processes are behind each; 0 where nobody knows.
    intrinsic, raw
        float32, shape (n, 5): quantiles in nanoseconds; NaN where there are none.
    """

    benchmark: BenchmarkId
    machine: str
    unit: str
    commits: tuple[HistoryCommit, ...] = field(repr=False)
    environments: tuple[Environment, ...] = field(repr=False)
    values: NDArray[np.float64] = field(repr=False)
    lows: NDArray[np.float64] = field(repr=False)
    highs: NDArray[np.float64] = field(repr=False)
    is_beside_pinned: NDArray[np.bool_] = field(repr=False)
    environment_places: NDArray[np.int64] = field(repr=False)
    source_places: NDArray[np.int64] = field(repr=False)
    measured_unix_us: NDArray[np.int64] = field(repr=False)
    processes: NDArray[np.int64] = field(repr=False)
    intrinsic: NDArray[np.float32] = field(repr=False)
    raw: NDArray[np.float32] = field(repr=False)

    @classmethod
    def of(cls, series: Series | SeriesColumns) -> SeriesColumns:
        """Return a series as columns, which it may be already."""
        if isinstance(series, SeriesColumns):
            return series
        points = series.points
        distinct = dict.fromkeys(point.environment for point in points)
        places = {environment: place for place, environment in enumerate(distinct)}
        return cls(
            benchmark=series.benchmark,
            machine=series.machine,
            unit=series.unit,
            commits=series.commits,
            environments=tuple(places),
            values=np.array([point.value for point in points], dtype=np.float64),
            lows=np.array([point.low for point in points], dtype=np.float64),
            highs=np.array([point.high for point in points], dtype=np.float64),
            is_beside_pinned=np.array([point.against_pinned is not None for point in points], dtype=np.bool_),
            environment_places=np.array([places[point.environment] for point in points], dtype=np.int64),
            source_places=np.array([SOURCES.index(point.source) for point in points], dtype=np.int64),
            measured_unix_us=np.array([unix_us(point.measured_at) for point in points], dtype=np.int64),
            processes=np.array([point.processes for point in points], dtype=np.int64),
            intrinsic=_table([point.intrinsic for point in points]),
            raw=_table([point.raw for point in points]),
        )

    def environment(self, index: int) -> Environment:
        """Return where a point was measured."""
        return self.environments[int(self.environment_places[index])]

    def source(self, index: int) -> Source:
        """Return who measured a point."""
        return SOURCES[int(self.source_places[index])]

    def measured_at(self, index: int) -> datetime:
        """Return when a point was measured, in UTC."""
        return moment(int(self.measured_unix_us[index]))


def unix_us(moment: datetime) -> int:
    """Microseconds since 1970, exact."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def moment(microseconds: int) -> datetime:
    """Return the moment so many microseconds after 1970 began, in UTC."""
    return EPOCH + timedelta(microseconds=microseconds)


def _table(readings: Sequence[Quantiles | None]) -> NDArray[np.float32]:
    nothing = (np.nan,) * QUANTILES
    rows = [nothing if reading is None else astuple(reading) for reading in readings]
    return np.array(rows, dtype=np.float32).reshape(len(rows), QUANTILES)
