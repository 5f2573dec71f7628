"""What is exported, and what an export is: a run in, a text or a folder of files out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tailgate.records import VerdictKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from tailgate.records import BenchmarkId, GateResult, Leg, Side, Verdict


@dataclass(frozen=True, slots=True, eq=False)
class Distribution:
    """The latencies of one benchmark in one process, as one leg reads them.

    Attributes
    ----------
    values_ns
        Any shape, nanoseconds: one value an operation (intrinsic), or one an operation and replay (raw).
    """

    benchmark: BenchmarkId
    side: Side
    leg: Leg
    values_ns: NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class ExportedRun:
    """One finished run of the gate, as every format gets it.

    Attributes
    ----------
    fails_on_inconclusive
        Whether an inconclusive benchmark fails the build, by policy.
    distributions
        Reads what was measured, process by process; only formats about distributions call it.
    """

    result: GateResult
    fails_on_inconclusive: bool
    distributions: Callable[[], Iterator[Distribution]]

    def is_failing(self, verdict: Verdict) -> bool:
        """Whether a verdict fails the build, as the gate's exit code says it."""
        if not verdict.counts or verdict.waiver is not None:
            return False
        if verdict.kind is VerdictKind.INCONCLUSIVE:
            return self.fails_on_inconclusive
        return verdict.kind in {VerdictKind.REGRESSED, VerdictKind.INVALID}


@dataclass(frozen=True, slots=True)
class TextFormat:
    """A format that is one text.

    Attributes
    ----------
    name
        As on the command line.
    purpose
        What reads it, in one line.
    """

    name: str
    purpose: str
    render: Callable[[ExportedRun], str]


@dataclass(frozen=True, slots=True)
class FolderFormat:
    """A format of several files.

    Attributes
    ----------
    suffix
        Of the name of each.
    render
        Yields name and text of each.
    """

    name: str
    purpose: str
    suffix: str
    render: Callable[[ExportedRun], Iterator[tuple[str, str]]]
