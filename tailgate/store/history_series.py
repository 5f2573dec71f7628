"""From rows to series: one point a commit, in the order of commits, as records or as columns.

In: a transaction of the store and the key of a series. Out: ``Series`` for whoever looks at a few points,
``SeriesColumns`` for whoever reads them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from sqlalchemy import select

from tailgate.history_records import Series, Source
from tailgate.records import BenchmarkId
from tailgate.series_records import SOURCES, SeriesColumns
from tailgate.store import documents
from tailgate.store.history_rows import (
    COLUMN_COLUMNS,
    ENVIRONMENT,
    POINT_COLUMNS,
    read_commit,
    read_number_columns,
    read_point,
)
from tailgate.store.history_schema import environments, history_commits, history_points

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray
    from sqlalchemy import ColumnElement, Connection, Row

    from tailgate.history_records import Environment

PREFERENCE: Final = (Source.HISTORY, Source.GATE, Source.ASV)
"""Whose point stands for a commit: the first that there is."""

IN_ORDER: Final = (history_commits.c.committed_unix_us, history_commits.c.position, history_commits.c.commit_hash)
"""The order of commits in series."""

_RANKS: Final = {source.value: rank for rank, source in enumerate(PREFERENCE)}
_PLACES: Final = np.array([SOURCES.index(source) for source in PREFERENCE])


@dataclass(frozen=True, slots=True)
class SeriesKey:
    """The key of a series in the database, and what it is known by."""

    key: int
    benchmark: BenchmarkId
    machine: str


def read_series(connection: Connection, key: SeriesKey) -> Series | None:
    """Read one series as records."""
    of_series = history_points.c.series_key == key.key
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
    ranks = np.array([_RANKS[row.source] for row in rows])
    units = [row.unit for row in rows]
    chosen, unit = _chosen(np.array([places[row.commit_key] for row in rows]), ranks, units)
    in_order = [rows[place] for place in chosen]
    return Series(
        benchmark=key.benchmark,
        machine=key.machine,
        unit=unit,
        commits=tuple(commits[row.commit_key] for row in in_order),
        points=tuple(
            read_point(row, key.benchmark, commits[row.commit_key].commit, known[row.environment_key])
            for row in in_order
        ),
    )


class ColumnsReader:
    """Reads series as columns, one after the other; the commits and environments that they share are read once.

    Parameters
    ----------
    connection
        Of a transaction in which commits and environments are read; what is added later belongs to the next reader.
    """

    def __init__(self, connection: Connection) -> None:
        rows = connection.execute(select(history_commits).order_by(*IN_ORDER)).all()
        self._commits = [read_commit(row) for row in rows]
        self._commit_places = _places_of([row.commit_key for row in rows])
        known = environments_of(connection)
        self._environments = list(known.values())
        self._environment_places = _places_of(list(known))

    def read(self, connection: Connection, key: SeriesKey) -> SeriesColumns | None:
        """Return a series; ``None`` where no point of it has a value."""
        rows = connection.execute(
            select(*COLUMN_COLUMNS).where(history_points.c.series_key == key.key, history_points.c.failure == "")
        ).all()
        if not rows:
            return None
        commit_keys, environment_keys, measured, sources, units, values, lows, highs, numbers, processes = zip(
            *rows, strict=True
        )
        commit_places = _looked_up(self._commit_places, commit_keys)
        environment_places = _looked_up(self._environment_places, environment_keys)
        is_known = (commit_places >= 0) & (environment_places >= 0)
        ranks = np.array([_RANKS[source] for source in sources])
        chosen, unit = _chosen(commit_places, ranks, units, is_known)
        if not chosen.size:
            return None
        used, used_places = np.unique(environment_places[chosen], return_inverse=True)
        intrinsic, raw, is_beside_pinned = read_number_columns(numbers)
        return SeriesColumns(
            benchmark=key.benchmark,
            machine=key.machine,
            unit=unit,
            commits=tuple(self._commits[place] for place in commit_places[chosen].tolist()),
            environments=tuple(self._environments[place] for place in used.tolist()),
            values=np.array(values, dtype=np.float64)[chosen],
            lows=np.array(lows, dtype=np.float64)[chosen],
            highs=np.array(highs, dtype=np.float64)[chosen],
            is_beside_pinned=is_beside_pinned[chosen],
            environment_places=used_places.astype(np.int64),
            source_places=_PLACES[ranks[chosen]],
            measured_unix_us=np.array(measured, dtype=np.int64)[chosen],
            processes=np.array(processes, dtype=np.int64)[chosen],
            intrinsic=intrinsic[chosen],
            raw=raw[chosen],
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
    ranks: NDArray[np.int64],
    units: Sequence[str],
    is_known: NDArray[np.bool_] | None = None,
) -> tuple[NDArray[np.int64], str]:
    """Return which rows stand for their commits, in the order of the commits, and the unit that they have.

    The unit is that of the first point of the best source; points of another one do not compare, and are left out.
    """
    order = np.lexsort((commit_places, ranks))
    if is_known is not None:
        order = order[is_known[order]]
    if not order.size:
        return order, ""
    unit = units[int(order[0])]
    if len(set(units)) > 1:
        order = order[np.array([item == unit for item in units])[order]]
    # Of each commit the first in this order is taken: that of the best source.
    _, first = np.unique(commit_places[order], return_index=True)
    return order[first], unit


def _places_of(keys: Sequence[int]) -> NDArray[np.int64]:
    """Return an array that leads from a key to its place; -1 for what is no key."""
    places = np.full(max(keys, default=0) + 1, -1, dtype=np.int64)
    places[list(keys)] = np.arange(len(keys))
    return places


def _looked_up(places: NDArray[np.int64], keys: Iterable[int]) -> NDArray[np.int64]:
    wanted = np.array(keys, dtype=np.int64)
    return np.where(wanted < places.size, places[np.minimum(wanted, places.size - 1)], -1)
