"""The whole sentence on one screen: measure -> store -> compare -> decide -> report.

In: a question (which commits, which benchmarks, how long), the places and the ports (store, progress, randomness).
Out: a :class:`~tailgate.records.GateResult`. Stages know nothing of each other; only this module joins them.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tailgate import compare, decide
from tailgate.decide import Step, Trial
from tailgate.errors import NothingMeasuredError
from tailgate.measure import EnvironmentPool, MeasuredPair, PairedRounds, Repository, Schedule, SuiteDescription
from tailgate.records import (
    BenchmarkId,
    BenchmarkSpecification,
    Comparison,
    Failure,
    GateResult,
    Revision,
    Side,
    Verdict,
)
from tailgate.report import summary_line

if TYPE_CHECKING:
    import random
    import re

    from tailgate.config import Policy, Project
    from tailgate.report import Progress
    from tailgate.store import Store

INTRINSIC_PRIOR = compare.Prior(scale=0.02, weight=4.0)
RAW_PRIOR = compare.Prior(scale=0.035, weight=4.0)
"""Scatter of one pair on unchanged code, measured: 1.5-3.5 % intrinsic, 2-4 % raw."""


@dataclass(frozen=True, slots=True)
class GateQuestion:
    """What one run of the gate is asked.

    Attributes
    ----------
    baseline, candidate
        Revisions as the user named them; ``None`` for the defaults.
    benchmarks
        Regular expression that selects benchmarks by label.
    budget_s
        Time for measuring, builds not included.
    """

    baseline: str | None
    candidate: str | None
    benchmarks: re.Pattern[str]
    budget_s: float


@dataclass(slots=True)
class _Case:
    """One benchmark under trial: what is measured of it so far."""

    specification: BenchmarkSpecification
    trial: Trial
    pairs: list[compare.Pair] = field(default_factory=list)
    elapsed_s: float = 0.0

    def comparison(self) -> Comparison:
        """Compare the pairs of the present stage; those of all stages while it has none."""
        pairs = self.pairs[self.trial.first_pair :] or self.pairs
        return compare.compare_pairs(pairs, INTRINSIC_PRIOR, RAW_PRIOR)


def gate(
    question: GateQuestion,
    project: Project,
    policy: Policy,
    store: Store,
    progress: Progress,
    generator: random.Random,
) -> GateResult:
    """Compare two commits' p99, benchmark by benchmark.

    Raises
    ------
    TailgateError
        The question makes no sense here, a commit cannot be built, or nothing could be measured.
    """
    started_at = datetime.now(UTC)
    repository = Repository(project.root, project.subject, policy.gate.default_branch)
    revisions = _choose_revisions(question, repository)
    pool = EnvironmentPool(project.state_folder / "environments", project.asv_config)
    try:
        progress.stage("building")
        environments = pool.build(revisions, lambda side, state: progress.building(side, revisions[side].commit, state))
        # A flag overlay left in the shell would measure another state than the one the commits deploy.
        variables = {
            side: {policy.flags.overlay_variable: ""} if policy.flags.overlay_variable else {} for side in Side
        }
        schedule = Schedule(default_timeout_s=policy.gate.benchmark_timeout_s)
        rounds = PairedRounds(environments, project.benchmark_folder, schedule, generator, variables)
        suite = rounds.describe()
        run_id = uuid.uuid4().hex
        store.add_run(run_id, started_at, revisions[Side.BASELINE], revisions[Side.CANDIDATE])
        verdicts = _judge_suite(question, policy, suite, rounds, store, run_id, progress)
    finally:
        pool.close()
    result = GateResult(
        run_id=run_id,
        started_at=started_at,
        finished_at=datetime.now(UTC),
        baseline=revisions[Side.BASELINE],
        candidate=revisions[Side.CANDIDATE],
        fingerprint=suite.fingerprints[Side.CANDIDATE],
        verdicts=tuple(sorted(verdicts, key=lambda verdict: verdict.benchmark)),
        exit_code=int(decide.exit_code(verdicts, fails_on_inconclusive=policy.gate.inconclusive == "fail")),
        summary=summary_line(verdicts),
    )
    store.finish_run(result)
    return result


def _choose_revisions(question: GateQuestion, repository: Repository) -> dict[Side, Revision]:
    candidate = (
        repository.resolve(question.candidate) if question.candidate is not None else repository.default_candidate()
    )
    baseline = (
        repository.resolve(question.baseline)
        if question.baseline is not None
        else repository.default_baseline(candidate)
    )
    return {Side.BASELINE: baseline, Side.CANDIDATE: candidate}


def _judge_suite(
    question: GateQuestion,
    policy: Policy,
    suite: SuiteDescription,
    rounds: PairedRounds,
    store: Store,
    run_id: str,
    progress: Progress,
) -> list[Verdict]:
    """Select what was asked for, refuse what is not comparable, and measure the rest to its verdicts."""
    selected = [item for item in suite.specifications if question.benchmarks.search(item.benchmark.label)]
    failures = [item for item in suite.failures if question.benchmarks.search(item.benchmark.label)]
    if not selected and not failures:
        known = ", ".join(item.benchmark.label for item in suite.specifications[:5]) or "none at all"
        raise NothingMeasuredError(
            f"no latency_* benchmark matches {question.benchmarks.pattern!r}, so nothing was measured; "
            f"there are: {known}"
        )
    differing = compare.differences(suite.fingerprints[Side.BASELINE], suite.fingerprints[Side.CANDIDATE])
    if differing:
        reason = f"the two sides are not comparable: {'; '.join(differing)}"
        failures.extend(Failure(item.benchmark, Side.CANDIDATE, reason) for item in selected)
        selected = []
    for failure in failures:
        store.add_failure(run_id, failure)
    verdicts = [_invalid(failure, policy) for failure in failures]
    cases = {item.benchmark: _Case(item, Trial(policy.rule_for(item.benchmark, len(selected)))) for item in selected}
    progress.stage("measuring", question.budget_s)
    verdicts += _measure_until_decided(
        cases, time.monotonic() + question.budget_s, policy, rounds, store, run_id, progress
    )
    return verdicts


def _measure_until_decided(
    undecided: dict[BenchmarkId, _Case],
    deadline: float,
    policy: Policy,
    rounds: PairedRounds,
    store: Store,
    run_id: str,
    progress: Progress,
) -> list[Verdict]:
    """Run rounds over what is undecided until nothing is, or the budget ends.

    The first rounds screen the whole suite; later ones have fewer and fewer benchmarks, so that the time goes to those
    that need it.
    """
    verdicts: list[Verdict] = []
    total = len(undecided)
    round_number = 0
    while undecided and time.monotonic() < deadline:
        round_number += 1
        progress.round_started(round_number, len(undecided), total)
        mark = time.monotonic()
        for outcome in rounds.measure(round_number, [case.specification for case in undecided.values()]):
            elapsed, mark = time.monotonic() - mark, time.monotonic()
            verdict = _take_in(outcome, undecided, elapsed, policy, store, run_id)
            if verdict is not None:
                del undecided[verdict.benchmark]
                verdicts.append(verdict)
                progress.decided(verdict.benchmark, verdict.kind)
            if time.monotonic() >= deadline:
                break
    return verdicts + [_undecided(case) for case in undecided.values()]


def _take_in(
    outcome: MeasuredPair | Failure,
    undecided: dict[BenchmarkId, _Case],
    elapsed_s: float,
    policy: Policy,
    store: Store,
    run_id: str,
) -> Verdict | None:
    """Keep one outcome, compare, and take the look that is due; return a verdict where there is one."""
    if isinstance(outcome, Failure):
        store.add_failure(run_id, outcome)
        return _invalid(outcome, policy)
    pair = compare.read_pair(outcome.baseline, outcome.candidate)
    store.add_measurement(run_id, outcome.baseline, pair.baseline.profile_ns)
    store.add_measurement(run_id, outcome.candidate, pair.candidate.profile_ns)
    case = undecided[pair.benchmark]
    case.pairs.append(pair)
    case.elapsed_s += elapsed_s
    if not case.trial.is_due(len(case.pairs)):
        return None
    comparison = case.comparison()
    step = case.trial.advance(comparison, len(case.pairs))
    return None if step is Step.GO_ON else decide.conclude(comparison, case.trial, step, case.elapsed_s)


def _invalid(failure: Failure, policy: Policy) -> Verdict:
    return decide.conclude_failures(
        failure.benchmark, [failure], may_lack_baseline=policy.gate.new_benchmarks == "allow"
    )


def _undecided(case: _Case) -> Verdict:
    """Conclude for what is left when the budget has ended."""
    if not case.pairs:
        return decide.conclude_unmeasured(
            case.specification.benchmark, "the budget ended before it was measured at all"
        )
    return decide.conclude(case.comparison(), case.trial, Step.GO_ON, case.elapsed_s)
