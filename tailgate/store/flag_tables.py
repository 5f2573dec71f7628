"""How effects of flags are written to the database and read from it. In: a connection; out: the same records, later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select

from tailgate.flag_records import FlagFailure
from tailgate.store import documents
from tailgate.store.interface import StoredFlagStudy
from tailgate.store.schema import flag_effects, flag_failures

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from tailgate.flag_records import FlagEffect
    from tailgate.records import Fingerprint


def insert_effects(
    connection: Connection, study_id: str, effects: Sequence[FlagEffect], fingerprint_ids: Sequence[str]
) -> None:
    """Write effects, each with the key of its fingerprint."""
    connection.execute(
        insert(flag_effects),
        [
            {
                "study_id": study_id,
                "flag": documents.storable_text(effect.flag),
                "benchmark": documents.storable_text(effect.benchmark.label),
                "metric": effect.metric.value,
                "commit_hash": effect.commit,
                "measured_unix_us": round(effect.measured_at.timestamp() * 1e6),
                "fingerprint_id": fingerprint_id,
                "document": documents.effect_to_document(effect),
            }
            for effect, fingerprint_id in zip(effects, fingerprint_ids, strict=True)
        ],
    )


def insert_failure(connection: Connection, study_id: str, failure: FlagFailure) -> None:
    """Write one failure."""
    connection.execute(
        insert(flag_failures).values(
            study_id=study_id,
            flag=documents.storable_text(failure.flag),
            benchmark=documents.storable_text(failure.failure.benchmark.label),
            document=documents.to_document(failure.failure),
        )
    )


def select_studies(
    connection: Connection, limit: int, fingerprints: Mapping[str, Fingerprint]
) -> tuple[StoredFlagStudy, ...]:
    """Read the latest studies, newest first; one without any effect comes after all that have some."""
    newest = func.max(flag_effects.c.measured_unix_us)
    ids = list(
        connection.scalars(
            select(flag_effects.c.study_id).group_by(flag_effects.c.study_id).order_by(newest.desc()).limit(limit)
        )
    )
    last = func.max(flag_failures.c.failure_id)
    broken = connection.scalars(
        select(flag_failures.c.study_id).group_by(flag_failures.c.study_id).order_by(last.desc()).limit(limit)
    )
    ids += [study_id for study_id in broken if study_id not in ids]
    return tuple(_study(connection, study_id, fingerprints) for study_id in ids[:limit])


def _study(connection: Connection, study_id: str, fingerprints: Mapping[str, Fingerprint]) -> StoredFlagStudy:
    effects = connection.execute(
        select(flag_effects.c.document, flag_effects.c.fingerprint_id)
        .where(flag_effects.c.study_id == study_id)
        .order_by(flag_effects.c.effect_id)
    ).all()
    failures = connection.execute(
        select(flag_failures.c.flag, flag_failures.c.document)
        .where(flag_failures.c.study_id == study_id)
        .order_by(flag_failures.c.failure_id)
    ).all()
    return StoredFlagStudy(
        study_id=study_id,
        effects=tuple(
            documents.effect_from_document(row.document, fingerprints[row.fingerprint_id]) for row in effects
        ),
        failures=tuple(FlagFailure(row.flag, documents.FAILURE.validate_json(row.document)) for row in failures),
    )
