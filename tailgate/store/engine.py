"""How the database is opened, in which mode it is written, and what its errors mean to a person."""

from __future__ import annotations

import sqlite3
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import URL, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.schema import CreateColumn

from tailgate.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Column, Connection

WRITES: Final = "tailgate_writes"
"""Execution option of the engine whose transactions write."""

BUSY_TIMEOUT_S: Final = 30.0
"""How long one process waits for another one's write; each write takes milliseconds."""

CACHE_KIB: Final = 8_192
"""Room for the points of one long series, which are gone through more than once."""

_DAMAGED: Final = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})
_READ_ONLY: Final = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN})
_NO_ROOM: Final = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR})


def to_url(url_or_path: str | Path) -> URL:
    """Take anything with ``://`` for a SQLAlchemy URL and anything else for the path of an SQLite file.

    Raises
    ------
    StoreError
        When the URL cannot be read.
    """
    if isinstance(url_or_path, str) and "://" in url_or_path:
        try:
            return make_url(url_or_path)
        except (ArgumentError, ValueError) as error:
            raise StoreError(
                "the store's URL cannot be read; mend: use a path or dialect://user@host/database"
            ) from error
    return URL.create("sqlite", database=str(url_or_path))


def name_of(url: URL) -> str:
    """Name the store for messages: the file's path, or the URL without its password."""
    if url.get_backend_name() == "sqlite" and url.database:
        return url.database
    return url.render_as_string(hide_password=True)


def create_store_engine(url: URL) -> Engine:
    """Create the engine; SQLite gets its folder, its journal mode and explicit transactions.

    Raises
    ------
    StoreError
        When the kind of database is unknown, its driver is not installed, or the folder cannot be made.
    """
    name = name_of(url)
    is_sqlite = url.get_backend_name() == "sqlite"
    # Without a name, or as :memory: or file:...?mode=..., the database is no plain path whose folder could be made.
    if is_sqlite and url.database and not url.database.startswith((":memory:", "file:")):
        try:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"the folder of the store {name} cannot be made ({error.strerror}); mend: name another place for it"
            ) from error
    try:
        engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S} if is_sqlite else {})
    except (SQLAlchemyError, ImportError) as error:
        raise StoreError(
            f"the store {name} cannot be used ({error}); mend: install its driver or use a path"
        ) from error
    if is_sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # sqlite3's own implicit BEGIN is deferred: a read that turns into a write then fails at once under contention
    # instead of waiting. So transactions are begun by hand, below.
    connection.isolation_level = None
    _use_write_ahead_log(connection)
    # With the write-ahead log a commit is in the kernel's page cache: kill -9 of this process cannot undo it. NORMAL
    # only spares the fsync of each commit, which would disturb what is being measured; a power cut can take the last
    # commits but never the file's consistency.
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute(f"PRAGMA cache_size={-CACHE_KIB}")


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Switch to the write-ahead log; the switch ignores the busy timeout, so a race of first users is waited out."""
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def add_column(connection: Connection, column: Column[Any]) -> bool:
    """Add a column that a table of an older version lacks; return whether it did (the write lock is held)."""
    if any(known["name"] == column.name for known in inspect(connection).get_columns(column.table.name)):
        return False
    definition = CreateColumn(column).compile(dialect=connection.dialect)
    connection.execute(text(f"ALTER TABLE {column.table.name} ADD COLUMN {definition}"))
    return True


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Turn the database's errors into ``StoreError`` with the cause and the mend."""
    try:
        yield
    except IntegrityError as error:
        raise StoreError(f"the store {name} refused a record: {error.orig}") from error
    except DBAPIError as error:
        raise StoreError(_explain(name, error.orig)) from error
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise StoreError(_explain(name, error)) from error


def damaged(name: str, cause: object) -> str:
    """Say that a store is damaged, how to mend it and what that costs."""
    return (
        f"the store {name} is damaged ({cause}); mend: move it aside (mv {name} {name}.damaged) and run again, which "
        "starts a new one. The gate needs nothing from earlier runs; lost are their distributions and verdicts"
    )


def _explain(name: str, cause: Any) -> str:
    # Extended result codes keep the primary one in the low byte.
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    if code in _DAMAGED:
        return damaged(name, cause)
    if code in _READ_ONLY:
        return (
            f"the store {name} cannot be opened or written ({cause}); mend: make the file and its folder writable, "
            "or name another place for the store"
        )
    if code in _NO_ROOM:
        return (
            f"the store {name} could not be written ({cause}); what it held before is unharmed; "
            "mend: make room on the disk, or name another place for the store"
        )
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return f"the store {name} was locked by another process for {BUSY_TIMEOUT_S:.0f} s; mend: end that process"
    return f"the store {name} failed: {cause}"
