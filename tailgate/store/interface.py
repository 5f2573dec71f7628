"""What a store promises, whatever holds the data. Any method may raise ``StoreError``; a failed write does nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

from tailgate.records import RunPurpose

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from types import TracebackType

    import numpy as np
    from numpy.typing import NDArray

    from tailgate.action_records import ActionTaken
    from tailgate.flag_records import FlagEffect, FlagFailure
    from tailgate.records import Failure, GateResult, Measurement, Revision
    from tailgate.store.history_interface import History
    from tailgate.store.night_tables import Nights


@dataclass(frozen=True, slots=True, eq=False)
class StoredMeasurement:
    """A measurement as it comes back.

    Attributes
    ----------
    measurement
        As it was added, except that ``latency_ns`` is sorted within each replay and rounded to 0.1 ns.
    profile_ns
        float32, shape (operations,): the intrinsic profile in the order of the operations, as the caller computed it.
    """

    measurement: Measurement
    profile_ns: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class StoredRun:
    """One run of the gate as a line in a list.

    Attributes
    ----------
    finished_at, exit_code
        ``None`` while the run is under way, and for ever when it was cut off.
    summary
        The one-line summary; empty while unfinished.
    measurements
        How many measurements are kept of it.
    """

    run_id: str
    started_at: datetime
    finished_at: datetime | None
    baseline: Revision
    candidate: Revision
    exit_code: int | None
    summary: str
    measurements: int
    purpose: RunPurpose

    @property
    def is_finished(self) -> bool:
        """Whether the run came to its end and has a result."""
        return self.finished_at is not None


@dataclass(frozen=True, slots=True)
class StoredFlagStudy:
    """What is kept of one run of ``tailgate flags``; all of it, or what there was when it was cut off."""

    study_id: str
    effects: tuple[FlagEffect, ...]
    failures: tuple[FlagFailure, ...]


class Store(Protocol):
    """Where runs are kept. Each ``add_*`` is durable by itself: a run killed half-way keeps all that it had added."""

    @property
    def history(self) -> History:
        """What benchmarks were at many commits."""
        ...

    @property
    def nights(self) -> Nights:
        """What nightly runs have done."""
        ...

    def add_run(
        self,
        run_id: str,
        started_at: datetime,
        baseline: Revision,
        candidate: Revision,
        purpose: RunPurpose = RunPurpose.GATE,
    ) -> None:
        """Begin a run; it counts as unfinished until ``finish_run``."""
        ...

    def add_measurement(self, run_id: str, measurement: Measurement, profile_ns: NDArray[np.floating]) -> None:
        """Keep one measurement.

        Parameters
        ----------
        run_id
            A run begun with ``add_run``.
        measurement
            ``latency_ns`` must be finite, shape (replays, operations).
        profile_ns
            Shape (operations,), nanoseconds: the intrinsic profile over the replays; kept as float32.
        """
        ...

    def add_failure(self, run_id: str, failure: Failure) -> None:
        """Keep what could not be measured, and why."""
        ...

    def finish_run(self, result: GateResult) -> None:
        """Keep the result of the run ``result.run_id``, all verdicts in one transaction."""
        ...

    def measurements(self, run_id: str) -> Iterator[StoredMeasurement]:
        """Yield every measurement of a run, in the order in which they were added; one at a time in memory."""
        ...

    def failures(self, run_id: str) -> tuple[Failure, ...]:
        """Return every failure of a run, in the order in which they were added."""
        ...

    def finished_runs(self, since: datetime | None = None, until: datetime | None = None) -> Iterator[GateResult]:
        """Yield the results of the finished ones that started in ``[since, until)``, newest first."""
        ...

    def result(self, run_id: str) -> GateResult | None:
        """Return the result of a run with all its verdicts; ``None`` while the run is unfinished."""
        ...

    def recent_runs(self, limit: int = 20) -> tuple[StoredRun, ...]:
        """Return the latest runs, newest first, unfinished ones included."""
        ...

    def add_flag_effects(self, study_id: str, effects: Sequence[FlagEffect]) -> None:
        """Keep what a flag did to a benchmark, all metrics in one transaction."""
        ...

    def add_flag_failure(self, study_id: str, failure: FlagFailure) -> None:
        """Keep what could not be measured of a flag, and why."""
        ...

    def flag_studies(self, limit: int = 20) -> tuple[StoredFlagStudy, ...]:
        """Return the latest studies of flags, newest first."""
        ...

    def add_action(self, action: ActionTaken) -> None:
        """Keep what was done about a regression or for a rollout."""
        ...

    def actions(self, target: str | None = None) -> tuple[ActionTaken, ...]:
        """Return every action, or those on one commit or flag, oldest first."""
        ...

    def close(self) -> None:
        """Let go of the database. A second call does nothing."""
        ...

    def __enter__(self) -> Self:
        """Use as a context manager that closes."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close, whatever happened."""
        ...
