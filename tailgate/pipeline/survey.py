"""Commits measured beside the pinned baseline, one after the other: build -> measure -> compare -> store.

In: the pinned baseline, built, and commits in the order in which they are wanted. Out: points in the store, and what
could not be measured, with its reason, in the store too: it is not tried again.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tailgate import compare, decide
from tailgate.errors import BuildError, WorkerError
from tailgate.history_records import HistoryPoint, SkippedCommit, Source
from tailgate.measure import EnvironmentPool, PairedRounds, Schedule
from tailgate.pipeline.judging import INTRINSIC_PRIOR, RAW_PRIOR
from tailgate.pipeline.series_points import (
    ITSELF,
    NANOSECONDS,
    absolute_point,
    environment_of,
    has_same_code,
    known_point,
    relative_point,
)
from tailgate.records import BenchmarkId, Failure, Revision, Side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tailgate.history_records import HistoryCommit
    from tailgate.measure import BuiltEnvironment
    from tailgate.pipeline.workplace import Workplace
    from tailgate.records import BenchmarkSpecification, Fingerprint

PAIRS = 3
"""Pairs of processes that every benchmark of every commit gets, whatever the budget."""

MAXIMUM_PAIRS = 8

PRECISION = 0.02
"""Half width of a ratio's interval from which on more pairs are not needed."""


@dataclass(frozen=True, slots=True)
class Survey:
    """One run of ``tailgate history`` under way.

    Attributes
    ----------
    baseline
        The pinned baseline, built.
    specifications
        What it can be asked, of what was asked for.
    fingerprint
        Of its side: what makes an environment beside the machine.
    budget_s, again
        As in the question.
    """

    workplace: Workplace
    baseline: BuiltEnvironment
    specifications: tuple[BenchmarkSpecification, ...]
    fingerprint: Fingerprint
    budget_s: float
    again: bool
    measured: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    skipped: list[SkippedCommit] = field(default_factory=list)
    written: list[HistoryPoint] = field(default_factory=list)

    def measure(self, commits: Sequence[HistoryCommit]) -> None:
        """Measure what is not known yet of each commit, in this order."""
        wanted = []
        for commit in commits:
            if commit.commit == self.baseline.revision.commit:
                continue  # it is measured beside every other one
            lacking = self._lacking(commit)
            if lacking:
                wanted.append((commit, lacking))
            else:
                self.kept.append(commit.commit)
        total = len(wanted)
        while wanted:
            # Two cores build two commits in the time of one; measuring goes on when both rest.
            both, wanted = wanted[:2], wanted[2:]
            pool = open_pool(self.workplace)
            try:
                for commit, lacking, environment in self._built(pool, both):
                    done = len(self.measured) + len(self.skipped) + 1
                    self.workplace.progress.stage(f"measuring commit {done} of {total}, {commit.commit[:10]}")
                    self._measure_commit(commit, lacking, environment)
            finally:
                pool.close()

    def _lacking(self, commit: HistoryCommit) -> list[BenchmarkSpecification]:
        """Which benchmarks have no point of this commit, made by today's code of the benchmark on this machine."""
        if self.again:
            return list(self.specifications)
        known = self.workplace.store.history.points_of(commit.commit)
        return [
            specification
            for specification in self.specifications
            if not any(
                point.benchmark == specification.benchmark
                and point.source is Source.HISTORY
                and has_same_code(point, environment_of(self.fingerprint, specification))
                for point in known
            )
        ]

    def _built(
        self, pool: EnvironmentPool, wanted: Sequence[tuple[HistoryCommit, list[BenchmarkSpecification]]]
    ) -> Iterator[tuple[HistoryCommit, list[BenchmarkSpecification], BuiltEnvironment]]:
        """Build up to two commits at once; one that does not build is kept as such, and does not stop the other."""
        revisions = {
            side: Revision(commit.commit, commit.commit[:10], commit.subject)
            for side, (commit, _) in zip((Side.CANDIDATE, Side.BASELINE), wanted, strict=False)
        }
        self.workplace.progress.stage(f"building {' and '.join(item.short for item in revisions.values())}")
        try:
            built = pool.build(revisions, announce(self.workplace, revisions))
        except BuildError as error:
            if not error.commit:
                raise
            pool.close()
            for commit, lacking in wanted:
                if commit.commit == error.commit:
                    self._keep_failures(commit, lacking, "does not build")
            rest = [item for item in wanted if item[0].commit != error.commit]
            if rest:
                yield from self._built(pool, rest)
            return
        for (commit, lacking), environment in zip(wanted, (built[side] for side in revisions), strict=True):
            yield commit, lacking, environment

    def _measure_commit(
        self, commit: HistoryCommit, lacking: Sequence[BenchmarkSpecification], environment: BuiltEnvironment
    ) -> None:
        rounds = rounds_of(self.workplace, self.baseline, environment)
        try:
            suite = rounds.describe()
        except WorkerError as error:
            self._keep_failures(commit, lacking, f"its worker does not start: {str(error).splitlines()[0]}")
            return
        differing = compare.differences(suite.fingerprints[Side.BASELINE], suite.fingerprints[Side.CANDIDATE])
        if differing:
            self._keep_failures(commit, lacking, f"not comparable: {'; '.join(differing)}")
            return
        names = {specification.benchmark for specification in suite.specifications}
        shared = [specification for specification in lacking if specification.benchmark in names]
        absent = [specification for specification in lacking if specification.benchmark not in names]
        broken = {item.benchmark: item.reason for item in suite.failures}
        failures = {item: broken.get(item.benchmark, "does not exist in it") for item in absent}
        points, failed = self._measure_benchmarks(commit, shared, rounds)
        failures |= failed
        self._write([*points, *(self._failure(commit, item, reason) for item, reason in failures.items())])
        self.measured.append(commit.commit)

    def _measure_benchmarks(
        self, commit: HistoryCommit, specifications: Sequence[BenchmarkSpecification], rounds: PairedRounds
    ) -> tuple[list[HistoryPoint], dict[BenchmarkSpecification, str]]:
        """Measure rounds until every ratio is known well enough, or the budget is spent."""
        pairs: dict[BenchmarkId, list[compare.Pair]] = {item.benchmark: [] for item in specifications}
        failures: dict[BenchmarkSpecification, str] = {}
        open_ones = list(specifications)
        deadline = time.monotonic() + self.budget_s
        by_name = {item.benchmark: item for item in specifications}
        for number in range(1, MAXIMUM_PAIRS + 1):
            if not open_ones or (number > PAIRS and time.monotonic() >= deadline):
                break
            self.workplace.progress.round_started(number, len(open_ones), len(specifications), is_deciding=False)
            for outcome in rounds.measure(number, open_ones):
                if isinstance(outcome, Failure):
                    failures[by_name[outcome.benchmark]] = f"{outcome.side}: {outcome.reason}"
                    continue
                pair = compare.read_pair(outcome.baseline, outcome.candidate)
                pairs[pair.benchmark].append(pair)
            open_ones = [
                item
                for item in open_ones
                if item not in failures and (number < PAIRS or not _is_precise(pairs[item.benchmark]))
            ]
        known = self.workplace.store.history.points_of(self.baseline.revision.commit)
        points = [
            point
            for item in specifications
            if item not in failures
            for point in self._points(commit, item, pairs[item.benchmark], known)
        ]
        return points, failures

    def _points(
        self,
        commit: HistoryCommit,
        specification: BenchmarkSpecification,
        pairs: Sequence[compare.Pair],
        of_pinned: Sequence[HistoryPoint],
    ) -> list[HistoryPoint]:
        """Make the commit's point, and the pinned baseline's where this is the first time that it is measured."""
        comparison = compare.compare_pairs(pairs, INTRINSIC_PRIOR, RAW_PRIOR)
        environment = environment_of(self.fingerprint, specification)
        pinned, now = self.baseline.revision.commit, datetime.now(UTC)
        known = known_point(of_pinned, specification.benchmark, environment)
        reference = known or absolute_point(
            comparison.baseline, specification.benchmark, pinned, environment, now, Source.HISTORY
        )
        # Whatever it was measured against before: what follows is against itself.
        reference = replace(reference, against_pinned=ITSELF, pinned_commit=pinned, source=Source.HISTORY, run_id="")
        point = relative_point(reference, comparison, commit.commit, environment, now, Source.HISTORY)
        return [point] if known and known.source is Source.HISTORY else [reference, point]

    def _keep_failures(self, commit: HistoryCommit, lacking: Sequence[BenchmarkSpecification], reason: str) -> None:
        self.skipped.append(SkippedCommit(commit.commit, reason))
        self._write([self._failure(commit, specification, reason) for specification in lacking])

    def _failure(self, commit: HistoryCommit, specification: BenchmarkSpecification, reason: str) -> HistoryPoint:
        nothing = float("nan")
        return HistoryPoint(
            specification.benchmark,
            commit.commit,
            environment_of(self.fingerprint, specification),
            datetime.now(UTC),
            Source.HISTORY,
            NANOSECONDS,
            nothing,
            nothing,
            nothing,
            failure=reason,
        )

    def _write(self, points: Sequence[HistoryPoint]) -> None:
        """Keep the points of one commit, all in one transaction."""
        self.workplace.store.history.add_points(points)
        self.written.extend(point for point in points if not point.failure)


def _is_precise(pairs: Sequence[compare.Pair]) -> bool:
    ratio = decide.interval(compare.compare_pairs(pairs, INTRINSIC_PRIOR, RAW_PRIOR).intrinsic)
    return (ratio.high - ratio.low) / 2 <= PRECISION


def open_pool(workplace: Workplace) -> EnvironmentPool:
    """Open the environments that the gate uses, too: what either has built the other finds."""
    project = workplace.project
    return EnvironmentPool(project.state_folder / "environments", project.asv_config)


def rounds_of(workplace: Workplace, baseline: BuiltEnvironment, candidate: BuiltEnvironment) -> PairedRounds:
    """Prepare rounds between two environments, each in the state of flags that its commit deploys."""
    # A flag overlay left in the shell would measure another state than the one that the commits deploy.
    variable = workplace.policy.flags.overlay_variable
    variables = {side: {variable: ""} if variable else {} for side in Side}
    return PairedRounds(
        {Side.BASELINE: baseline, Side.CANDIDATE: candidate},
        workplace.project.benchmark_folder,
        Schedule(default_timeout_s=workplace.policy.gate.benchmark_timeout_s),
        workplace.generator,
        variables,
    )


def announce(workplace: Workplace, revisions: Mapping[Side, Revision]) -> Callable[[Side, str], None]:
    """Tell the progress display what happens to builds."""
    return lambda side, state: workplace.progress.building(side, revisions[side].commit, state)
