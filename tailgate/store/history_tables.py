"""How history is written to the database and read from it. In: transactions of the store; out: the same records, later.

See ``History`` for what each method promises.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, insert, select, update

from tailgate.store import documents
from tailgate.store.history_interface import StoredSeries
from tailgate.store.history_keys import (
    digest_of,
    digest_of_series,
    key_of_series,
    keys_of_commits,
    keys_of_environments,
    keys_of_series,
    lock_others_out,
    mark_changed,
    next_change,
    rows_in,
)
from tailgate.store.history_rows import POINT_COLUMNS, PROFILE, RowKeys, commit_row, point_row, read_commit, read_point
from tailgate.store.history_schema import (
    environments,
    history_commits,
    history_pins,
    history_points,
    history_series,
    profiles,
)
from tailgate.store.history_series import (
    IN_ORDER,
    StoredColumns,
    benchmark_of,
    environments_of,
    read_series,
)
from tailgate.store.point_columns import PREFERENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from sqlalchemy import Connection

    from tailgate.history_records import HistoryCommit, HistoryPoint, Profile, Series
    from tailgate.records import BenchmarkId


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
            lock_others_out(connection)
            query = select(history_commits).where
            column = history_commits.c.commit_hash
            known = {row.commit_hash: row for row in rows_in(connection, query, column, rows)}
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
                    # What is shown of the commit has changed in all its series, though not their points.
                    has_commit = select(history_points.c.series_key).where(
                        history_points.c.commit_key == kept.commit_key
                    )
                    mark_changed(connection, connection.scalars(has_commit).all(), next_change(connection))

    def add_points(self, points: Sequence[HistoryPoint]) -> None:
        """Keep points; see ``History``."""
        if not points:
            return
        with self.writing() as connection:
            lock_others_out(connection)
            commit_keys = keys_of_commits(connection, points)
            environment_keys = keys_of_environments(connection, points)
            series_keys = keys_of_series(connection, points)
            change = next_change(connection)
            rows = {
                (row["series_key"], row["commit_key"], row["source"]): row
                for row in (
                    point_row(
                        point,
                        RowKeys(
                            series=series_keys[digest_of_series(point)],
                            commit=commit_keys[documents.storable_text(point.commit)],
                            environment=environment_keys[point.environment],
                            change=change,
                        ),
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
            mark_changed(connection, series_keys.values(), change)

    def commits(self) -> tuple[HistoryCommit, ...]:
        """Return every commit; see ``History``."""
        with self.reading() as connection:
            rows = connection.execute(select(history_commits).order_by(*IN_ORDER)).all()
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
            keys = [StoredSeries(benchmark_of(row), row.machine, row.change) for row in rows]
        return tuple(sorted(keys, key=lambda key: (key.benchmark, key.machine)))

    def series(self, benchmark: BenchmarkId, machine: str) -> Series | None:
        """Return one series; see ``History``."""
        with self.reading() as connection:
            key = key_of_series(connection, benchmark, machine)
            return None if key is None else read_series(connection, key, benchmark, machine)

    def columns(self, cache: Path | None = None) -> StoredColumns:
        """Begin to read series as columns; see ``History``."""
        return StoredColumns(self.reading, cache)

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
                row.series_key: benchmark_of(row)
                for row in connection.execute(select(history_series).where(history_series.c.series_key.in_(series)))
            }
            used = select(history_points.c.environment_key).where(of_commit).distinct()
            known = environments_of(connection, environments.c.environment_key.in_(used))
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
        digest = digest_of(profile.run_id, benchmark.name, *benchmark.parameters, profile.commit, profile.tool.value)
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
