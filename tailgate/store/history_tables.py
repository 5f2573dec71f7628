"""How history is written to the database and read from it. In: transactions of the store; out: the same records, later.

See ``History`` for what each method promises.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, delete, func, insert, select, text, update

from tailgate.errors import StoreError
from tailgate.history_records import Environment, HistoryCommit, Series, Source
from tailgate.records import BenchmarkId
from tailgate.store import documents
from tailgate.store.history_interface import StoredSeries
from tailgate.store.history_rows import (
    ENVIRONMENT,
    POINT_COLUMNS,
    PROFILE,
    commit_row,
    point_row,
    read_commit,
    read_point,
)
from tailgate.store.history_schema import (
    environments,
    history_commits,
    history_pins,
    history_points,
    history_series,
    profiles,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from sqlalchemy import ColumnElement, Connection, Row, Select, Table

    from tailgate.history_records import HistoryPoint, Profile

PREFERENCE: Final = (Source.HISTORY, Source.GATE, Source.ASV)
"""Whose point stands for a commit: the first that there is."""

KEYS_A_QUERY: Final = 500
"""How many values one IN list holds: databases have limits."""

_IN_ORDER: Final = (history_commits.c.committed_unix_us, history_commits.c.position, history_commits.c.commit_hash)


@dataclass(frozen=True, slots=True)
class HistoryTables:
    """History in the store's database.

    Attributes
    ----------
    reading, writing
        Open a transaction of the store.
    """

    reading: Callable[[], AbstractContextManager[Connection]]
    writing: Callable[[], AbstractContextManager[Connection]]

    def add_commits(self, commits: Sequence[HistoryCommit]) -> None:
        """Keep commits; see ``History``."""
        rows = {row["commit_hash"]: row for row in map(commit_row, commits)}
        with self.writing() as connection:
            _lock_others_out(connection)
            query = select(history_commits).where
            column = history_commits.c.commit_hash
            known = {row.commit_hash: row for row in _rows_in(connection, query, column, rows)}
            new = [row for commit, row in rows.items() if commit not in known]
            if new:
                connection.execute(insert(history_commits), new)
            for commit, kept in known.items():
                row = rows[commit]
                if kept.subject and not row["subject"]:
                    # A result file knows the date alone, a repository everything.
                    continue
                if any(getattr(kept, name) != value for name, value in row.items()):
                    connection.execute(update(history_commits).where(column == commit).values(row))
                    # What is shown of the commit has changed in all its series.
                    has_commit = select(history_points.c.series_key).where(
                        history_points.c.commit_key == kept.commit_key
                    )
                    _mark_changed(connection, connection.scalars(has_commit).all())

    def add_points(self, points: Sequence[HistoryPoint]) -> None:
        """Keep points; see ``History``."""
        if not points:
            return
        with self.writing() as connection:
            _lock_others_out(connection)
            commit_keys = _commit_keys(connection, points)
            environment_keys = _environment_keys(connection, points)
            series_keys = _series_keys(connection, points)
            rows = {
                (row["series_key"], row["commit_key"], row["source"]): row
                for row in (
                    point_row(
                        point,
                        series_keys[_series_digest(point)],
                        commit_keys[documents.storable_text(point.commit)],
                        environment_keys[point.environment],
                    )
                    for point in points
                )
            }
            connection.execute(
                delete(history_points).where(
                    history_points.c.series_key == bindparam("of_series"),
                    history_points.c.commit_key == bindparam("of_commit"),
                    history_points.c.source == bindparam("of_source"),
                ),
                [{"of_series": series, "of_commit": commit, "of_source": source} for series, commit, source in rows],
            )
            connection.execute(insert(history_points), list(rows.values()))
            _mark_changed(connection, series_keys.values())

    def commits(self) -> tuple[HistoryCommit, ...]:
        """Return every commit; see ``History``."""
        with self.reading() as connection:
            rows = connection.execute(select(history_commits).order_by(*_IN_ORDER)).all()
            return tuple(read_commit(row) for row in rows)

    def machines(self) -> tuple[str, ...]:
        """Return every machine; see ``History``."""
        with self.reading() as connection:
            return tuple(sorted(connection.scalars(select(history_series.c.machine).distinct()).all()))

    def benchmarks(self) -> tuple[BenchmarkId, ...]:
        """Return every benchmark; see ``History``."""
        return tuple(sorted({key.benchmark for key in self.all_keys()}))

    def all_keys(self) -> tuple[StoredSeries, ...]:
        """Return every series' key; see ``History``."""
        with self.reading() as connection:
            rows = connection.execute(select(history_series)).all()
            keys = [StoredSeries(_benchmark(row), row.machine, row.change) for row in rows]
        return tuple(sorted(keys, key=lambda key: (key.benchmark, key.machine)))

    def series(self, benchmark: BenchmarkId, machine: str) -> Series | None:
        """Return one series; see ``History``."""
        with self.reading() as connection:
            key = _series_key(connection, benchmark, machine)
            if key is None:
                return None
            of_series = history_points.c.series_key == key
            commits = {
                row.commit_key: read_commit(row)
                for row in connection.execute(
                    select(history_commits)
                    .where(history_commits.c.commit_key.in_(select(history_points.c.commit_key).where(of_series)))
                    .order_by(*_IN_ORDER)
                )
            }
            used = select(history_points.c.environment_key).where(of_series).distinct()
            known = _environments(connection, environments.c.environment_key.in_(used))
            return _read_series(connection, key, benchmark, machine, (commits, known))

    def all_series(self, keys: Sequence[StoredSeries] | None = None) -> Iterator[Series]:
        """Yield every series; see ``History``."""
        with self.reading() as connection:
            commits = {
                row.commit_key: read_commit(row)
                for row in connection.execute(select(history_commits).order_by(*_IN_ORDER))
            }
            known = _environments(connection)
            listed = [
                (_benchmark(row), row.machine, row.series_key) for row in connection.execute(select(history_series))
            ]
        wanted = None if keys is None else {(key.benchmark, key.machine) for key in keys}
        for benchmark, machine, key in sorted(listed):
            if wanted is not None and (benchmark, machine) not in wanted:
                continue
            # One short transaction a series: a reader that takes its time would keep the write-ahead log growing.
            with self.reading() as connection:
                series = _read_series(connection, key, benchmark, machine, (commits, known))
            if series is not None:
                yield series

    def points_of(self, commit: str) -> tuple[HistoryPoint, ...]:
        """Return every point of a commit; see ``History``."""
        with self.reading() as connection:
            key = connection.scalar(
                select(history_commits.c.commit_key).where(
                    history_commits.c.commit_hash == documents.storable_text(commit)
                )
            )
            if key is None:
                return ()
            of_commit = history_points.c.commit_key == key
            series = select(history_points.c.series_key).where(of_commit)
            benchmarks = {
                row.series_key: _benchmark(row)
                for row in connection.execute(select(history_series).where(history_series.c.series_key.in_(series)))
            }
            used = select(history_points.c.environment_key).where(of_commit).distinct()
            known = _environments(connection, environments.c.environment_key.in_(used))
            rows = connection.execute(select(history_points.c.series_key, *POINT_COLUMNS).where(of_commit)).all()
            points = [
                read_point(values, benchmarks[series_key], commit, known[values[1]]) for series_key, *values in rows
            ]
        return tuple(
            sorted(
                points, key=lambda point: (point.benchmark, point.environment.machine, PREFERENCE.index(point.source))
            )
        )

    def add_profile(self, profile: Profile) -> None:
        """Keep a profile; see ``History``."""
        benchmark = profile.benchmark
        digest = _digest(profile.run_id, benchmark.name, *benchmark.parameters, profile.commit, profile.tool.value)
        with self.writing() as connection:
            connection.execute(delete(profiles).where(profiles.c.digest == digest))
            connection.execute(
                insert(profiles).values(digest=digest, run_id=profile.run_id, document=documents.to_document(profile))
            )

    def profiles(self, run_id: str | None = None) -> tuple[Profile, ...]:
        """Return profiles; see ``History``."""
        query = select(profiles.c.document).order_by(profiles.c.profile_key)
        if run_id is not None:
            query = query.where(profiles.c.run_id == run_id)
        with self.reading() as connection:
            return tuple(PROFILE.validate_json(text) for text in connection.scalars(query).all())

    def pin(self, commit: str, machine: str) -> None:
        """Pin a baseline; see ``History``."""
        with self.writing() as connection:
            connection.execute(
                insert(history_pins).values(machine=documents.storable_text(machine), commit_hash=commit)
            )

    def pinned(self, machine: str) -> str | None:
        """Return the pinned baseline; see ``History``."""
        with self.reading() as connection:
            commit: str | None = connection.scalar(
                select(history_pins.c.commit_hash)
                .where(history_pins.c.machine == documents.storable_text(machine))
                .order_by(history_pins.c.pin_key.desc())
                .limit(1)
            )
            return commit


def _lock_others_out(connection: Connection) -> None:
    """Let writers of history follow each other, so that none adds a key between another one's look and its insert.

    SQLite's writers do so anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"LOCK TABLE {history_series.name} IN SHARE ROW EXCLUSIVE MODE"))


def _read_series(
    connection: Connection,
    key: int,
    benchmark: BenchmarkId,
    machine: str,
    known: tuple[dict[int, HistoryCommit], dict[int, Environment]],
) -> Series | None:
    """Read the points of a series, one a commit, in the order of the known commits."""
    commits, known_environments = known
    rows = connection.execute(
        select(*POINT_COLUMNS).where(history_points.c.series_key == key, history_points.c.failure == "")
    ).all()
    by_source: dict[str, dict[int, Row[Any]]] = {}
    for row in rows:
        commit_key, environment_key, _, source, *_ = row
        # A commit or an environment that came after those were read belongs to the next reading.
        if commit_key in commits and environment_key in known_environments:
            by_source.setdefault(source, {})[commit_key] = row
    chosen: dict[int, Row[Any]] = {}
    unit = ""
    for source in PREFERENCE:
        for commit_key, row in by_source.get(source.value, {}).items():
            unit = unit or row.unit
            if row.unit == unit:
                chosen.setdefault(commit_key, row)
    if not chosen:
        return None
    ordered = [commit_key for commit_key in commits if commit_key in chosen]
    return Series(
        benchmark=benchmark,
        machine=machine,
        unit=unit,
        commits=tuple(commits[commit_key] for commit_key in ordered),
        points=tuple(
            read_point(
                chosen[commit_key],
                benchmark,
                commits[commit_key].commit,
                known_environments[chosen[commit_key].environment_key],
            )
            for commit_key in ordered
        ),
    )


def _environments(connection: Connection, *which: ColumnElement[bool]) -> dict[int, Environment]:
    rows = connection.execute(select(environments.c.environment_key, environments.c.document).where(*which)).all()
    return {row.environment_key: ENVIRONMENT.validate_json(row.document) for row in rows}


def _benchmark(row: Row[Any]) -> BenchmarkId:
    return BenchmarkId(row.benchmark, documents.PARAMETERS.validate_json(row.parameters))


def _commit_keys(connection: Connection, points: Sequence[HistoryPoint]) -> dict[str, int]:
    wanted = {documents.storable_text(point.commit) for point in points}
    query = select(history_commits.c.commit_hash, history_commits.c.commit_key).where
    rows = _rows_in(connection, query, history_commits.c.commit_hash, wanted)
    keys = {row.commit_hash: row.commit_key for row in rows}
    lacking = wanted - set(keys)
    if lacking:
        raise StoreError(f"points of the commit {min(lacking)} cannot be kept; mend: add the commit first")
    return keys


def _environment_keys(connection: Connection, points: Sequence[HistoryPoint]) -> dict[Environment, int]:
    wanted = {point.environment for point in points}
    texts = {environment: documents.to_document(environment) for environment in wanted}
    digests = {environment: _digest(text) for environment, text in texts.items()}
    rows = [
        {"digest": digests[environment], "document": texts[environment]}
        for environment in sorted(wanted, key=lambda item: digests[item])
    ]
    keys = _keys_by_digest(connection, environments, environments.c.environment_key.name, rows)
    return {environment: keys[digests[environment]] for environment in wanted}


def _series_keys(connection: Connection, points: Sequence[HistoryPoint]) -> dict[str, int]:
    rows = {
        _series_digest(point): {
            "benchmark": documents.storable_text(point.benchmark.name),
            "parameters": documents.to_list(point.benchmark.parameters),
            "machine": documents.storable_text(point.environment.machine),
            "change": 0,
        }
        for point in points
    }
    listed = [{"digest": digest, **row} for digest, row in rows.items()]
    return _keys_by_digest(connection, history_series, history_series.c.series_key.name, listed)


def _keys_by_digest(
    connection: Connection, table: Table, key_name: str, rows: Sequence[dict[str, Any]]
) -> dict[str, int]:
    """Return the key of each row by its digest; rows that the table lacks are added (the write lock is held)."""
    unique = {row["digest"]: row for row in rows}

    def known() -> dict[str, int]:
        query = select(table.c.digest, table.c[key_name].label("key")).where
        return {row.digest: row.key for row in _rows_in(connection, query, table.c.digest, unique)}

    keys = known()
    new = [row for digest, row in unique.items() if digest not in keys]
    if new:
        connection.execute(insert(table), new)
        keys = known()
    return keys


def _series_key(connection: Connection, benchmark: BenchmarkId, machine: str) -> int | None:
    digest = _digest(benchmark.name, *benchmark.parameters, machine)
    key: int | None = connection.scalar(select(history_series.c.series_key).where(history_series.c.digest == digest))
    return key


def _mark_changed(connection: Connection, keys: Iterable[int]) -> None:
    """Give every series the next number of all changes."""
    unique = list(set(keys))
    last = connection.scalar(select(func.max(history_series.c.change))) or 0
    for start in range(0, len(unique), KEYS_A_QUERY):
        connection.execute(
            update(history_series)
            .where(history_series.c.series_key.in_(unique[start : start + KEYS_A_QUERY]))
            .values(change=last + 1)
        )


def _rows_in(
    connection: Connection, query: Callable[[Any], Select[Any]], column: Any, values: Iterable[str]
) -> Iterator[Row[Any]]:
    listed = list(values)
    for start in range(0, len(listed), KEYS_A_QUERY):
        yield from connection.execute(query(column.in_(listed[start : start + KEYS_A_QUERY])))


def _series_digest(point: HistoryPoint) -> str:
    return _digest(point.benchmark.name, *point.benchmark.parameters, point.environment.machine)


def _digest(*parts: str) -> str:
    """Digest of texts as the store keeps them, so that what was read finds its row again."""
    return hashlib.sha256(documents.to_list(parts).encode()).hexdigest()[:32]
