"""The paired schedule: a round is a fresh process of each side for each benchmark, slices in alternating order.

In: two built environments, what to measure. Out: per benchmark a pair of measurements, or what failed. Random: which
side starts first, the order of the benchmarks, the order within each slice, the layout seed. See GATE for why each is.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from tailgate.measure.benchmark_process import BenchmarkError, BenchmarkProcess, ReplayBatch
from tailgate.measure.steal import StealMeter
from tailgate.measure.worker import HostDescription, WorkerHost
from tailgate.records import BenchmarkId, BenchmarkSpecification, Conditions, Failure, Fingerprint, Measurement, Side

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from tailgate.measure.environments import BuiltEnvironment


@dataclass(frozen=True, slots=True)
class Schedule:
    """How much is measured in one round.

    Attributes
    ----------
    process_seconds
        Wall-clock time that one process of one benchmark should spend on replays.
    minimum_replays, maximum_replays
        Bounds of the number of replays that follows from it.
    slice_seconds
        Time on one side before the other side's turn: as short as the switch between two processes allows, because a
        shared machine changes its speed every few tens of milliseconds, and what both sides saw cancels.
    default_timeout_s
        For benchmarks without a ``timeout`` of their own.
    """

    process_seconds: float = 0.08
    minimum_replays: int = 14
    maximum_replays: int = 40
    slice_seconds: float = 0.0015
    default_timeout_s: float = 60.0

    def slices(self, replay_ns: int) -> tuple[int, int]:
        """Choose how many slices, and how many replays in each, from how long the slower side's replay takes."""
        replay_s = max(replay_ns, 1) * 1e-9
        wanted = int(self.process_seconds / replay_s)
        replays = min(max(wanted, self.minimum_replays), self.maximum_replays)
        in_a_slice = min(max(int(self.slice_seconds / replay_s), 1), self.minimum_replays // 7)
        return -(-replays // in_a_slice), in_a_slice


@dataclass(frozen=True, slots=True)
class MeasuredPair:
    """Both sides of one benchmark in one round, interleaved."""

    baseline: Measurement
    candidate: Measurement


@dataclass(frozen=True, slots=True)
class SuiteDescription:
    """What the two sides can measure.

    Attributes
    ----------
    specifications
        Benchmarks that exist on both sides, in the suite's order.
    failures
        Benchmarks that exist on one side only, and modules that import on neither.
    timings
        Benchmarks of type ``time`` that exist on both sides: a replay of one is a single duration.
    """

    specifications: tuple[BenchmarkSpecification, ...]
    failures: tuple[Failure, ...]
    fingerprints: Mapping[Side, Fingerprint]
    timings: tuple[BenchmarkSpecification, ...] = ()


class PairedRounds:
    """Measures rounds of paired processes.

    Parameters
    ----------
    environments
        Both sides, built.
    benchmark_folder
        asv's ``benchmark_dir``: today's benchmarks measure both commits.
    schedule
        How much to measure.
    generator
        Source of every random choice.
    variables
        Environment variables for the workers of each side.
    """

    def __init__(
        self,
        environments: Mapping[Side, BuiltEnvironment],
        benchmark_folder: Path,
        schedule: Schedule,
        generator: random.Random,
        variables: Mapping[Side, Mapping[str, str]] | None = None,
    ) -> None:
        self._environments = environments
        self._benchmark_folder = benchmark_folder
        self._schedule = schedule
        self._generator = generator
        self._variables = variables or {}

    def describe(self) -> SuiteDescription:
        """Ask both sides what there is to measure.

        Raises
        ------
        WorkerError
            A side's worker does not start.
        """
        with self._hosts() as hosts:
            descriptions = {side: host.wait_until_ready() for side, host in hosts.items()}
        return _merge(descriptions)

    def measure(
        self, round_number: int, specifications: Sequence[BenchmarkSpecification]
    ) -> Iterator[MeasuredPair | Failure]:
        """Measure every given benchmark once on both sides, with fresh processes.

        Yields
        ------
        MeasuredPair or Failure
            As each benchmark is done, in random order.
        """
        order = list(specifications)
        self._generator.shuffle(order)
        with self._hosts() as hosts:
            descriptions = {side: host.wait_until_ready() for side, host in hosts.items()}
            for specification in order:
                try:
                    yield self._measure_pair(round_number, specification, hosts, descriptions)
                except _SideError as error:
                    yield Failure(
                        specification.benchmark,
                        error.side,
                        error.cause.reason,
                        error.cause.detail,
                        error.cause.is_absent,
                    )

    @contextlib.contextmanager
    def _hosts(self) -> Iterator[dict[Side, WorkerHost]]:
        """Start a host for each side, in random order, and end both whatever happens."""
        seed = self._generator.randrange(2**32)
        with contextlib.ExitStack() as stack:
            hosts: dict[Side, WorkerHost] = {}
            for side in self._shuffled():
                host = WorkerHost(
                    self._environments[side].python,
                    self._benchmark_folder,
                    seed,
                    self._variables.get(side, {}),
                    self._schedule.default_timeout_s,
                )
                hosts[side] = stack.enter_context(host)
            yield hosts

    def _measure_pair(
        self,
        round_number: int,
        specification: BenchmarkSpecification,
        hosts: Mapping[Side, WorkerHost],
        descriptions: Mapping[Side, HostDescription],
    ) -> MeasuredPair:
        cores = self._cores(round_number, specification)
        steal = StealMeter()
        started_at = datetime.now(UTC)
        batches: dict[Side, list[ReplayBatch]] = {side: [] for side in Side}
        processes: dict[Side, BenchmarkProcess] = {}
        try:
            for side in self._shuffled():
                with _on(side):
                    processes[side] = hosts[side].open(specification, cores)
            slices, in_a_slice = self._schedule.slices(max(process.replay_ns for process in processes.values()))
            operations = {side: process.operations for side, process in processes.items()}
            if len(set(operations.values())) > 1:
                raise _SideError(
                    Side.CANDIDATE,
                    BenchmarkError(
                        "not comparable: the two sides run different operations "
                        f"({operations[Side.BASELINE]} against {operations[Side.CANDIDATE]} a replay)"
                    ),
                )
            for _ in range(slices):
                for side in self._shuffled():
                    with _on(side):
                        batches[side].append(processes[side].replay(in_a_slice))
            for side, process in processes.items():
                with _on(side):
                    process.close()
        finally:
            for process in processes.values():
                process.kill()
        stolen = steal.share()
        measurements = {
            side: Measurement(
                benchmark=specification.benchmark,
                side=side,
                commit=self._environments[side].revision.commit,
                round_number=round_number,
                started_at=started_at,
                fingerprint=descriptions[side].fingerprint,
                conditions=_conditions(batches[side], stolen),
                latency_ns=_nanoseconds(batches[side], descriptions[side]),
                recorder_cost_ns=descriptions[side].cost_ns,
                clock_step_ns=descriptions[side].step_ns,
            )
            for side in Side
        }
        return MeasuredPair(measurements[Side.BASELINE], measurements[Side.CANDIDATE])

    def _shuffled(self) -> list[Side]:
        # Which side starts first biases by 0.4 % (measured): so chance decides, each time.
        return self._generator.sample(list(Side), k=len(Side))

    def _cores(self, round_number: int, specification: BenchmarkSpecification) -> tuple[int, ...]:
        """Put both sides of a pair on the same core, another one each round; leave benchmarks that want more free."""
        if specification.cores != 1 or not hasattr(os, "sched_getaffinity"):
            return ()
        available = sorted(os.sched_getaffinity(0))
        return (available[round_number % len(available)],)


class _SideError(Exception):
    """A benchmark error, with the side it happened on."""

    def __init__(self, side: Side, cause: BenchmarkError) -> None:
        super().__init__(str(cause))
        self.side = side
        self.cause = cause


@contextlib.contextmanager
def _on(side: Side) -> Iterator[None]:
    try:
        yield
    except BenchmarkError as error:
        raise _SideError(side, error) from error


def _merge(descriptions: Mapping[Side, HostDescription]) -> SuiteDescription:
    """Find what both sides have; what one lacks is a failure that names the cause."""
    by_side = {
        side: {item.benchmark: item for item in description.specifications}
        for side, description in descriptions.items()
    }
    failures: list[Failure] = []
    shared: list[BenchmarkSpecification] = []
    for benchmark in dict.fromkeys(item for side in Side for item in by_side[side]):
        lacking = [side for side in Side if benchmark not in by_side[side]]
        if not lacking:
            shared.append(by_side[Side.CANDIDATE][benchmark])
            continue
        module, error = _import_error(benchmark.name, descriptions[lacking[0]].broken)
        failures.append(
            Failure(
                benchmark,
                lacking[0],
                f"does not exist on the {lacking[0]}: its module {module} does not import there"
                if error
                else f"does not exist on the {lacking[0]}",
                error,
                is_absent=True,
            )
        )
    # What a module that imports on one side only holds is lacking on the other, or there is nothing to measure in it.
    broken = {side: description.broken for side, description in descriptions.items()}
    for module, error in broken[Side.CANDIDATE].items():
        if module in broken[Side.BASELINE]:
            reason = f"the module {module} imports on neither side: {error.splitlines()[0]}"
            failures.append(Failure(BenchmarkId(module.partition(".")[2] or module), Side.CANDIDATE, reason, error))
    return SuiteDescription(
        specifications=tuple(shared),
        failures=tuple(failures),
        fingerprints={side: description.fingerprint for side, description in descriptions.items()},
        timings=_shared_timings(descriptions),
    )


def _shared_timings(descriptions: Mapping[Side, HostDescription]) -> tuple[BenchmarkSpecification, ...]:
    baseline = {item.benchmark for item in descriptions[Side.BASELINE].timings}
    return tuple(item for item in descriptions[Side.CANDIDATE].timings if item.benchmark in baseline)


def _import_error(name: str, broken: Mapping[str, str]) -> tuple[str, str]:
    for module, error in broken.items():
        if name.startswith(f"{module.partition('.')[2]}."):
            return module, error
    return "", ""


def _nanoseconds(batches: Sequence[ReplayBatch], description: HostDescription) -> NDArray[np.float64]:
    counts = np.concatenate([batch.counts for batch in batches])
    return np.asarray(counts * description.ns_per_count - description.cost_ns, dtype=np.float64)


def _conditions(batches: Sequence[ReplayBatch], steal_share: float) -> Conditions:
    wall = sum(batch.wall_ns for batch in batches)
    return Conditions(
        involuntary_switches=sum(batch.involuntary_switches for batch in batches),
        cpu_share=sum(batch.processor_ns for batch in batches) / wall if wall else float("nan"),
        steal_share=steal_share,
    )
