"""The journal: one append at a time, and how fast a state is rebuilt. The storage is never waited for."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import scenarios
from trading import assembly
from trading.journal import JournalReader, SyncPolicy

if TYPE_CHECKING:
    from collections.abc import Callable

    from trading.journal import Journal

NO_SYNC = SyncPolicy(every_records=None)
"""What storage does on a machine is no property of the code."""


class Append:
    """Feed events, already encoded."""

    def setup(self) -> None:
        """Encode the events, and make room for a journal."""
        _, events = scenarios.market_events("steady")
        self.records = list(map(assembly.build_serializer().encode, events))
        self.folder = tempfile.TemporaryDirectory(prefix="journal-")
        self.path = Path(self.folder.name) / "journal"
        self.journal: Journal | None = None

    def teardown(self) -> None:
        """Remove the journal."""
        self._close()
        self.folder.cleanup()

    def latency_append(self) -> tuple[Callable[[bytes], int], list[bytes]]:
        """Time each record."""
        return self._fresh().append, self.records

    def time_append_all(self) -> None:
        """Throughput: all records."""
        append = self._fresh().append
        for record in self.records:
            append(record)

    def track_bytes_a_record(self) -> float:
        """Size in the file, frame included."""
        self.time_append_all()
        return self.path.stat().st_size / len(self.records)

    track_bytes_a_record.unit = "bytes"  # type: ignore[attr-defined]

    def _fresh(self) -> Journal:
        self._close()
        self.path.unlink(missing_ok=True)
        self.journal = assembly.build_journal(self.path, lambda: 0, NO_SYNC)
        return self.journal

    def _close(self) -> None:
        if self.journal is not None:
            self.journal.close()


class Rebuild:
    """A system's journal after a whole market's events."""

    def setup(self) -> None:
        """Write the journal."""
        self.folder = tempfile.TemporaryDirectory(prefix="journal-")
        self.path = Path(self.folder.name) / "journal"
        journal = assembly.build_journal(self.path, lambda: 0, NO_SYNC)
        system = assembly.build_journaled_pipeline(self.path, journal)
        for events in scenarios.market_events("steady"):
            system.run(events)
        journal.close()

    def teardown(self) -> None:
        """Remove the journal."""
        self.folder.cleanup()

    def time_read(self) -> None:
        """Throughput: every record, checked and not decoded."""
        with JournalReader(self.path) as reader:
            for _ in reader:
                pass

    def time_rebuild(self) -> None:
        """Throughput: the whole state."""
        assembly.rebuild_pipeline(self.path)

    def peakmem_rebuild(self) -> None:
        """Peak memory of the rebuilt system."""
        assembly.rebuild_pipeline(self.path)
