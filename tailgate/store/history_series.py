"""From rows to series: one point a commit, in the order of commits, as records or as columns.

In: a transaction of the store and the key of a series. Out: ``Series`` for whoever looks at a few points,
``SeriesColumns`` for whoever reads them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from sqlalchemy import select

from tailgate.history_records import Series
from tailgate.records import BenchmarkId
from tailgate.series_records import SOURCES, SeriesColumns
from tailgate.store import documents
from tailgate.store.history_rows import ENVIRONMENT, POINT_COLUMNS, read_commit, read_point
from tailgate.store.history_schema import environments, history_commits, history_points, history_series
from tailgate.store.point_columns import PREFERENCE, RANKS, read_point_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from numpy.typing import NDArray
    from sqlalchemy import ColumnElement, Connection, Row

    from tailgate.history_records import Environment, HistoryCommit
    from tailgate.store.history_interface import StoredSeries

IN_ORDER: Final = (history_commits.c.committed_unix_us, history_commits.c.position, history_commits.c.commit_hash)
"""The order of commits in series."""

_PLACES: Final = np.array([SOURCES.index(source) for source in PREFERENCE])


@dataclass(frozen=True, slots=True)
class SeriesKey:
    """The key of a series in the database, what it is known by, and the digest of that."""

    key: int
    benchmark: BenchmarkId
    machine: str
    digest: str


def read_series(connection: Connection, key: int, benchmark: BenchmarkId, machine: str) -> Series | None:
    """Read one series as records."""
    of_series = history_points.c.series_key == key
    commits = {
        row.commit_key: read_commit(row)
        for row in connection.execute(
            select(history_commits)
            .where(history_commits.c.commit_key.in_(select(history_points.c.commit_key).where(of_series)))
            .order_by(*IN_ORDER)
        )
    }
    used = select(history_points.c.environment_key).where(of_series).distinct()
    known = environments_of(connection, environments.c.environment_key.in_(used))
    rows = connection.execute(select(*POINT_COLUMNS).where(of_series, history_points.c.failure == "")).all()
    if not rows:
        return None
    places = {commit_key: place for place, commit_key in enumerate(commits)}
    units = list(dict.fromkeys(row.unit for row in rows))
    chosen, unit = _chosen(
        np.array([places[row.commit_key] for row in rows]),
        np.array([RANKS[row.source] for row in rows]),
        np.array([units.index(row.unit) for row in rows]),
    )
    in_order = [rows[place] for place in chosen.tolist()]
    return Series(
        benchmark=benchmark,
        machine=machine,
        unit=units[unit],
        commits=tuple(commits[row.commit_key] for row in in_order),
        points=tuple(
            read_point(row, benchmark, commits[row.commit_key].commit, known[row.environment_key]) for row in in_order
        ),
    )


class StoredColumns:
    """Reads series as columns, one after the other; the commits and environments that they share are read once.

    Parameters
    ----------
    reading
        Opens a transaction of the store.
    cache
        Where columns are kept until the next reading, if anywhere.
    """

    def __init__(self, reading: Callable[[], AbstractContextManager[Connection]], cache: Path | None) -> None:
        self._reading = reading
        self._cache = cache
        with reading() as connection:
            rows = connection.execute(select(history_commits).order_by(*IN_ORDER)).all()
            known = environments_of(connection)
            self._keys = [
                SeriesKey(row.series_key, benchmark_of(row), row.machine, row.digest)
                for row in connection.execute(select(history_series))
            ]
        self._commits = [read_commit(row) for row in rows]
        self._latest: tuple[NDArray[np.int64], tuple[HistoryCommit, ...]] = (np.zeros(0, dtype=np.int64), ())
        self._commit_places = _places_of([row.commit_key for row in rows])
        self._environments = list(known.values())
        self._environment_places = _places_of(list(known))

    def series(self, keys: Sequence[StoredSeries] | None = None) -> Iterator[SeriesColumns]:
        """Yield series as columns; see ``ColumnsReading``."""
        wanted = None if keys is None else {(key.benchmark, key.machine) for key in keys}
        for key in sorted(self._keys, key=lambda key: (key.benchmark, key.machine)):
            if wanted is not None and (key.benchmark, key.machine) not in wanted:
                continue
            # One short transaction a series: a reader that takes its time would keep the write-ahead log growing.
            with self._reading() as connection:
                series = self._read(connection, key)
            if series is not None:
                yield series

    def _commits_at(self, places: NDArray[np.int64]) -> tuple[HistoryCommit, ...]:
        """Return the commits at places; series after series has the same ones, which are then kept once."""
        if not np.array_equal(places, self._latest[0]):
            self._latest = (places, tuple(self._commits[place] for place in places.tolist()))
        return self._latest[1]

    def _read(self, connection: Connection, key: SeriesKey) -> SeriesColumns | None:
        file = None if self._cache is None else self._cache / f"{key.digest}.npz"
        columns = read_point_columns(connection, key.key, file)
        points = columns.points
        commit_places = _looked_up(self._commit_places, points["commit_key"])
        environment_places = _looked_up(self._environment_places, points["environment_key"])
        is_known = (commit_places >= 0) & (environment_places >= 0)
        chosen, unit = _chosen(commit_places, points["rank"], points["unit"], is_known)
        if not chosen.size:
            return None
        used, used_places = np.unique(environment_places[chosen], return_inverse=True)
        points = points[chosen]
        return SeriesColumns(
            benchmark=key.benchmark,
            machine=key.machine,
            unit=columns.units[unit],
            commits=self._commits_at(commit_places[chosen]),
            environments=tuple(self._environments[place] for place in used.tolist()),
            values=points["value"],
            lows=points["low"],
            highs=points["high"],
            is_beside_pinned=points["is_beside_pinned"],
            environment_places=used_places.astype(np.int64),
            source_places=_PLACES[points["rank"]],
            measured_unix_us=points["measured_unix_us"],
            processes=points["processes"],
            intrinsic=points["intrinsic"],
            raw=points["raw"],
        )


def environments_of(connection: Connection, *which: ColumnElement[bool]) -> dict[int, Environment]:
    """Return environments by their keys."""
    rows = connection.execute(select(environments.c.environment_key, environments.c.document).where(*which)).all()
    return {row.environment_key: ENVIRONMENT.validate_json(row.document) for row in rows}


def benchmark_of(row: Row[Any]) -> BenchmarkId:
    """Return the benchmark of a series' row."""
    return BenchmarkId(row.benchmark, documents.PARAMETERS.validate_json(row.parameters))


def _chosen(
    commit_places: NDArray[np.int64],
    ranks: NDArray[np.integer],
    units: NDArray[np.integer],
    is_known: NDArray[np.bool_] | None = None,
) -> tuple[NDArray[np.int64], int]:
    """Return which rows stand for their commits, in the order of the commits, and the unit that they have.

    The unit is that of the first point of the best source; points of another one do not compare, and are left out.
    """
    order = np.lexsort((commit_places, ranks))
    if is_known is not None:
        order = order[is_known[order]]
    if not order.size:
        return order, 0
    unit = int(units[order[0]])
    order = order[units[order] == unit]
    # Of each commit the first in this order is taken: that of the best source.
    _, first = np.unique(commit_places[order], return_index=True)
    return order[first], unit


def _places_of(keys: Sequence[int]) -> NDArray[np.int64]:
    """Return an array that leads from a key to its place; -1 for what is no key."""
    places = np.full(max(keys, default=0) + 1, -1, dtype=np.int64)
    places[list(keys)] = np.arange(len(keys))
    return places


def _looked_up(places: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.where(wanted < places.size, places[np.minimum(wanted, places.size - 1)], -1)
