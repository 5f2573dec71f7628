"""From "regressed" to the cause: the flags that are on -> the commits in between -> what policy wants done about it.

In: two commits of which the later is worse. Out: an :class:`~tailgate.action_records.Explanation`. A flag is guilty if
the candidate without it is shown not to be worse than the baseline; a commit if bisection names it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tailgate.act import flag_names, stage_of
from tailgate.action_records import Attribution, CauseKind, Explanation
from tailgate.config import RegressionAction
from tailgate.errors import ActionError, BuildError, WorkerError
from tailgate.pipeline.bisect import BisectQuestion, bisect
from tailgate.pipeline.flag_move import judge_without_flag
from tailgate.pipeline.judging import judge_revisions
from tailgate.pipeline.log import attribution_notes
from tailgate.pipeline.rollback import RollbackQuestion, rollback
from tailgate.records import Revision, Side, VerdictKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tailgate.action_records import Rollback
    from tailgate.pipeline.workplace import Workplace
    from tailgate.records import GateResult


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
    """

    baseline: str | None
    candidate: str | None
    benchmarks: re.Pattern[str]
    budget_s: float
    step_budget_s: float
    is_applied: bool


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
        {Side.BASELINE: baseline, Side.CANDIDATE: candidate}, question.benchmarks, question.budget_s, workplace
    )
    labels = _labels(result, {VerdictKind.REGRESSED}, question.benchmarks)
    explained = {item.benchmark: item for item in _guilty_flags(labels, baseline, candidate, question, workplace)}
    for label in labels:
        if label not in explained:
            explained[label] = _guilty_commit(label, baseline, candidate, question, workplace)
    attributions = tuple(explained[label] for label in labels)
    attribution_notes(workplace).keep(result.run_id, attributions)
    rollbacks: list[Rollback] = []
    failed = []
    for wanted in _wanted(attributions, baseline, candidate, question, workplace):
        try:
            rollbacks.append(rollback(wanted, workplace))
        except ActionError as error:  # what was found out is worth telling all the same
            failed.append(str(error))
    return Explanation(baseline, candidate, attributions, tuple(rollbacks), tuple(failed))


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
    widest = max(found, key=lambda item: len(_labels(item, set(VerdictKind), question.benchmarks)), default=None)
    return widest if widest is not None and _labels(widest, set(VerdictKind), question.benchmarks) else None


def _labels(result: GateResult, kinds: set[VerdictKind], benchmarks: re.Pattern[str]) -> list[str]:
    labels = [verdict.benchmark.label for verdict in result.verdicts if verdict.kind in kinds]
    return [label for label in labels if benchmarks.search(label)]


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
            result = judge_without_flag(flag, baseline, candidate, _exactly(asked), question.budget_s, workplace)
        except (BuildError, WorkerError):
            continue  # it does not run without: another flag needs it, and policy does not say so
        for label in _labels(result, {VerdictKind.PASS, VerdictKind.IMPROVED}, _exactly(asked)):
            left.remove(label)
            reason = f"without the flag {candidate.short} is shown not to be worse than {baseline.short}"
            yield Attribution(label, CauseKind.FLAG, flag, reason)


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
        return Attribution(label, CauseKind.UNEXPLAINED, "", answer.reason)
    return Attribution(label, CauseKind.COMMIT, answer.culprit.commit, answer.reason)


def _wanted(
    attributions: Sequence[Attribution],
    baseline: Revision,
    candidate: Revision,
    question: ExplainQuestion,
    workplace: Workplace,
) -> Iterator[RollbackQuestion]:
    """Ask for each guilty flag and commit to be undone once, for the benchmarks whose policy wants it."""
    wanted: dict[tuple[CauseKind, str], list[str]] = {}
    for item in attributions:
        action = workplace.policy.action_for(item.benchmark)
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
