"""What a store promises about history: points, read as series. Any method may raise ``StoreError``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tailgate.history_records import HistoryCommit, HistoryPoint, Profile, Series
    from tailgate.records import BenchmarkId
    from tailgate.series_records import SeriesColumns


@dataclass(frozen=True, slots=True)
class StoredSeries:
    """One series as a line in a list.

    Attributes
    ----------
    change
        Grows with every write to the series, and no store gives a number twice: whoever has built something from it
        asks whether it still holds.
    """

    benchmark: BenchmarkId
    machine: str
    change: int


class ColumnsReading(Protocol):
    """Reads series as columns. Commits that were added since it was begun are not in them."""

    def series(self, keys: Sequence[StoredSeries] | None = None) -> Iterator[SeriesColumns]:
        """Yield every series that ``History.series`` would return, or those of some keys, one at a time in memory.

        In the order of ``all_keys``.
        """
        ...


class History(Protocol):
    """Where points of series are kept. Every ``add_*`` is one transaction; adding the same twice changes nothing."""

    def add_commits(self, commits: Sequence[HistoryCommit]) -> None:
        """Keep commits; one that is known already is replaced, except that a known subject outlives an empty one."""
        ...

    def add_points(self, points: Sequence[HistoryPoint]) -> None:
        """Keep points; one of the same benchmark, machine, commit and source is replaced.

        Raises
        ------
        StoreError
            A point's commit was not added before.
        """
        ...

    def commits(self) -> tuple[HistoryCommit, ...]:
        """Return every commit, in the order of series."""
        ...

    def machines(self) -> tuple[str, ...]:
        """Return every machine that has points, sorted."""
        ...

    def benchmarks(self) -> tuple[BenchmarkId, ...]:
        """Return every benchmark that has points, sorted."""
        ...

    def all_keys(self) -> tuple[StoredSeries, ...]:
        """Return every series' key and change number, sorted by benchmark and machine."""
        ...

    def series(self, benchmark: BenchmarkId, machine: str) -> Series | None:
        """Return a series; ``None`` where no point of it has a value.

        One point a commit: that of ``history`` before that of the gate before asv's; all of the unit of the first of
        these sources that there is. Failures are left out.
        """
        ...

    def columns(self, cache: Path | None = None) -> ColumnsReading:
        """Begin to read series as columns.

        Parameters
        ----------
        cache
            A folder to keep columns in, so that next time only points that were written since are read from the
            database. It may be deleted at any time, and shared with other stores.
        """
        ...

    def points_of(self, commit: str) -> tuple[HistoryPoint, ...]:
        """Return every point of a commit, all machines and sources, failures included."""
        ...

    def add_profile(self, profile: Profile) -> None:
        """Keep what a profiler saw; one of the same run, benchmark, commit and tool is replaced."""
        ...

    def profiles(self, run_id: str | None = None) -> tuple[Profile, ...]:
        """Return the profiles of one run, or all, in the order in which they were added."""
        ...

    def pin(self, commit: str, machine: str) -> None:
        """Make a commit the pinned baseline of a machine from now on."""
        ...

    def pinned(self, machine: str) -> str | None:
        """Return the commit that is the pinned baseline of a machine; ``None`` where none was ever pinned."""
        ...
