"""What was found to have made a run's benchmarks worse, one small file a run, so that a later command can tell it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from tailgate.action_records import Attribution
from tailgate.store.documents import to_document

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_ATTRIBUTIONS = TypeAdapter(tuple[Attribution, ...])


@dataclass(frozen=True, slots=True)
class AttributionNotes:
    """The notes of all runs, in one folder."""

    folder: Path

    def keep(self, run_id: str, attributions: Iterable[Attribution]) -> None:
        """Keep what was found; what an earlier explanation of the same run said of other benchmarks stays."""
        known = {item.benchmark: item for item in self.read(run_id)} | {item.benchmark: item for item in attributions}
        if not known:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self._path(run_id)
        partial = path.with_suffix(f".{os.getpid()}.partial")
        partial.write_text(f"[{','.join(to_document(known[label]) for label in sorted(known))}]", encoding="utf-8")
        partial.replace(path)

    def read(self, run_id: str) -> tuple[Attribution, ...]:
        """Return what is known; nothing where nobody has looked, or where it cannot be read: it can be found again."""
        try:
            return _ATTRIBUTIONS.validate_json(self._path(run_id).read_bytes())
        except (OSError, ValidationError):
            return ()

    def _path(self, run_id: str) -> Path:
        return self.folder / f"{run_id}.json"
