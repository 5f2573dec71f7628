"""The vocabulary of tailgate: what flows from one stage to the next. ``docs/glossary.md`` defines each term.

All records are frozen and slotted; units are in the names. No dict crosses a stage.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date  # noqa: TC003 - the store reads annotations when it reads documents
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    import numpy as np
    from numpy.typing import NDArray


class Side(StrEnum):
    """Which of the two commits a measurement belongs to."""

    BASELINE = "baseline"
    CANDIDATE = "candidate"


class Leg(StrEnum):
    """One of the two ways in which the same replays are read; a pass needs both."""

    INTRINSIC = "intrinsic"
    """p99 over operations of each operation's location over replays: blind to what is not a function of the input."""
    RAW = "raw"
    """p99 over operations of each single replay: sees collections, locks and stalls, and the machine's noise."""


class VerdictKind(StrEnum):
    """The closed set of answers. See DESIGN: a verdict is a value with reasons and evidence."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    IMPROVED = "improved"
    REGRESSED = "regressed"
    INCONCLUSIVE = "inconclusive"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit to be measured.

    Attributes
    ----------
    commit
        Full hexadecimal object name.
    label
        How the user named it (``HEAD``, ``main``, ``working tree``).
    subject
        First line of the commit message, as written (hostile text included: whoever prints it escapes it).
    """

    commit: str
    label: str
    subject: str

    @property
    def short(self) -> str:
        """The first ten digits of the commit, for people."""
        return self.commit[:10]


@dataclass(frozen=True, slots=True, order=True)
class BenchmarkId:
    """One benchmark with one set of parameters.

    Attributes
    ----------
    name
        asv's dotted name, ``module.Class.latency_method``.
    parameters
        The representations of the parameter values, in the order of the benchmark's ``params``.
    """

    name: str
    parameters: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Name and parameters as people read them, ``book.Cancel.latency_cancel(deep)``."""
        return f"{self.name}({', '.join(self.parameters)})" if self.parameters else self.name


@dataclass(frozen=True, slots=True)
class BenchmarkSpecification:
    """What a worker says about a benchmark before it runs.

    Attributes
    ----------
    benchmark
        Its identity.
    parameter_index
        Position in the Cartesian product of the benchmark's parameters, in asv's order.
    timeout_s
        Seconds after which an unanswered request counts as a hang.
    version
        asv's hash of the benchmark's own code: sides with different versions are not comparable.
    cores
        How many processor cores the benchmark wants; one means that it is pinned.
    """

    benchmark: BenchmarkId
    parameter_index: int
    timeout_s: float
    version: str
    cores: int = 1


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Everything that must agree before two measurements may be compared.

    Attributes
    ----------
    recorder
        Which recorder timed the operations: values of different recorders do not compare.
    flags
        The overlay of feature flags the workers ran under, or ``deployed`` for the state that the commit deploys.
    """

    host: str
    cpu_model: str
    cpu_count: int
    kernel: str
    python: str
    compiler: str
    probe_version: str
    recorder: str
    flags: str


@dataclass(frozen=True, slots=True)
class Conditions:
    """What disturbed a process while it measured, so that disturbed pairs are known by their cause, not their result.

    Attributes
    ----------
    involuntary_switches
        How often the kernel took the processor away during the replays.
    cpu_share
        Processor time over wall time of the replays, 0..1; below 1 the process waited.
    steal_share
        Share of the machine's processor time taken by the hypervisor meanwhile, 0..1 (NaN where not available).
    """

    involuntary_switches: int
    cpu_share: float
    steal_share: float


@dataclass(frozen=True, slots=True)
class Measurement:
    """One benchmark, one commit, one process: every operation of every replay.

    Attributes
    ----------
    round_number
        Which pair of processes this belongs to, from 1; both sides of a pair share it.
    started_at
        Wall-clock time, timezone-aware.
    latency_ns
        float64, shape (replays, operations): nanoseconds, the recorder's own cost already subtracted.
    recorder_cost_ns
        What was subtracted from each value.
    clock_step_ns
        The smallest step of the clock that timed it.
    """

    benchmark: BenchmarkId
    side: Side
    commit: str
    round_number: int
    started_at: datetime
    fingerprint: Fingerprint
    conditions: Conditions
    latency_ns: NDArray[np.float64]
    recorder_cost_ns: float
    clock_step_ns: float


@dataclass(frozen=True, slots=True)
class Failure:
    """A benchmark that could not be measured on one side.

    Attributes
    ----------
    reason
        One line for the table.
    detail
        Traceback or the end of the worker's output; may be long, may be empty.
    is_absent
        The benchmark does not exist on that side (its import or setup says so), as opposed to: it exists and broke.
    """

    benchmark: BenchmarkId
    side: Side
    reason: str
    detail: str = ""
    is_absent: bool = False


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Latency quantiles over operations, nanoseconds."""

    p50_ns: float
    p90_ns: float
    p99_ns: float
    p999_ns: float
    max_ns: float


@dataclass(frozen=True, slots=True)
class SideSummary:
    """What one side of a comparison looked like, both legs; medians over its processes."""

    intrinsic: Quantiles
    raw: Quantiles
    processes: int
    replays: int
    operations: int


@dataclass(frozen=True, slots=True)
class Effect:
    """One leg's ratio of p99, candidate over baseline, estimated over pairs of processes.

    Attributes
    ----------
    log_ratios
        One value a pair, in the order of the rounds.
    log_location, log_scale
        Robust location of the pairs, and the standard error of that location.
    degrees_of_freedom
        Of the t distribution that the standard error goes with.
    """

    leg: Leg
    log_ratios: tuple[float, ...]
    log_location: float
    log_scale: float
    degrees_of_freedom: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both sides of one benchmark after some rounds: what decide/ judges.

    Attributes
    ----------
    baseline, candidate
        The quantiles that people read.
    intrinsic, raw
        The effects that are judged, one for each leg; of the present stage's pairs only.
    """

    benchmark: BenchmarkId
    baseline: SideSummary
    candidate: SideSummary
    intrinsic: Effect
    raw: Effect


@dataclass(frozen=True, slots=True)
class RatioInterval:
    """A ratio with a two-sided 95 % interval, for people; 1.05 means 5 % slower."""

    ratio: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Waiver:
    """A regression that someone accepted, until a day and up to a bound.

    Attributes
    ----------
    benchmark
        Label of the benchmark, in full.
    bound
        How much worse the p99 may be, as a share: 0.1 is 10 %.
    expires
        The last day on which it holds.
    """

    benchmark: str
    reason: str
    author: str
    bound: float
    expires: date


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one benchmark.

    Attributes
    ----------
    reasons
        Why, in sentences; the first is the one shown in the table.
    comparison
        The evidence; ``None`` only for ``invalid``.
    failures
        What broke, for ``invalid``.
    counts
        Whether this verdict decides the exit code (policy may exempt, for example, a benchmark that has no baseline).
    waiver
        What accepts this regression; it is shown, and does not fail the build.
    """

    benchmark: BenchmarkId
    kind: VerdictKind
    reasons: tuple[str, ...]
    comparison: Comparison | None = None
    intrinsic: RatioInterval | None = None
    raw: RatioInterval | None = None
    failures: tuple[Failure, ...] = ()
    counts: bool = True
    elapsed_s: float = 0.0
    waiver: Waiver | None = None


class RunPurpose(StrEnum):
    """Why a run was made: whoever asks for the latest one means the first kind."""

    GATE = "gate"
    """Somebody, a build or a night asked for the verdicts themselves."""
    EVIDENCE = "evidence"
    """A search for a cause, a rollback or a rollout needed them on its way."""


@dataclass(frozen=True, slots=True)
class GateResult:
    """One run of the gate: two commits, a verdict for each benchmark, and the circumstances."""

    run_id: str
    started_at: datetime
    finished_at: datetime
    baseline: Revision
    candidate: Revision
    fingerprint: Fingerprint | None
    verdicts: tuple[Verdict, ...]
    exit_code: int
    summary: str
