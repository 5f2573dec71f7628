"""From comparisons to points of series. In: what was measured side by side. Out: points that a series can hold.

A machine's speed moves by a fifth between runs, so the p99 of one run says little beside that of another. What is kept
is therefore a known point's value times the ratio that was measured beside it.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

from tailgate import compare, decide
from tailgate.errors import ConfigurationError, RevisionError
from tailgate.history_records import BENCHMARK_CODE, Environment, Fact, HistoryPoint, Source
from tailgate.measure import read_flag_file
from tailgate.records import RatioInterval

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tailgate.history_records import HistoryCommit
    from tailgate.measure import Repository
    from tailgate.pipeline.workplace import Workplace
    from tailgate.records import BenchmarkId, BenchmarkSpecification, Comparison, Fingerprint, GateResult, SideSummary

NANOSECONDS = "ns"
VERSION_DIGITS = 12
ITSELF = RatioInterval(1.0, 1.0, 1.0)


def environment_of(fingerprint: Fingerprint, specification: BenchmarkSpecification) -> Environment:
    """Name the machine, and everything else of it that a change of level may be put down to."""
    facts = [
        Fact(field.name.replace("_", " "), str(getattr(fingerprint, field.name)))
        for field in fields(fingerprint)
        if field.name != "host"
    ]
    facts.append(Fact(BENCHMARK_CODE, specification.version[:VERSION_DIGITS]))
    return Environment(fingerprint.host, tuple(sorted(facts, key=lambda fact: fact.name)))


def has_same_code(point: HistoryPoint, environment: Environment) -> bool:
    """Whether a point was measured on this machine with the same code of the benchmark."""

    def code(facts: Sequence[Fact]) -> list[str]:
        return [fact.value for fact in facts if fact.name == BENCHMARK_CODE]

    return point.environment.machine == environment.machine and code(point.environment.facts) == code(environment.facts)


def absolute_point(
    side: SideSummary, benchmark: BenchmarkId, commit: str, environment: Environment, at: datetime, source: Source
) -> HistoryPoint:
    """Make the point that others refer to: its value is what was read off the clock."""
    value = side.intrinsic.p99_ns
    return HistoryPoint(
        benchmark, commit, environment, at, source, NANOSECONDS, value, value, value,
        intrinsic=side.intrinsic, raw=side.raw, processes=side.processes,
    )  # fmt: skip


def relative_point(
    reference: HistoryPoint, comparison: Comparison, commit: str, environment: Environment, at: datetime, source: Source
) -> HistoryPoint:
    """Make the point of the candidate of a comparison: the baseline's value in its series times the measured ratio."""
    ratio = decide.interval(comparison.intrinsic)
    point = absolute_point(comparison.candidate, comparison.benchmark, commit, environment, at, source)
    against = reference.against_pinned
    return replace(
        point,
        value=reference.value * ratio.ratio,
        low=reference.value * ratio.low,
        high=reference.value * ratio.high,
        against_pinned=None if against is None else compare.chained(against, ratio),
        pinned_commit="" if against is None else reference.pinned_commit,
    )


def known_point(
    points: Sequence[HistoryPoint], benchmark: BenchmarkId, environment: Environment
) -> HistoryPoint | None:
    """Find among the points of one commit what is known on this machine: first of ``history``, then of the gate."""
    return next(
        (
            point
            for point in points
            if point.benchmark == benchmark
            and point.source is not Source.ASV
            and not point.failure
            and has_same_code(point, environment)
        ),
        None,
    )


def keep_gate_points(
    result: GateResult, specifications: Sequence[BenchmarkSpecification], workplace: Workplace
) -> None:
    """Add a finished run's candidate to the history, and its baseline where that is unknown.

    Only commits of the default branch are places in a series: work trees and branches may never become any.
    """
    repository = workplace.repository()
    fingerprint = result.fingerprint
    commits = {result.baseline.commit, result.candidate.commit}
    sides = (result.baseline, result.candidate)
    if fingerprint is None or len(commits) == 1 or not all(map(repository.is_on_default_branch, sides)):
        return
    versions = {specification.benchmark: specification for specification in specifications}
    known = workplace.store.history.points_of(result.baseline.commit)
    points: list[HistoryPoint] = []
    for verdict in result.verdicts:
        comparison = verdict.comparison
        if comparison is None:
            continue
        environment = environment_of(fingerprint, versions[verdict.benchmark])
        reference = known_point(known, verdict.benchmark, environment)
        if reference is None:
            reference = replace(
                absolute_point(
                    comparison.baseline, verdict.benchmark, result.baseline.commit, environment, result.started_at,
                    Source.GATE,
                ),
                run_id=result.run_id,
            )  # fmt: skip
            points.append(reference)
        candidate = relative_point(
            reference, comparison, result.candidate.commit, environment, result.started_at, Source.GATE
        )
        points.append(replace(candidate, run_id=result.run_id))
    if points:
        workplace.store.history.add_commits(with_flags(repository.describe(sorted(commits)), workplace))
        workplace.store.history.add_points(points)


def with_flags(commits: Sequence[HistoryCommit], workplace: Workplace) -> tuple[HistoryCommit, ...]:
    """Add to each commit which state it deploys of each flag."""
    repository = workplace.repository()
    return tuple(replace(commit, flags=_flags(commit.commit, repository, workplace)) for commit in commits)


def _flags(commit: str, repository: Repository, workplace: Workplace) -> tuple[Fact, ...]:
    file = workplace.policy.flags.file
    if file is None:
        return ()
    try:
        found = read_flag_file(repository.read(repository.resolve(commit), file), file)
    except (RevisionError, ConfigurationError):
        # A commit from before there were flags, or with flags of another kind, deploys none that could be named.
        return ()
    return tuple(Fact(name, "on" if name in found.deployed else "off") for name in sorted(found.names))
