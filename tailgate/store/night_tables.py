"""How nights are written to the database and read from it, and what a night asks of the runs there.

In: transactions of the store; out: the same records, later. See ``Nights`` for what each method promises.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from pydantic import TypeAdapter
from sqlalchemy import BigInteger, Boolean, Column, Table, Text, delete, func, insert, select

from tailgate.night_records import FalseAlarms, Night
from tailgate.records import VerdictKind
from tailgate.store import documents
from tailgate.store.schema import failures, fingerprints, measurements, runs, tables, verdicts

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection

NIGHT: Final = TypeAdapter(Night)

DEPLOYED: Final = "deployed"
"""What a fingerprint says of flags when nothing but what the commit deploys was measured."""

nights: Final = Table(
    "nights",
    tables,
    Column("night_id", Text, primary_key=True),
    Column("started_unix_us", BigInteger, nullable=False),
    Column("is_finished", Boolean, nullable=False),
    Column("document", Text, nullable=False),  # JSON of night_records.Night
)


class Nights(Protocol):
    """Where nights are kept. Each write is one transaction. Any method may raise ``StoreError``."""

    def keep(self, night: Night) -> None:
        """Keep a night as it stands; one of the same name is replaced."""
        ...

    def find(self, night_id: str) -> Night | None:
        """Return a night; ``None`` where there is none of that name."""
        ...

    def latest(self, limit: int = 20) -> tuple[Night, ...]:
        """Return the latest nights, newest first, unfinished ones included."""
        ...

    def discard_run(self, run_id: str) -> None:
        """Remove a run of the gate that was cut off, with all that was measured in it; a finished one stays."""
        ...

    def false_alarms(self) -> FalseAlarms:
        """Count what came of comparing unchanged code with itself, over all finished runs of one commit on both sides.

        Runs that measured another state of the flags than the deployed one compare two states, and do not count.
        """
        ...


@dataclass(frozen=True, slots=True)
class NightTables:
    """Nights in the store's database.

    Attributes
    ----------
    reading, writing
        Open a transaction of the store.
    """

    reading: Callable[[], AbstractContextManager[Connection]]
    writing: Callable[[], AbstractContextManager[Connection]]

    def keep(self, night: Night) -> None:
        """Keep a night; see ``Nights``."""
        row = {
            "night_id": night.night_id,
            "started_unix_us": round(night.started_at.timestamp() * 1e6),
            "is_finished": night.is_finished,
            "document": documents.to_document(night),
        }
        with self.writing() as connection:
            connection.execute(delete(nights).where(nights.c.night_id == night.night_id))
            connection.execute(insert(nights).values(row))

    def find(self, night_id: str) -> Night | None:
        """Return a night; see ``Nights``."""
        with self.reading() as connection:
            text = connection.scalar(select(nights.c.document).where(nights.c.night_id == night_id))
        return None if text is None else NIGHT.validate_json(text)

    def latest(self, limit: int = 20) -> tuple[Night, ...]:
        """Return the latest nights; see ``Nights``."""
        newest_first = (nights.c.started_unix_us.desc(), nights.c.night_id.desc())
        with self.reading() as connection:
            texts = connection.scalars(select(nights.c.document).order_by(*newest_first).limit(limit)).all()
        return tuple(NIGHT.validate_json(text) for text in texts)

    def discard_run(self, run_id: str) -> None:
        """Remove what is left of a run; see ``Nights``."""
        with self.writing() as connection:
            unfinished = select(runs.c.run_id).where(runs.c.run_id == run_id, runs.c.finished_at.is_(None))
            if connection.scalar(unfinished) is None:
                return
            for table in (measurements, failures, verdicts, runs):
                connection.execute(delete(table).where(table.c.run_id == run_id))

    def false_alarms(self) -> FalseAlarms:
        """Count them; see ``Nights``."""
        finished = (
            select(runs.c.run_id, runs.c.baseline, runs.c.candidate, fingerprints.c.document)
            .join(fingerprints, runs.c.fingerprint_id == fingerprints.c.fingerprint_id)
            .where(runs.c.finished_at.is_not(None))
        )
        counted = select(verdicts.c.run_id, verdicts.c.kind, func.count()).group_by(verdicts.c.run_id, verdicts.c.kind)
        with self.reading() as connection:
            own = {
                row.run_id
                for row in connection.execute(finished)
                if documents.REVISION.validate_json(row.baseline).commit
                == documents.REVISION.validate_json(row.candidate).commit
                and documents.FINGERPRINT.validate_json(row.document).flags == DEPLOYED
            }
            kinds = [(VerdictKind(kind), count) for run_id, kind, count in connection.execute(counted) if run_id in own]
        return FalseAlarms(
            runs=len(own),
            comparisons=sum(count for kind, count in kinds if kind is not VerdictKind.INVALID),
            alarms=sum(count for kind, count in kinds if kind is VerdictKind.REGRESSED),
        )
