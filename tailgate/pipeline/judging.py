"""Two commits to verdicts: build -> measure -> store -> compare -> decide, until each benchmark has its answer.

In: a revision for each side, which benchmarks, how long, and the workplace. Out: a
:class:`~tailgate.records.GateResult`, kept in the store. Every command that asks about a p99 asks it here.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from tailgate import compare, decide
from tailgate.decide import Step, Trial
from tailgate.errors import NothingMeasuredError
from tailgate.measure import EnvironmentPool, MeasuredPair, PairedRounds, Schedule, SuiteDescription
from tailgate.pipeline.series_points import keep_gate_points
from tailgate.records import (
    BenchmarkId,
    BenchmarkSpecification,
    Comparison,
    Failure,
    GateResult,
    Revision,
    RunPurpose,
    Side,
    Verdict,
)
from tailgate.report import summary_line

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tailgate.measure import BuiltEnvironment
    from tailgate.pipeline.workplace import Workplace
    from tailgate.records import Waiver

INTRINSIC_PRIOR = compare.Prior(scale=0.02, weight=4.0)
RAW_PRIOR = compare.Prior(scale=0.035, weight=4.0)
"""Scatter of one pair on unchanged code, measured: 1.5-3.5 % intrinsic, 2-4 % raw."""


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


@dataclass(frozen=True, slots=True)
class KeptAs:
    """How a run is kept.

    Attributes
    ----------
    purpose
        Whether whoever asks for the latest run may mean this one.
    run_id
        Empty for a name of its own. Whoever must find it again after a kill chooses it.
    """

    purpose: RunPurpose
    run_id: str = ""


FOR_EVIDENCE: Final = KeptAs(RunPurpose.EVIDENCE)
FOR_ITSELF: Final = KeptAs(RunPurpose.GATE)


def judge_revisions(
    revisions: Mapping[Side, Revision],
    benchmarks: re.Pattern[str],
    budget_s: float,
    workplace: Workplace,
    *,
    waivers: Sequence[Waiver] = (),
    overlays: Mapping[Side, Path] = MappingProxyType({}),
    kept_as: KeptAs = FOR_EVIDENCE,
) -> GateResult:
    """Build two commits, measure the benchmarks until each has its verdict, and keep everything.

    Parameters
    ----------
    revisions
        One commit a side.
    benchmarks
        Selects benchmarks by label.
    budget_s
        Time for measuring, builds not included.
    waivers
        Regressions that were accepted.
    overlays
        The flag overlay that a side is measured under; without one it is the state that its commit deploys.
    kept_as
        What the run is called in the store, and what it is for.

    Raises
    ------
    TailgateError
        A commit cannot be built, or nothing could be measured.
    """
    started_at = datetime.now(UTC)
    project, policy, progress = workplace.project, workplace.policy, workplace.progress
    # What a commit deploys is measured in its own build; other states may need more than that build has.
    build_variables = policy.flags.build_variables if overlays else {}
    folder = project.state_folder / ("flag_environments" if build_variables else "environments")
    pool = EnvironmentPool(folder, project.asv_config, build_variables)
    try:
        progress.stage("building")
        # Two states of one commit are measured in one build: nothing but the state may differ.
        is_one_build = bool(overlays) and revisions[Side.BASELINE].commit == revisions[Side.CANDIDATE].commit
        wanted = {Side.CANDIDATE: revisions[Side.CANDIDATE]} if is_one_build else revisions
        built = pool.build(wanted, lambda side, state: progress.building(side, wanted[side].commit, state))
        environments = {side: built.get(side, built[Side.CANDIDATE]) for side in Side}
        rounds = paired_rounds(environments, workplace, overlays)
        suite = rounds.describe()
        # Before the run begins: a pattern with a slip leaves none.
        asked = selected(suite, benchmarks)
        run_id = kept_as.run_id or uuid.uuid4().hex
        sides = revisions[Side.BASELINE], revisions[Side.CANDIDATE]
        workplace.store.add_run(run_id, started_at, *sides, kept_as.purpose)
        run = _Run(run_id, rounds, workplace)
        verdicts = run.judge_suite(asked, budget_s, meant=("flags",) if overlays else ())
    finally:
        pool.close()
    verdicts = decide.accept_waived(verdicts, waivers, started_at.date())
    # What a commit does not deploy is no part of its history.
    return finish(run_id, started_at, revisions, verdicts, suite, workplace, is_point=not overlays)


def paired_rounds(
    environments: Mapping[Side, BuiltEnvironment],
    workplace: Workplace,
    overlays: Mapping[Side, Path] = MappingProxyType({}),
) -> PairedRounds:
    """Prepare to measure two sides, each under its overlay of flags or, without one, in the state that it deploys."""
    project, policy = workplace.project, workplace.policy
    # A flag overlay left in the shell would measure another state than the one that is asked for.
    variable = policy.flags.overlay_variable
    variables = {side: {variable: str(overlays.get(side, ""))} if variable else {} for side in Side}
    schedule = Schedule(default_timeout_s=policy.gate.benchmark_timeout_s)
    return PairedRounds(environments, project.benchmark_folder, schedule, workplace.generator, variables)


def finish(
    run_id: str,
    started_at: datetime,
    revisions: Mapping[Side, Revision],
    verdicts: Sequence[Verdict],
    suite: SuiteDescription,
    workplace: Workplace,
    *,
    is_point: bool,
) -> GateResult:
    """Keep the end of a run, and say what it is.

    Parameters
    ----------
    is_point
        Whether what was measured is a point of the candidate's series.
    """
    result = GateResult(
        run_id=run_id,
        started_at=started_at,
        finished_at=datetime.now(UTC),
        baseline=revisions[Side.BASELINE],
        candidate=revisions[Side.CANDIDATE],
        fingerprint=suite.fingerprints[Side.CANDIDATE],
        verdicts=tuple(sorted(verdicts, key=lambda verdict: verdict.benchmark)),
        exit_code=int(decide.exit_code(verdicts, fails_on_inconclusive=workplace.policy.gate.inconclusive == "fail")),
        summary=summary_line(verdicts),
    )
    # Before the run counts as finished: whoever finds it finished after a kill relies on everything that belongs to it.
    if is_point:
        keep_gate_points(result, suite.specifications, workplace)
    workplace.store.finish_run(result)
    return result


def keep_pair(run_id: str, outcome: MeasuredPair, workplace: Workplace) -> compare.Pair:
    """Read a pair, and keep what it was made of."""
    pair = compare.read_pair(outcome.baseline, outcome.candidate)
    workplace.store.add_measurement(run_id, outcome.baseline, pair.baseline.profile_ns)
    workplace.store.add_measurement(run_id, outcome.candidate, pair.candidate.profile_ns)
    return pair


@dataclass(frozen=True, slots=True)
class _Run:
    """One run under way: what measures, and what everything is kept under."""

    run_id: str
    rounds: PairedRounds
    workplace: Workplace

    def judge_suite(self, suite: SuiteDescription, budget_s: float, *, meant: Sequence[str]) -> list[Verdict]:
        """Refuse what is not comparable, and measure the rest to its verdicts."""
        suite = comparable(suite, meant=meant)
        for failure in suite.failures:
            self.workplace.store.add_failure(self.run_id, failure)
        verdicts = [self._invalid(failure) for failure in suite.failures]
        policy, total = self.workplace.policy, len(suite.specifications)
        cases = {
            item.benchmark: _Case(item, Trial(policy.rule_for(item.benchmark, total))) for item in suite.specifications
        }
        self.workplace.progress.stage("measuring", budget_s)
        return verdicts + self._measure_until_decided(cases, time.monotonic() + budget_s)

    def _measure_until_decided(self, undecided: dict[BenchmarkId, _Case], deadline: float) -> list[Verdict]:
        """Run rounds over what is undecided until nothing is, or the budget ends.

        The first rounds screen the whole suite; later ones have fewer and fewer benchmarks, so that the time goes to
        those that need it.
        """
        verdicts: list[Verdict] = []
        progress = self.workplace.progress
        total = len(undecided)
        round_number = 0
        while undecided and time.monotonic() < deadline:
            round_number += 1
            progress.round_started(round_number, len(undecided), total)
            mark = time.monotonic()
            for outcome in self.rounds.measure(round_number, [case.specification for case in undecided.values()]):
                elapsed, mark = time.monotonic() - mark, time.monotonic()
                verdict = self._take_in(outcome, undecided, elapsed)
                if verdict is not None:
                    del undecided[verdict.benchmark]
                    verdicts.append(verdict)
                    progress.decided(verdict.benchmark, verdict.kind)
                if time.monotonic() >= deadline:
                    break
        return verdicts + [_undecided(case) for case in undecided.values()]

    def _take_in(
        self, outcome: MeasuredPair | Failure, undecided: Mapping[BenchmarkId, _Case], elapsed_s: float
    ) -> Verdict | None:
        """Keep one outcome, compare, and take the look that is due; return a verdict where there is one."""
        if isinstance(outcome, Failure):
            self.workplace.store.add_failure(self.run_id, outcome)
            return self._invalid(outcome)
        pair = keep_pair(self.run_id, outcome, self.workplace)
        case = undecided[pair.benchmark]
        case.pairs.append(pair)
        case.elapsed_s += elapsed_s
        if not case.trial.is_due(len(case.pairs)):
            return None
        comparison = case.comparison()
        step = case.trial.advance(comparison, len(case.pairs))
        return None if step is Step.GO_ON else decide.conclude(comparison, case.trial, step, case.elapsed_s)

    def _invalid(self, failure: Failure) -> Verdict:
        may_lack_baseline = self.workplace.policy.gate.new_benchmarks == "allow"
        return decide.conclude_failures(failure.benchmark, [failure], may_lack_baseline=may_lack_baseline)


def comparable(suite: SuiteDescription, *, meant: Sequence[str] = ()) -> SuiteDescription:
    """Return what can be measured of a suite: nothing where the two sides differ in more than what is meant."""
    fingerprints = suite.fingerprints
    differing = compare.differences(fingerprints[Side.BASELINE], fingerprints[Side.CANDIDATE], meant=meant)
    if not differing:
        return suite
    reason = f"the two sides are not comparable: {'; '.join(differing)}"
    failures = [Failure(item.benchmark, Side.CANDIDATE, reason) for item in suite.specifications]
    return replace(suite, specifications=(), failures=(*suite.failures, *failures))


def selected(suite: SuiteDescription, benchmarks: re.Pattern[str]) -> SuiteDescription:
    """Return what is asked for of a suite."""
    specifications = tuple(item for item in suite.specifications if benchmarks.search(item.benchmark.label))
    failures = tuple(item for item in suite.failures if benchmarks.search(item.benchmark.label))
    if not specifications and not failures:
        known = ", ".join(item.benchmark.label for item in suite.specifications[:5]) or "none at all"
        raise NothingMeasuredError(
            f"no latency_* benchmark matches {benchmarks.pattern!r}, so nothing was measured; there are: {known}"
        )
    return replace(suite, specifications=specifications, failures=failures)


def _undecided(case: _Case) -> Verdict:
    """Conclude for what is left when the budget has ended."""
    if not case.pairs:
        return decide.conclude_unmeasured(
            case.specification.benchmark, "the budget ended before it was measured at all"
        )
    return decide.conclude(case.comparison(), case.trial, Step.GO_ON, case.elapsed_s)
