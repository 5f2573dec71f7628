"""How rows of history find each other: keys of commits, environments and series, and the numbers of their changes.

In: records and a transaction of the store. Out: whole-number keys; rows that a table lacks are added.
"""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, insert, select, text, update

from tailgate.errors import StoreError
from tailgate.store import documents
from tailgate.store.engine import add_column
from tailgate.store.history_schema import environments, history_commits, history_points, history_series

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sqlalchemy import Connection, Row, Select, Table

    from tailgate.history_records import Environment, HistoryPoint
    from tailgate.records import BenchmarkId

KEYS_A_QUERY: Final = 500
"""How many values one IN list holds: databases have limits."""


def lock_others_out(connection: Connection) -> None:
    """Let writers of history follow each other, so that none adds a key between another one's look and its insert.

    SQLite's writers do so anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"LOCK TABLE {history_series.name} IN SHARE ROW EXCLUSIVE MODE"))


def keys_of_commits(connection: Connection, points: Sequence[HistoryPoint]) -> dict[str, int]:
    """Return the key of each point's commit; raises ``StoreError`` where one was never added."""
    wanted = {documents.storable_text(point.commit) for point in points}
    query = select(history_commits.c.commit_hash, history_commits.c.commit_key).where
    rows = rows_in(connection, query, history_commits.c.commit_hash, wanted)
    keys = {row.commit_hash: row.commit_key for row in rows}
    lacking = wanted - set(keys)
    if lacking:
        raise StoreError(f"points of the commit {min(lacking)} cannot be kept; mend: add the commit first")
    return keys


def keys_of_environments(connection: Connection, points: Sequence[HistoryPoint]) -> dict[Environment, int]:
    """Return the key of each point's environment."""
    wanted = {point.environment for point in points}
    texts = {environment: documents.to_document(environment) for environment in wanted}
    digests = {environment: digest_of(text) for environment, text in texts.items()}
    rows = [
        {"digest": digests[environment], "document": texts[environment]}
        for environment in sorted(wanted, key=lambda item: digests[item])
    ]
    keys = _keys_by_digest(connection, environments, environments.c.environment_key.name, rows)
    return {environment: keys[digests[environment]] for environment in wanted}


def keys_of_series(connection: Connection, points: Sequence[HistoryPoint]) -> dict[str, int]:
    """Return the key of each point's series by its digest."""
    rows = {
        digest_of_series(point): {
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
        return {row.digest: row.key for row in rows_in(connection, query, table.c.digest, unique)}

    keys = known()
    new = [row for digest, row in unique.items() if digest not in keys]
    if new:
        connection.execute(insert(table), new)
        keys = known()
    return keys


def key_of_series(connection: Connection, benchmark: BenchmarkId, machine: str) -> int | None:
    """Return the key of a series; ``None`` where there is none."""
    wanted = digest_of(benchmark.name, *benchmark.parameters, machine)
    key: int | None = connection.scalar(select(history_series.c.series_key).where(history_series.c.digest == wanted))
    return key


def next_change(connection: Connection) -> int:
    """Return the number of a write that begins now (the write lock is held): larger than those of all earlier ones.

    It is the time in microseconds, so that a store that was restored from a copy, or made anew, does not give numbers
    again that mean something else to whoever kept what was read before.
    """
    last = connection.scalar(select(func.max(history_series.c.change))) or 0
    return max(last + 1, time.time_ns() // 1000)


def mark_changed(connection: Connection, keys: Iterable[int], change: int) -> None:
    """Say of series which write was the latest."""
    unique = list(set(keys))
    for start in range(0, len(unique), KEYS_A_QUERY):
        connection.execute(
            update(history_series)
            .where(history_series.c.series_key.in_(unique[start : start + KEYS_A_QUERY]))
            .values(change=change)
        )


def give_points_changes(connection: Connection) -> None:
    """Give the points of a store from before schema version 6 the column ``change``."""
    if add_column(connection, history_points.c.change):
        connection.execute(update(history_points).values(change=next_change(connection)))


def rows_in(
    connection: Connection, query: Callable[[Any], Select[Any]], column: Any, values: Iterable[str]
) -> Iterator[Row[Any]]:
    """Yield the rows in which a column has one of many values."""
    listed = list(values)
    for start in range(0, len(listed), KEYS_A_QUERY):
        yield from connection.execute(query(column.in_(listed[start : start + KEYS_A_QUERY])))


def digest_of_series(point: HistoryPoint) -> str:
    """Digest of what a point's series is known by."""
    return digest_of(point.benchmark.name, *point.benchmark.parameters, point.environment.machine)


def digest_of(*parts: str) -> str:
    """Digest of texts as the store keeps them, so that what was read finds its row again."""
    return hashlib.sha256(documents.to_list(parts).encode()).hexdigest()[:32]
