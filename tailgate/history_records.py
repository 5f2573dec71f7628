"""The vocabulary of history: what a benchmark was at many commits, and what is read off such a series.

Frozen and slotted like ``records.py``, which holds the rest of the vocabulary. ``docs/glossary.md`` defines each term.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - the store's validation reads the annotations
from enum import StrEnum
from typing import Final

from tailgate.records import BenchmarkId, Quantiles, RatioInterval  # noqa: TC001 - the same

BENCHMARK_CODE: Final = "benchmark code"
"""Name of the fact that holds the version of a benchmark's own code: points of different versions do not compare."""


class Source(StrEnum):
    """Who measured a point of a series."""

    HISTORY = "history"
    """``tailgate history``: beside the pinned baseline, in the same rounds."""
    GATE = "gate"
    """A run of the gate: its candidate, beside its baseline."""
    ASV = "asv"
    """An asv result file."""


class Cause(StrEnum):
    """What a change point is put down to."""

    COMMIT = "commit"
    ENVIRONMENT = "environment"
    """The machine, kernel, Python, compiler or probe changed at the same point: it is blamed before a commit."""


class Direction(StrEnum):
    """Which way a series went at a change point; less is always better."""

    WORSE = "worse"
    BETTER = "better"


@dataclass(frozen=True, slots=True)
class Fact:
    """One named fact, as text: of an environment (``kernel``, ``6.1.0``) or of a flag (``fast-lock``, ``on``)."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Environment:
    """Where a point was measured.

    Attributes
    ----------
    machine
        The name that people know the machine by; series of different machines are never joined.
    facts
        Everything else that a change of level may be put down to (processor, kernel, Python, compiler, requirements),
        sorted by name; two points of one machine with other facts have another environment.
    """

    machine: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class HistoryCommit:
    """A commit as a place in a series.

    Attributes
    ----------
    commit
        Full hexadecimal object name.
    committed_at
        Series are in this order, and at equal times in that of ``position``.
    position
        Number of commits before it on the first-parent line; 0 where no repository could be asked.
    subject, author
        As written: hostile text included.
    flags
        The state that the commit deploys of each flag, by name; empty where there are none.
    """

    commit: str
    committed_at: datetime
    position: int = 0
    subject: str = ""
    author: str = ""
    flags: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class HistoryPoint:
    """One benchmark at one commit in one environment.

    Attributes
    ----------
    unit
        Of ``value``, ``low`` and ``high``: ``ns`` for latencies of the gate and of history; otherwise asv's own unit.
    value
        What the series is judged by: the intrinsic p99, or asv's result.
    low, high
        95 % interval of ``value`` (asv: its 99 % interval); NaN where none is known.
    intrinsic, raw
        Both legs' quantiles; ``None`` for what asv measured.
    against_pinned
        p99 over the pinned baseline's, measured in the same rounds; ``None`` where it was not measured so.
    processes
        How many processes are behind it; 0 where nobody knows.
    run_id
        The run of the gate that it comes from; empty for the other sources.
    pinned_commit
        What ``against_pinned`` is against; empty without it.
    failure
        Why there is no value, in one line (``value`` is NaN then); empty for all others. Series leave failures out.
    """

    benchmark: BenchmarkId
    commit: str
    environment: Environment
    measured_at: datetime
    source: Source
    unit: str
    value: float
    low: float
    high: float
    intrinsic: Quantiles | None = None
    raw: Quantiles | None = None
    against_pinned: RatioInterval | None = None
    processes: int = 0
    run_id: str = ""
    pinned_commit: str = ""
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """One benchmark on one machine over commits.

    Attributes
    ----------
    commits, points
        Of equal length, in the order of the commits.
    """

    benchmark: BenchmarkId
    machine: str
    unit: str
    commits: tuple[HistoryCommit, ...]
    points: tuple[HistoryPoint, ...]


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """A commit from which on a series has another level.

    Attributes
    ----------
    index
        Of the first point of the new level in its series.
    commit, before_commit
        The first commit of the new level, and the last one of the old level.
    level_before, level_after
        Robust locations of both levels, in the unit of the series.
    ratio
        After over before, with its 95 % interval.
    environment_changes
        What else changed at this point, in words; not empty where ``cause`` is the environment.
    """

    benchmark: BenchmarkId
    machine: str
    index: int
    commit: str
    before_commit: str
    direction: Direction
    level_before: float
    level_after: float
    ratio: RatioInterval
    cause: Cause
    environment_changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drift:
    """How far a series has gone from its pinned baseline: what small steps add up to.

    Attributes
    ----------
    commit
        The latest commit of the series.
    pinned_commit
        The baseline that stays.
    is_beyond_margin
        Whether the p99 is shown to be worse than the pinned baseline's by more than the policy allows.
    """

    benchmark: BenchmarkId
    machine: str
    commit: str
    pinned_commit: str
    ratio: RatioInterval
    is_beyond_margin: bool


class ProfileTool(StrEnum):
    """What a profile was taken with."""

    PY_SPY = "py-spy"
    SCALENE = "scalene"
    MEMRAY = "memray"
    CALLGRIND = "callgrind"


@dataclass(frozen=True, slots=True)
class Profile:
    """What a profiler saw of one benchmark at one commit.

    Attributes
    ----------
    run_id
        The run of the gate whose regression it explains.
    file
        The tool's own output, relative to the state folder's ``profiles``; empty where it was not kept.
    facts
        What it comes to in numbers, as text with units.
    failure
        Why there is none, in one line; empty when it worked.
    """

    run_id: str
    benchmark: BenchmarkId
    commit: str
    tool: ProfileTool
    file: str
    facts: tuple[Fact, ...] = ()
    failure: str = ""


@dataclass(frozen=True, slots=True)
class SkippedCommit:
    """A commit that ``tailgate history`` could not measure, or benchmarks that one of them lacks.

    Attributes
    ----------
    reason
        Why, in one line.
    """

    commit: str
    reason: str


@dataclass(frozen=True, slots=True)
class HistoryResult:
    """The answer of one run of ``tailgate history``: what was measured, and what the series tell now.

    Attributes
    ----------
    measured
        Commits that got points now.
    kept
        Commits of which everything that was asked had been measured before.
    points
        How many points were measured now.
    series
        How many series the machine has.
    """

    machine: str
    pinned_commit: str
    measured: tuple[str, ...]
    kept: tuple[str, ...]
    skipped: tuple[SkippedCommit, ...]
    points: int
    series: int
    change_points: tuple[ChangePoint, ...]
    drifts: tuple[Drift, ...]


@dataclass(frozen=True, slots=True)
class BrokenFile:
    """A file of asv results, or a benchmark in one, that could not be understood.

    Attributes
    ----------
    name
        Path inside the results.
    reason
        Why, in one line; begins with the benchmark where only that one is broken.
    """

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What one run of ``tailgate import`` has taken over.

    Attributes
    ----------
    points
        Values; ``failures`` are the points beside them that have none.
    """

    machines: tuple[str, ...]
    files: int
    commits: int
    benchmarks: int
    points: int
    failures: int
    broken: tuple[BrokenFile, ...]
