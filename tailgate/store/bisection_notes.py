"""What a bisection knows so far, in one small file: killed at any moment, it goes on where it was.

In: a folder and what the bisection was asked. Out: its notes, kept whole after every commit that was answered.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from pydantic import TypeAdapter, ValidationError

from tailgate.action_records import BisectionStep  # noqa: TC001 - pydantic reads annotations
from tailgate.records import Leg  # noqa: TC001 - the same
from tailgate.store.documents import to_document

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class BisectionNotes:
    """What is known.

    Attributes
    ----------
    leg, log_ratio
        How far apart the ends are, and in which leg: see ``decide.Halfway``.
    steps
        Every commit that was answered, in that order; the first is the bad end.
    """

    leg: Leg
    log_ratio: float
    steps: tuple[BisectionStep, ...] = ()


_NOTES = TypeAdapter(BisectionNotes)


@dataclass(frozen=True, slots=True)
class BisectionFile:
    """Where the notes of one question are kept."""

    path: Path

    @classmethod
    def of(cls, folder: Path, *question: str) -> Self:
        """Name the file after everything that the answer depends on."""
        key = hashlib.sha256(json.dumps(question).encode()).hexdigest()[:16]
        return cls(folder / f"{key}.json")

    def read(self) -> BisectionNotes | None:
        """Return the notes; ``None`` where there are none, or none that can be read: they can be measured again."""
        try:
            return _NOTES.validate_json(self.path.read_bytes())
        except (OSError, ValidationError):
            return None

    def write(self, notes: BisectionNotes) -> None:
        """Keep the notes: whoever reads sees the old ones or the new ones, never a half."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        partial = self.path.with_suffix(f".{os.getpid()}.partial")
        partial.write_text(to_document(notes), encoding="utf-8")
        partial.replace(self.path)

    def forget(self) -> None:
        """Begin anew."""
        self.path.unlink(missing_ok=True)
