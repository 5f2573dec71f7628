"""One commit between two ends: build the three -> measure it beside either, round by round -> tell which is nearer.

In: the ends, a commit, a benchmark and the rule. Out: the verdict, kept in the run of the good end and the commit. Both
distances are taken in the same rounds: by how much two commits differ depends on the state of the machine, which may
have been another one when the ends were compared, and then half of that difference is no boundary.
"""

from __future__ import annotations

import re
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tailgate import compare, decide
from tailgate.decide import Step, Trial
from tailgate.measure import EnvironmentPool
from tailgate.pipeline.judging import (
    INTRINSIC_PRIOR,
    RAW_PRIOR,
    comparable,
    finish,
    keep_pair,
    paired_rounds,
    selected,
)
from tailgate.records import Failure, RunPurpose, Side

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tailgate.decide import Rule
    from tailgate.measure import BuiltEnvironment
    from tailgate.pipeline.workplace import Workplace
    from tailgate.records import BenchmarkId, Comparison, GateResult, Revision, Verdict


@dataclass(frozen=True, slots=True)
class BetweenEnds:
    """What is asked of a commit.

    Attributes
    ----------
    good, bad
        The ends, which differ.
    commit
        Which of them is it nearer to?
    benchmark
        Label of the benchmark, in full.
    """

    good: Revision
    bad: Revision
    commit: Revision
    benchmark: str


def judge_nearness(question: BetweenEnds, rule: Rule, budget_s: float, workplace: Workplace) -> GateResult:
    """Tell whether a commit is nearer to the good end of a history or to the bad one, and keep everything.

    Parameters
    ----------
    rule
        Over the commit's distances from both ends: see ``decide.Halfway``.
    budget_s
        Time for measuring, builds not included.

    Returns
    -------
    GateResult
        The run of the good end and the commit: regressed where it is nearer to the bad end, passed where it is nearer
        to the good one.

    Raises
    ------
    TailgateError
        A commit cannot be built, or nothing could be measured.
    """
    project, progress = workplace.project, workplace.progress
    pool = EnvironmentPool(project.state_folder / "environments", project.asv_config)
    try:
        progress.stage("building")
        sides = {Side.BASELINE: question.good, Side.CANDIDATE: question.commit}
        built = pool.build(sides, lambda side, state: progress.building(side, sides[side].commit, state))
        # Built already, when the ends were compared, unless others took its place meanwhile.
        last = {Side.CANDIDATE: question.bad}
        built_last = pool.build(last, lambda side, state: progress.building(side, last[side].commit, state))
        from_good = _Arm(built, question, workplace)
        to_bad = _Arm({Side.BASELINE: built[Side.CANDIDATE], **built_last}, question, workplace)
        verdicts = _measure(from_good, to_bad, Trial(rule), budget_s, workplace)
    finally:
        pool.close()
    # The good end's run comes last, since it is the answer: it is not finished before the other one is.
    to_bad.finish(verdicts[Side.CANDIDATE], is_point=False)
    return from_good.finish(verdicts[Side.BASELINE], is_point=True)


class _Arm:
    """A commit beside one of the ends: a run of its own."""

    def __init__(
        self, environments: Mapping[Side, BuiltEnvironment], question: BetweenEnds, workplace: Workplace
    ) -> None:
        self._workplace = workplace
        self._started_at = datetime.now(UTC)
        self._rounds = paired_rounds(environments, workplace)
        pattern = re.compile(f"^{re.escape(question.benchmark)}$")
        self._suite = comparable(selected(self._rounds.describe(), pattern))
        self._revisions = {side: environment.revision for side, environment in environments.items()}
        self._run_id = uuid.uuid4().hex
        self.pairs: list[compare.Pair] = []
        sides = self._revisions[Side.BASELINE], self._revisions[Side.CANDIDATE]
        workplace.store.add_run(self._run_id, self._started_at, *sides, RunPurpose.EVIDENCE)
        self.failures = list(self._suite.failures)
        for failure in self.failures:
            workplace.store.add_failure(self._run_id, failure)

    @property
    def benchmark(self) -> BenchmarkId:
        """What is measured, where it can be."""
        return self._suite.specifications[0].benchmark

    def measure(self, round_number: int) -> None:
        """Measure one pair, or keep what failed."""
        for outcome in self._rounds.measure(round_number, self._suite.specifications):
            if isinstance(outcome, Failure):
                self._workplace.store.add_failure(self._run_id, outcome)
                self.failures.append(outcome)
            else:
                self.pairs.append(keep_pair(self._run_id, outcome, self._workplace))

    def finish(self, verdict: Verdict, *, is_point: bool) -> GateResult:
        """Keep the verdict."""
        return finish(
            self._run_id, self._started_at, self._revisions, [verdict], self._suite, self._workplace, is_point=is_point
        )


def _measure(from_good: _Arm, to_bad: _Arm, trial: Trial, budget_s: float, workplace: Workplace) -> dict[Side, Verdict]:
    """Measure both distances until one is shown to be the shorter or the budget ends; return a verdict for each end."""
    progress = workplace.progress
    progress.stage("measuring", budget_s)
    arms = {Side.BASELINE: from_good, Side.CANDIDATE: to_bad}
    started = time.monotonic()
    step, rounds = Step.GO_ON, 0
    while step is Step.GO_ON and not _failures(arms) and time.monotonic() < started + budget_s:
        rounds += 1
        progress.round_started(rounds, 1, 1)
        for arm in workplace.generator.sample(list(arms.values()), k=len(arms)):
            arm.measure(rounds)
        if not _failures(arms) and trial.is_due(rounds):
            step = trial.advance(_distances(from_good, to_bad, trial.first_pair), rounds)
    elapsed_s = time.monotonic() - started
    verdicts = {end: _verdict(arm, end, step, trial, elapsed_s, _failures(arms)) for end, arm in arms.items()}
    progress.decided(verdicts[Side.BASELINE].benchmark, verdicts[Side.BASELINE].kind)
    return verdicts


def _failures(arms: Mapping[Side, _Arm]) -> list[Failure]:
    return [failure for arm in arms.values() for failure in arm.failures]


def _distances(from_good: _Arm, to_bad: _Arm, first: int) -> Comparison:
    return compare.compare_distances(from_good.pairs[first:], to_bad.pairs[first:], INTRINSIC_PRIOR, RAW_PRIOR)


def _verdict(arm: _Arm, end: Side, step: Step, trial: Trial, elapsed_s: float, failures: Sequence[Failure]) -> Verdict:
    if failures:
        return decide.conclude_failures(failures[0].benchmark, failures, may_lack_baseline=False, elapsed_s=elapsed_s)
    if not arm.pairs:
        return decide.conclude_unmeasured(arm.benchmark, "the budget ended before it was measured at all")
    pairs = arm.pairs[trial.first_pair :] or arm.pairs
    comparison = compare.compare_pairs(pairs, INTRINSIC_PRIOR, RAW_PRIOR)
    return decide.conclude_nearness(comparison, end, step, elapsed_s)
