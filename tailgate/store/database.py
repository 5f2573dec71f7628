"""The store over SQLAlchemy Core: an SQLite file by default, any other database by its URL."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import func, insert, inspect, select, update

from tailgate.errors import StoreError
from tailgate.records import BenchmarkId, Failure, Fingerprint, GateResult, Measurement, Revision, RunPurpose, Side
from tailgate.store import documents, flag_tables
from tailgate.store.distribution import decode_distribution, decode_profile, encode_distribution, encode_profile
from tailgate.store.engine import WRITES, add_column, create_store_engine, damaged, explained, name_of, to_url
from tailgate.store.history_keys import give_points_changes
from tailgate.store.history_tables import HistoryTables
from tailgate.store.interface import StoredMeasurement, StoredRun
from tailgate.store.night_tables import NightTables
from tailgate.store.schema import (
    SCHEMA_VERSION,
    actions,
    failures,
    fingerprints,
    measurements,
    runs,
    schema,
    tables,
    verdicts,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from types import TracebackType

    import numpy as np
    from numpy.typing import NDArray
    from sqlalchemy import Connection, Engine, Row

    from tailgate.action_records import ActionTaken
    from tailgate.flag_records import FlagEffect, FlagFailure
    from tailgate.store.interface import Store, StoredFlagStudy


def open_store(url_or_path: str | Path) -> Store:
    """Open the store, making it where there is none yet.

    Parameters
    ----------
    url_or_path
        Path of an SQLite file, or a SQLAlchemy URL (anything with ``://``).

    Raises
    ------
    StoreError
        When it is damaged, from a newer version, another program's, unwritable, or its driver is missing.
    """
    url = to_url(url_or_path)
    store = DatabaseStore(create_store_engine(url), name_of(url))
    try:
        store.prepare()
    except BaseException:
        store.close()
        raise
    return store


class DatabaseStore:
    """A store in one database. Each write is one transaction: it is there whole, or not at all.

    Parameters
    ----------
    engine
        From ``create_store_engine``.
    name
        How messages call the store.
    """

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._writer = engine.execution_options(**{WRITES: True})
        self._name = name

    @property
    def history(self) -> HistoryTables:
        """What benchmarks were at many commits; see ``Store``."""
        return HistoryTables(self._reading, self._writing)

    @property
    def nights(self) -> NightTables:
        """What nightly runs have done; see ``Store``."""
        return NightTables(self._reading, self._writing)

    def prepare(self) -> None:
        """Create the tables in an empty database and refuse one that cannot be understood."""
        with self._reading() as connection:
            if inspect(connection).has_table(schema.name) and self._version(connection) == SCHEMA_VERSION:
                return
        # Looked at once more under the write lock: another process may have been first.
        with self._writing() as connection:
            present = inspect(connection).get_table_names()
            if schema.name in present:
                if self._version(connection) < SCHEMA_VERSION:
                    tables.create_all(connection)
                    give_points_changes(connection)
                    add_column(connection, runs.c.purpose)
                    connection.execute(update(schema).values(version=SCHEMA_VERSION))
                return
            if present:
                raise StoreError(
                    f"{self._name} is a database of another program (it holds {', '.join(sorted(present)[:3])}); "
                    "mend: name another place for the store"
                )
            tables.create_all(connection)
            connection.execute(insert(schema).values(version=SCHEMA_VERSION))

    def add_run(
        self,
        run_id: str,
        started_at: datetime,
        baseline: Revision,
        candidate: Revision,
        purpose: RunPurpose = RunPurpose.GATE,
    ) -> None:
        """Begin a run; see ``Store``."""
        with self._writing() as connection:
            connection.execute(
                insert(runs).values(
                    run_id=run_id,
                    started_at=started_at.isoformat(),
                    started_unix_us=round(started_at.timestamp() * 1e6),
                    baseline=documents.to_document(baseline),
                    candidate=documents.to_document(candidate),
                    summary="",
                    purpose=purpose.value,
                )
            )

    def add_measurement(self, run_id: str, measurement: Measurement, profile_ns: NDArray[np.floating]) -> None:
        """Keep one measurement; see ``Store``. Raises ``ValueError`` for latencies that are not finite."""
        # Encoded before the transaction, so that the write lock is held for the insert only.
        distribution = encode_distribution(measurement.latency_ns)
        profile = encode_profile(profile_ns)
        with self._writing() as connection:
            connection.execute(
                insert(measurements).values(
                    run_id=run_id,
                    benchmark=documents.storable_text(measurement.benchmark.name),
                    parameters=documents.to_list(measurement.benchmark.parameters),
                    side=measurement.side.value,
                    commit_hash=measurement.commit,
                    round_number=measurement.round_number,
                    started_at=measurement.started_at.isoformat(),
                    fingerprint_id=_keep_fingerprint(connection, measurement.fingerprint),
                    conditions=documents.to_document(measurement.conditions),
                    recorder_cost_ns=measurement.recorder_cost_ns,
                    clock_step_ns=measurement.clock_step_ns,
                    distribution=distribution,
                    profile=profile,
                )
            )

    def add_failure(self, run_id: str, failure: Failure) -> None:
        """Keep one failure; see ``Store``."""
        with self._writing() as connection:
            connection.execute(
                insert(failures).values(
                    run_id=run_id,
                    benchmark=documents.storable_text(failure.benchmark.name),
                    side=failure.side.value,
                    is_absent=failure.is_absent,
                    document=documents.to_document(failure),
                )
            )

    def finish_run(self, result: GateResult) -> None:
        """Keep the result; see ``Store``."""
        with self._writing() as connection:
            fingerprint_id = None if result.fingerprint is None else _keep_fingerprint(connection, result.fingerprint)
            changed = connection.execute(
                update(runs)
                .where(runs.c.run_id == result.run_id, runs.c.finished_at.is_(None))
                .values(
                    finished_at=result.finished_at.isoformat(),
                    exit_code=int(result.exit_code),
                    summary=documents.storable_text(result.summary),
                    fingerprint_id=fingerprint_id,
                )
            )
            if changed.rowcount != 1:
                raise StoreError(f"the store {self._name} has no unfinished run {result.run_id}")
            rows = [
                {
                    "run_id": result.run_id,
                    "benchmark": documents.storable_text(verdict.benchmark.name),
                    "kind": verdict.kind.value,
                    "document": documents.to_document(verdict),
                }
                for verdict in result.verdicts
            ]
            if rows:
                connection.execute(insert(verdicts), rows)

    def measurements(self, run_id: str) -> Iterator[StoredMeasurement]:
        """Yield every measurement of a run; see ``Store``."""
        with self._reading() as connection:
            known = self._fingerprints(connection)
            keys = connection.scalars(
                select(measurements.c.measurement_id)
                .where(measurements.c.run_id == run_id)
                .order_by(measurements.c.measurement_id)
            ).all()
        # One short transaction a row: a reader that takes its time would otherwise keep the write-ahead log growing.
        for key in keys:
            with self._reading() as connection:
                row = connection.execute(select(measurements).where(measurements.c.measurement_id == key)).one()
                stored = StoredMeasurement(
                    measurement=Measurement(
                        benchmark=BenchmarkId(row.benchmark, documents.PARAMETERS.validate_json(row.parameters)),
                        side=Side(row.side),
                        commit=row.commit_hash,
                        round_number=row.round_number,
                        started_at=datetime.fromisoformat(row.started_at),
                        fingerprint=known[row.fingerprint_id],
                        conditions=documents.CONDITIONS.validate_json(row.conditions),
                        latency_ns=decode_distribution(row.distribution),
                        recorder_cost_ns=row.recorder_cost_ns,
                        clock_step_ns=row.clock_step_ns,
                    ),
                    profile_ns=decode_profile(row.profile),
                )
            yield stored

    def failures(self, run_id: str) -> tuple[Failure, ...]:
        """Return every failure of a run; see ``Store``."""
        with self._reading() as connection:
            texts = connection.scalars(
                select(failures.c.document).where(failures.c.run_id == run_id).order_by(failures.c.failure_id)
            ).all()
            return tuple(documents.FAILURE.validate_json(text) for text in texts)

    def result(self, run_id: str) -> GateResult | None:
        """Return the result of a run; see ``Store``."""
        with self._reading() as connection:
            run = connection.execute(select(runs).where(runs.c.run_id == run_id)).one_or_none()
            if run is None or run.finished_at is None:
                return None
            texts = connection.scalars(
                select(verdicts.c.document).where(verdicts.c.run_id == run_id).order_by(verdicts.c.verdict_id)
            ).all()
            known = self._fingerprints(connection)
            return GateResult(
                run_id=run_id,
                started_at=datetime.fromisoformat(run.started_at),
                finished_at=datetime.fromisoformat(run.finished_at),
                baseline=documents.REVISION.validate_json(run.baseline),
                candidate=documents.REVISION.validate_json(run.candidate),
                fingerprint=None if run.fingerprint_id is None else known[run.fingerprint_id],
                verdicts=tuple(documents.VERDICT.validate_json(text) for text in texts),
                exit_code=run.exit_code,
                summary=run.summary,
            )

    def finished_runs(self, since: datetime | None = None, until: datetime | None = None) -> Iterator[GateResult]:
        """Yield the results of finished runs; see ``Store``."""
        query = select(runs.c.run_id).where(runs.c.finished_at.is_not(None))
        if since is not None:
            query = query.where(runs.c.started_unix_us >= round(since.timestamp() * 1e6))
        if until is not None:
            query = query.where(runs.c.started_unix_us < round(until.timestamp() * 1e6))
        with self._reading() as connection:
            run_ids = connection.scalars(query.order_by(runs.c.started_unix_us.desc(), runs.c.run_id.desc())).all()
        for run_id in run_ids:
            result = self.result(run_id)
            if result is not None:
                yield result

    def recent_runs(self, limit: int = 20) -> tuple[StoredRun, ...]:
        """Return the latest runs; see ``Store``."""
        count = (
            select(func.count())
            .select_from(measurements)
            .where(measurements.c.run_id == runs.c.run_id)
            .scalar_subquery()
            .label("measurement_count")
        )
        with self._reading() as connection:
            rows = connection.execute(
                select(runs, count).order_by(runs.c.started_unix_us.desc(), runs.c.run_id.desc()).limit(limit)
            ).all()
            return tuple(_stored_run(row) for row in rows)

    def add_flag_effects(self, study_id: str, effects: Sequence[FlagEffect]) -> None:
        """Keep what a flag did to a benchmark; see ``Store``."""
        if not effects:
            return
        with self._writing() as connection:
            keys = [_keep_fingerprint(connection, effect.fingerprint) for effect in effects]
            flag_tables.insert_effects(connection, study_id, effects, keys)

    def add_flag_failure(self, study_id: str, failure: FlagFailure) -> None:
        """Keep what could not be measured of a flag; see ``Store``."""
        with self._writing() as connection:
            flag_tables.insert_failure(connection, study_id, failure)

    def flag_studies(self, limit: int = 20) -> tuple[StoredFlagStudy, ...]:
        """Return the latest studies of flags; see ``Store``."""
        with self._reading() as connection:
            return flag_tables.select_studies(connection, limit, self._fingerprints(connection))

    def add_action(self, action: ActionTaken) -> None:
        """Keep what was done; see ``Store``."""
        with self._writing() as connection:
            connection.execute(
                insert(actions).values(
                    action_id=action.action_id,
                    target=documents.storable_text(action.target),
                    document=documents.to_document(action),
                )
            )

    def actions(self, target: str | None = None) -> tuple[ActionTaken, ...]:
        """Return every action, or those on one target; see ``Store``."""
        query = select(actions.c.document).order_by(actions.c.action_key)
        if target is not None:
            query = query.where(actions.c.target == documents.storable_text(target))
        with self._reading() as connection:
            return tuple(documents.ACTION.validate_json(text) for text in connection.scalars(query).all())

    def close(self) -> None:
        """Let go of the database; see ``Store``."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            with explained(self._name), self._engine.connect() as connection, connection.begin():
                yield connection
        # Both codecs and pydantic's ValidationError raise ValueError for bytes that are not what was written.
        except (ValueError, KeyError) as error:
            raise StoreError(damaged(self._name, error)) from error

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with explained(self._name), self._writer.begin() as connection:
            yield connection

    def _version(self, connection: Connection) -> int:
        """Return the store's version, and refuse a newer one than is understood."""
        version: int | None = connection.scalars(select(schema.c.version)).one_or_none()
        if version is None:
            raise StoreError(damaged(self._name, "it does not say its version"))
        if version > SCHEMA_VERSION:
            raise StoreError(
                f"the store {self._name} has schema version {version}, this tailgate understands {SCHEMA_VERSION}; "
                "mend: use the newer tailgate that wrote it, or name another place for the store"
            )
        return version

    def _fingerprints(self, connection: Connection) -> dict[str, Fingerprint]:
        rows = connection.execute(select(fingerprints)).all()
        return {row.fingerprint_id: documents.FINGERPRINT.validate_json(row.document) for row in rows}


def _keep_fingerprint(connection: Connection, fingerprint: Fingerprint) -> str:
    """Return the key of a fingerprint, adding it when new; the write lock is held, so nobody can be between."""
    document = documents.to_document(fingerprint)
    key = hashlib.sha256(document.encode()).hexdigest()[:16]
    if connection.scalar(select(func.count()).where(fingerprints.c.fingerprint_id == key)) == 0:
        connection.execute(insert(fingerprints).values(fingerprint_id=key, document=document))
    return key


def _stored_run(row: Row[Any]) -> StoredRun:
    return StoredRun(
        run_id=row.run_id,
        started_at=datetime.fromisoformat(row.started_at),
        finished_at=None if row.finished_at is None else datetime.fromisoformat(row.finished_at),
        baseline=documents.REVISION.validate_json(row.baseline),
        candidate=documents.REVISION.validate_json(row.candidate),
        exit_code=row.exit_code,
        summary=row.summary,
        measurements=row.measurement_count,
        purpose=RunPurpose(row.purpose),
    )
