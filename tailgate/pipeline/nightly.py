"""The night: plan -> gate what landed -> gate against the pinned baseline -> self-checks -> history -> profiles -> log.

In: a question and the moment. Out: a :class:`~tailgate.night_records.Night` with every step done and its exit code.
Each step is kept in the store when it is done and repeats nothing that a killed run had finished; one night runs at a
time.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from filelock import FileLock, Timeout

from tailgate import decide
from tailgate.errors import BusyError, TailgateError
from tailgate.exit_codes import ExitCode
from tailgate.night_records import Night, NightStep, NightStepKind
from tailgate.pipeline.history import HistoryQuestion, measure_history
from tailgate.pipeline.judging import KeptAs, judge_revisions
from tailgate.pipeline.log import write_log
from tailgate.pipeline.night_plan import NightQuestion, find_or_plan
from tailgate.pipeline.profile import ProfileQuestion, profile
from tailgate.records import Revision, RunPurpose, Side, VerdictKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tailgate.pipeline.workplace import Workplace

GATES: Final = (NightStepKind.GATE_MOVING, NightStepKind.GATE_PINNED)

Outcome = tuple[int, str]
"""Exit code and summary of a step."""


def nightly(
    question: NightQuestion,
    clock: Callable[[], datetime],
    workplace: Workplace,
    report: Callable[[Night, Workplace], object],
) -> Night:
    """Do a night's work, or what is left of it, and report.

    Parameters
    ----------
    clock
        Tells the time, with its time zone.
    report
        Writes the report; called when every step is done and before the night counts as finished, and once more for a
        night that is finished already.

    Raises
    ------
    BusyError
        Another night is under way here.
    TailgateError
        There is no such candidate, or the store or the report cannot be written. What a step finds is kept in it.
    """
    lock = FileLock(workplace.project.state_folder / "nightly.lock")
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise BusyError("another night is under way in this project; mend: wait for its end") from None
    with lock:
        night = find_or_plan(question, clock(), workplace)
        for step in night.steps:
            if not step.is_done:
                night = _with(night, _done(step, night, question, workplace))
                workplace.store.nights.keep(night)
        night = replace(night, exit_code=int(decide.night_exit_code(night.steps)))
        report(night, workplace)
        if not night.is_finished:
            night = replace(night, finished_at=clock())
            workplace.store.nights.keep(night)
        return night


def _with(night: Night, done: NightStep) -> Night:
    steps = (done if (step.kind, step.number) == (done.kind, done.number) else step for step in night.steps)
    return replace(night, steps=tuple(steps))


def _done(step: NightStep, night: Night, question: NightQuestion, workplace: Workplace) -> NightStep:
    """Do one step; an error of its own is its outcome, and the night goes on."""
    workplace.progress.stage(f"{step.kind} {step.number}" if step.number > 1 else str(step.kind))
    try:
        code, summary = _DO[step.kind](step, night, question, workplace)
    except TailgateError as error:
        code, summary = int(error.exit_code), str(error).splitlines()[0]
        workplace.store.nights.discard_run(step.run_id)  # it may have begun, and nobody will end it
    return replace(step, is_done=True, exit_code=code, summary=summary)


def _gate(baseline: Revision, step: NightStep, night: Night, question: NightQuestion, workplace: Workplace) -> Outcome:
    """Run the gate, or find the run that was finished just before a kill; what is left of another one is discarded."""
    result = workplace.store.result(step.run_id)
    if result is None:
        workplace.store.nights.discard_run(step.run_id)
        revisions = {Side.BASELINE: baseline, Side.CANDIDATE: night.candidate}
        waivers = question.waivers if step.kind in GATES else ()
        purpose = RunPurpose.GATE if step.kind in GATES else RunPurpose.EVIDENCE
        result = judge_revisions(
            revisions,
            question.benchmarks,
            question.budget_s,
            workplace,
            waivers=waivers,
            kept_as=KeptAs(purpose, step.run_id),
        )
    return result.exit_code, result.summary


def _gate_moving(step: NightStep, night: Night, question: NightQuestion, workplace: Workplace) -> Outcome:
    return _gate(_required(night.moving), step, night, question, workplace)


def _gate_pinned(step: NightStep, night: Night, question: NightQuestion, workplace: Workplace) -> Outcome:
    return _gate(_required(night.pinned), step, night, question, workplace)


def _self_check(step: NightStep, night: Night, question: NightQuestion, workplace: Workplace) -> Outcome:
    return _gate(night.candidate, step, night, question, workplace)


def _required(baseline: Revision | None) -> Revision:
    if baseline is None:
        raise AssertionError("a gate is planned only where there is a baseline")
    return baseline


def _history(_step: NightStep, night: Night, question: NightQuestion, workplace: Workplace) -> Outcome:
    """Measure the new commits beside the pinned baseline; the candidate alone where none has landed."""
    commits: str = night.candidate.commit
    count: int | None = 1
    if night.moving is not None and night.landed:
        commits, count = f"{night.moving.commit}..{night.candidate.commit}", None
    pin = night.pinned.commit if night.pinned is not None else None
    asked = HistoryQuestion(commits, count, question.benchmarks, question.commit_budget_s, pin)
    result = measure_history(asked, workplace)
    measured = len(result.measured) + len(result.kept)
    return ExitCode.PASSED, f"{measured} commits in the series, {len(result.skipped)} could not be measured"


def _profiles(_step: NightStep, night: Night, question: NightQuestion, workplace: Workplace) -> Outcome:
    """Profile what regressed in either gate; a tool that is missing is said in its profile."""
    regressed, taken, missing = 0, 0, 0
    for step in night.steps:
        result = workplace.store.result(step.run_id) if step.kind in GATES else None
        count = 0 if result is None else sum(item.kind is VerdictKind.REGRESSED for item in result.verdicts)
        if count:
            regressed += count
            found = profile(ProfileQuestion(step.run_id, None, question.profile_seconds), workplace)
            taken += sum(not item.failure for item in found)
            missing += sum(bool(item.failure) for item in found)
    if not regressed:
        return ExitCode.PASSED, "nothing regressed, so nothing was profiled"
    return ExitCode.PASSED, f"{taken} profiles of {regressed} regressions, {missing} could not be taken"


def _log(_step: NightStep, night: Night, _question: NightQuestion, workplace: Workplace) -> Outcome:
    """Write what regressed since the last night into the log; drift would come again every night, and stays out."""
    for step in night.steps:
        if step.kind is NightStepKind.GATE_MOVING and workplace.store.result(step.run_id) is not None:
            logged = write_log(step.run_id, workplace)
            return ExitCode.PASSED, f"{len(logged.entries)} entries in {workplace.policy.act.log_folder}"
    return ExitCode.PASSED, "no gate on what landed, so nothing was logged"


_DO: Final = {
    NightStepKind.GATE_MOVING: _gate_moving,
    NightStepKind.GATE_PINNED: _gate_pinned,
    NightStepKind.SELF_CHECK: _self_check,
    NightStepKind.HISTORY: _history,
    NightStepKind.PROFILES: _profiles,
    NightStepKind.LOG: _log,
}
