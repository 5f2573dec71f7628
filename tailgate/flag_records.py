"""The vocabulary of flags: what is switched, and what switching it did. ``docs/glossary.md`` defines each term.

Frozen and slotted like ``records.py``, which holds the rest of the vocabulary.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - the store's validation reads the annotations
from enum import StrEnum
from typing import TYPE_CHECKING

from tailgate.records import BenchmarkId, Fingerprint, RatioInterval  # noqa: TC001 - the same

if TYPE_CHECKING:
    from tailgate.records import Failure, Revision


class Metric(StrEnum):
    """What of a benchmark is compared between off and on."""

    P50 = "p50"
    P99 = "p99"
    P999 = "p99.9"
    RAW_P99 = "raw p99"
    RAW_P999 = "raw p99.9"
    THROUGHPUT = "throughput"
    ALLOCATIONS = "allocations"
    NATIVE_ALLOCATIONS = "native allocations"
    PEAK_MEMORY = "peak memory"
    RESIDENT_MEMORY = "resident memory"
    INSTRUCTIONS = "instructions"
    CACHE_MISSES = "cache misses"
    CACHE_HITS = "cache hits"

    @property
    def is_larger_better(self) -> bool:
        """Whether more of it is what one wants."""
        return self in {Metric.THROUGHPUT, Metric.CACHE_HITS}


@dataclass(frozen=True, slots=True)
class Switch:
    """Two states of the flags of one build, to be measured against each other.

    Attributes
    ----------
    name
        The flag, or ``deployed`` for all flags together that the commit deploys.
    flags
        What is off on one side and on on the other.
    requires
        What is on, on both sides; every other flag is off on both.
    benchmarks
        Regular expression: the benchmarks that it touches.
    """

    name: str
    flags: tuple[str, ...]
    requires: tuple[str, ...]
    benchmarks: str


@dataclass(frozen=True, slots=True)
class Count:
    """What a tool counted of one benchmark in one process.

    Attributes
    ----------
    value
        Per operation for instructions, cache misses and allocations; bytes for memory; a share for cache hits.
    tool
        What counted it.
    """

    metric: Metric
    value: float
    tool: str


@dataclass(frozen=True, slots=True)
class FlagEffect:
    """What switching a flag on did to one benchmark, by one metric.

    Attributes
    ----------
    flag
        The name of the switch.
    requires
        The flags that were on, on both sides.
    off, on
        The metric's values: nanoseconds for latencies, one in a second for throughput, and for counts see ``Count``.
    ratio
        On over off. Counts are exact: their interval is the ratio itself.
    tool
        What measured it.
    processes
        Pairs of processes behind it.
    """

    flag: str
    requires: tuple[str, ...]
    benchmark: BenchmarkId
    metric: Metric
    off: float
    on: float
    ratio: RatioInterval
    tool: str
    processes: int
    commit: str
    fingerprint: Fingerprint
    measured_at: datetime


@dataclass(frozen=True, slots=True)
class FlagFailure:
    """A benchmark that could not be measured with a flag on, or with it off; the side says which.

    Attributes
    ----------
    flag
        The name of the switch.
    failure
        ``baseline`` is off, ``candidate`` is on.
    """

    flag: str
    failure: Failure


@dataclass(frozen=True, slots=True)
class FlagStudy:
    """One run of ``tailgate flags``: one commit, its switches, and what each of them did.

    Attributes
    ----------
    unmeasured
        What the budget did not reach, as ``flag: benchmark``.
    notes
        What could not be counted here at all, and why (a tool that is missing).
    """

    study_id: str
    started_at: datetime
    finished_at: datetime
    revision: Revision
    fingerprint: Fingerprint
    switches: tuple[Switch, ...]
    effects: tuple[FlagEffect, ...]
    failures: tuple[FlagFailure, ...]
    unmeasured: tuple[str, ...]
    notes: tuple[str, ...]
    exit_code: int
    summary: str
