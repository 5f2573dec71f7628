"""From "regressed" to the cause: the flags that are on -> the commits in between -> what policy wants done about it.

In: two commits of which the later is worse. Out: an :class:`~tailgate.action_records.Explanation`. A flag is guilty if
the candidate without it is shown not to be worse than the baseline and, in one build, is shown to be worse with it than
without; a commit if bisection names it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tailgate import decide
from tailgate.act import flag_names, stage_of
from tailgate.action_records import Attribution, CauseKind, CommitAnswer, Explanation
from tailgate.config import RegressionAction
from tailgate.errors import ActionError, BuildError, WorkerError
from tailgate.exit_codes import ExitCode
from tailgate.pipeline.bisect import BisectQuestion, bisect
from tailgate.pipeline.flag_move import judge_flag_as_deployed, judge_without_flag
from tailgate.pipeline.judging import FOR_ITSELF, judge_revisions
from tailgate.pipeline.log import attribution_notes
from tailgate.pipeline.rollback import RollbackQuestion, rollback
from tailgate.records import Revision, Side, VerdictKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tailgate.action_records import Rollback
    from tailgate.config import Policy
    from tailgate.pipeline.workplace import Workplace
    from tailgate.records import GateResult, Waiver


@dataclass(frozen=True, slots=True)
class ExplainQuestion:
    """What an explanation is asked.

    Attributes
    ----------
    baseline, candidate
        Revisions as the user named them; ``None`` for the gate's usual baseline, and for ``HEAD``.
    benchmarks
        Selects benchmarks by label.
    budget_s
        Time to measure the whole suite, or one flag.
    step_budget_s
        Time to measure one commit of a bisection.
    is_applied
        Whether what policy wants is done; otherwise it is only prepared.
    waivers
        Regressions that were accepted: nothing is explained and nothing undone about them.
    """

    baseline: str | None
    candidate: str | None
    benchmarks: re.Pattern[str]
    budget_s: float
    step_budget_s: float
    is_applied: bool
    waivers: tuple[Waiver, ...] = ()


def explain(question: ExplainQuestion, workplace: Workplace) -> Explanation:
    """Find what made each regressed benchmark worse, and do about it what policy says.

    A finished run of the gate on the same two commits is taken from the store instead of measured again.

    Raises
    ------
    TailgateError
        The question makes no sense here, or an end cannot be built or measured.
    """
    repository = workplace.repository()
    candidate = repository.resolve(question.candidate or "HEAD")
    baseline = repository.resolve(question.baseline) if question.baseline else repository.default_baseline(candidate)
    result = _latest_result(baseline, candidate, question, workplace) or judge_revisions(
        {Side.BASELINE: baseline, Side.CANDIDATE: candidate},
        question.benchmarks,
        question.budget_s,
        workplace,
        kept_as=FOR_ITSELF,  # what the gate would have made
    )
    result = _with_waivers_of_today(result, question.waivers)
    labels = _labels(result, {VerdictKind.REGRESSED}, question.benchmarks)
    explained = {item.benchmark: item for item in _guilty_flags(labels, baseline, candidate, question, workplace)}
    for label in labels:
        if label not in explained:
            explained[label] = _guilty_commit(label, baseline, candidate, question, workplace)
    attributions = tuple(explained[label] for label in labels)
    attribution_notes(workplace).keep(result.run_id, attributions)
    rollbacks: list[Rollback] = []
    failed = []
    for wanted in wanted_rollbacks(attributions, baseline, candidate, question, workplace.policy):
        try:
            rollbacks.append(rollback(wanted, workplace))
        except ActionError as error:  # what was found out is worth telling all the same
            failed.append(str(error))
    others = _others_exit_code(result, labels, question.benchmarks, workplace)
    return Explanation(baseline, candidate, attributions, tuple(rollbacks), tuple(failed), others)


def _latest_result(
    baseline: Revision, candidate: Revision, question: ExplainQuestion, workplace: Workplace
) -> GateResult | None:
    """Find the gate's widest result on these commits as they are deployed, the newest among equals.

    A bisection's first step is a result on the same commits, too, but of one benchmark only.
    """
    found: list[GateResult] = []
    for run in workplace.store.recent_runs():
        if (run.baseline.commit, run.candidate.commit) == (baseline.commit, candidate.commit):
            result = workplace.store.result(run.run_id)
            if result is not None and result.fingerprint is not None and result.fingerprint.flags == "deployed":
                found.append(result)

    def width(result: GateResult) -> int:
        return sum(bool(question.benchmarks.search(verdict.benchmark.label)) for verdict in result.verdicts)

    widest = max(found, key=width, default=None)
    return widest if widest is not None and width(widest) else None


def _with_waivers_of_today(result: GateResult, waivers: Sequence[Waiver]) -> GateResult:
    """Judge again what is accepted: waivers come, go and expire between the gate and its explanation."""
    unwaived = [replace(verdict, waiver=None) for verdict in result.verdicts]
    return replace(result, verdicts=tuple(decide.accept_waived(unwaived, waivers, datetime.now(UTC).date())))


def _labels(result: GateResult, kinds: set[VerdictKind], benchmarks: re.Pattern[str]) -> list[str]:
    """Name the benchmarks with such a verdict, but for regressions that are accepted."""
    labels = [item.benchmark.label for item in result.verdicts if item.kind in kinds and item.waiver is None]
    return [label for label in labels if benchmarks.search(label)]


def _others_exit_code(
    result: GateResult, labels: Sequence[str], benchmarks: re.Pattern[str], workplace: Workplace
) -> int:
    """Say what the gate says of the benchmarks that need no explanation: that one of them failed is no success."""
    asked = [verdict for verdict in result.verdicts if benchmarks.search(verdict.benchmark.label)]
    others = [verdict for verdict in asked if verdict.benchmark.label not in labels]
    if labels and not any(verdict.counts for verdict in others):
        return int(ExitCode.PASSED)
    return int(decide.exit_code(others, fails_on_inconclusive=workplace.policy.gate.inconclusive == "fail"))


def _guilty_flags(
    labels: Sequence[str], baseline: Revision, candidate: Revision, question: ExplainQuestion, workplace: Workplace
) -> Iterator[Attribution]:
    """Switch each flag off that is on and touches a regressed benchmark; name it where that restores the p99."""
    left = list(labels)
    for flag in _active_flags(candidate, workplace):
        touched = workplace.policy.flags.touches.get(flag)
        asked = [label for label in left if touched is None or re.search(touched.benchmarks, label)]
        if not asked:
            continue
        workplace.progress.stage(f"without {flag}")
        try:
            without = judge_without_flag(flag, baseline, candidate, _exactly(asked), question.budget_s, workplace)
            restored = _labels(without, {VerdictKind.PASS, VerdictKind.IMPROVED}, _exactly(asked))
            if not restored:
                continue
            # Whatever was off: a regression that is there no more would be blamed on every flag.
            both = judge_flag_as_deployed(flag, candidate, _exactly(restored), question.budget_s, workplace)
        except (BuildError, WorkerError):
            continue  # it does not run without: another flag needs it, and policy does not say so
        for verdict in both.verdicts:
            if verdict.kind is not VerdictKind.REGRESSED:
                continue
            left.remove(verdict.benchmark.label)
            reason = (
                f"without the flag {candidate.short} is shown not to be worse than {baseline.short}; "
                f"on against off in one build: {verdict.reasons[0]}"
            )
            yield Attribution(verdict.benchmark.label, CauseKind.FLAG, flag, reason)


def _active_flags(candidate: Revision, workplace: Workplace) -> list[str]:
    file = workplace.policy.flags.file
    if file is None or workplace.policy.flags.overlay_variable is None:
        return []
    text = workplace.repository().read(candidate, file)
    found = []
    for flag in flag_names(text):
        try:
            if stage_of(text, flag).percent > 0:
                found.append(flag)
        except ActionError:  # a rule that tailgate does not understand: it cannot be switched off either
            continue
    return found


def _exactly(labels: Iterable[str]) -> re.Pattern[str]:
    return re.compile(f"^(?:{'|'.join(map(re.escape, labels))})$")


def _guilty_commit(
    label: str, baseline: Revision, candidate: Revision, question: ExplainQuestion, workplace: Workplace
) -> Attribution:
    if not workplace.repository().is_ancestor(baseline, candidate):
        reason = f"{baseline.short} is no ancestor of {candidate.short}, so no commit between them can be named"
        return Attribution(label, CauseKind.UNEXPLAINED, "", reason)
    asked = BisectQuestion(baseline.commit, candidate.commit, label, question.step_budget_s)
    answer = bisect(asked, workplace)
    if answer.culprit is None:
        is_nothing_left = not answer.suspects and all(step.answer is not CommitAnswer.NOISY for step in answer.steps)
        cause = CauseKind.ENVIRONMENT if is_nothing_left else CauseKind.UNEXPLAINED
        return Attribution(label, cause, "", answer.reason)
    return Attribution(label, CauseKind.COMMIT, answer.culprit.commit, answer.reason)


def wanted_rollbacks(
    attributions: Sequence[Attribution],
    baseline: Revision,
    candidate: Revision,
    question: ExplainQuestion,
    policy: Policy,
) -> Iterator[RollbackQuestion]:
    """Ask for each guilty flag and commit to be undone once, for the benchmarks whose policy wants it."""
    wanted: dict[tuple[CauseKind, str], list[str]] = {}
    for item in attributions:
        action = policy.action_for(item.benchmark)
        is_wanted = (item.cause is CauseKind.FLAG and action is not RegressionAction.FAIL) or (
            item.cause is CauseKind.COMMIT and action is RegressionAction.REVERT
        )
        if is_wanted:
            wanted.setdefault((item.cause, item.target), []).append(item.benchmark)
    for (cause, target), labels in wanted.items():
        yield RollbackQuestion(
            commit=target if cause is CauseKind.COMMIT else None,
            flag=target if cause is CauseKind.FLAG else None,
            baseline=baseline.commit,
            onto=candidate.commit,
            benchmarks=_exactly(labels),
            budget_s=question.budget_s,
            is_applied=question.is_applied,
        )
