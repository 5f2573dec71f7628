"""A flag's way from off to everyone: measure canary against control -> step on, back, or stay -> keep -> write down.

In: a flag, and whether to advance, hold or go back. Out: a :class:`~tailgate.action_records.Rollout`. A step is a
commit on a branch; where the flag stands is what the flag file of the commit says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tailgate.action_records import ActionKind, ActionOutcome, Rollout
from tailgate.errors import ActionError
from tailgate.pipeline.acting import Actor, is_restored
from tailgate.pipeline.flag_move import FlagMove, judge_control, judge_flag
from tailgate.records import Side, VerdictKind

if TYPE_CHECKING:
    from tailgate.act import Stage
    from tailgate.action_records import ActionTaken, PlannedAction
    from tailgate.pipeline.workplace import Workplace
    from tailgate.records import GateResult, Revision


@dataclass(frozen=True, slots=True)
class RolloutQuestion:
    """What is asked about a rollout.

    Attributes
    ----------
    revision
        The commit whose flag file says where the flag stands, and that is measured; a branch starts there.
    benchmarks
        Selects those that must not get worse; ``None`` for those that policy says the flag touches.
    is_applied
        Whether to make the branch; otherwise it is only measured and planned.
    is_released
        Whether a hold is lifted.
    reason
        Why it is held or taken back, in the user's words.
    """

    flag: str
    revision: str = "HEAD"
    benchmarks: re.Pattern[str] | None = None
    budget_s: float = 0.0
    is_applied: bool = False
    is_released: bool = False
    reason: str = ""


def rollout_status(question: RolloutQuestion, workplace: Workplace) -> Rollout:
    """Say where a flag stands, and how it came there."""
    return _Way(question, workplace).answer()


def advance(question: RolloutQuestion, workplace: Workplace) -> tuple[Rollout, GateResult | None]:
    """Go one stage further if the canary is shown not to be worse than the control; one back where it is worse.

    Worse it is, too, where its operations fail and the control's do not.

    Returns
    -------
    tuple
        Where it stands now, and the evidence: ``None`` where the flag is at the last stage already.
    """
    way = _Way(question, workplace)
    with way.actor.locked():
        return way.advance()


def hold(question: RolloutQuestion, workplace: Workplace) -> Rollout:
    """Write down that a flag goes no further for now."""
    way = _Way(question, workplace)
    with way.actor.locked():
        return way.stay(question.reason, None)


def step_back(question: RolloutQuestion, workplace: Workplace) -> Rollout:
    """Go one stage back because someone says so."""
    way = _Way(question, workplace)
    with way.actor.locked():
        before = way.move.ladder.before(way.move.present)
        if before is None:
            raise ActionError(f'the flag "{question.flag}" is off already')
        return way.step(ActionKind.STEP_BACK, before, ActionOutcome.RECORDED, question.reason, None)


class _Way:
    """One question about one flag under way."""

    def __init__(self, question: RolloutQuestion, workplace: Workplace) -> None:
        self._question = question
        self._workplace = workplace
        repository = workplace.repository()
        self.revision: Revision = repository.resolve(question.revision)
        self.move = FlagMove.of(question.flag, self.revision, repository, workplace.policy)
        self.actor = Actor(workplace)
        touched = workplace.policy.flags.touches.get(question.flag)
        self._benchmarks = question.benchmarks or re.compile(touched.benchmarks if touched else "")

    def advance(self) -> tuple[Rollout, GateResult | None]:
        if self._is_held() and not self._question.is_released:
            raise ActionError(
                f'the rollout of "{self._question.flag}" is held: {self._timeline()[-1].reason}; --release lifts that'
            )
        ladder, present = self.move.ladder, self.move.present
        further = ladder.after(present)
        if further is None:
            return self.answer(), None
        flag, budget_s = self._question.flag, self._question.budget_s
        result = judge_flag(flag, self.revision, self._benchmarks, budget_s, self._workplace)
        if is_restored(result):
            return self.step(ActionKind.ADVANCE, further, ActionOutcome.VERIFIED, result.summary, result), result
        back = ladder.before(present)
        if back is not None and (_has(result, VerdictKind.REGRESSED) or self._fails_alone(result)):
            return self.step(ActionKind.STEP_BACK, back, ActionOutcome.RECORDED, result.summary, result), result
        return self.stay(result.summary, result), result

    def step(
        self, kind: ActionKind, stage: Stage, outcome: ActionOutcome, reason: str, result: GateResult | None
    ) -> Rollout:
        """Move the flag on its branch; only say so where it is not to be done."""
        recipe = self.move.recipe(kind, stage, self.revision, self.revision, self._benchmarks)
        evidence = "" if result is None else result.summary
        if not self._question.is_applied:
            return self.answer(plan=self.actor.plan(recipe), evidence=evidence)
        plan, commit = self.actor.publish(recipe)
        # Where the step was made and kept before, only what came after that is left to do.
        made = [item for item in self._timeline() if (item.action_id, item.commit) == (recipe.action_id, commit)]
        taken = made[-1] if made else self.actor.keep(recipe, commit, outcome, reason, result)
        text = self.actor.write_down(taken)
        return self.answer(plan=plan, taken=taken, merge_request=str(text or ""), evidence=evidence)

    def stay(self, reason: str, result: GateResult | None) -> Rollout:
        """Write down that it goes no further; nothing is changed, so there is no branch."""
        recipe = self.move.recipe(ActionKind.HOLD, self.move.present, self.revision, self.revision, self._benchmarks)
        evidence = "" if result is None else result.summary
        if not self._question.is_applied:
            return self.answer(evidence=evidence)
        taken = self.actor.keep(recipe, "", ActionOutcome.RECORDED, reason, result)
        return self.answer(taken=taken, evidence=evidence)

    def answer(
        self,
        *,
        plan: PlannedAction | None = None,
        taken: ActionTaken | None = None,
        merge_request: str = "",
        evidence: str = "",
    ) -> Rollout:
        return Rollout(
            flag=self._question.flag,
            stage=self.move.ladder.name(self.move.present),
            is_held=self._is_held(),
            plan=plan,
            taken=taken,
            merge_request=merge_request,
            timeline=self._timeline(),
            evidence=evidence,
        )

    def _fails_alone(self, result: GateResult) -> bool:
        """Whether a benchmark fails in the canary that runs in the control."""
        failing = [
            re.escape(verdict.benchmark.label)
            for verdict in result.verdicts
            if any(failure.side is Side.CANDIDATE and not failure.is_absent for failure in verdict.failures)
        ]
        if not failing:
            return False
        chosen = re.compile(f"^(?:{'|'.join(failing)})$")
        flag, budget_s = self._question.flag, self._question.budget_s
        control = judge_control(flag, self.revision, chosen, budget_s, self._workplace)
        return any(verdict.kind is not VerdictKind.INVALID for verdict in control.verdicts)

    def _is_held(self) -> bool:
        """Whether someone said to go no further; that the evidence did not allow it holds nothing."""
        timeline = self._timeline()
        return bool(timeline) and timeline[-1].kind is ActionKind.HOLD and not timeline[-1].run_id

    def _timeline(self) -> tuple[ActionTaken, ...]:
        return self._workplace.store.actions(self._question.flag)


def _has(result: GateResult, kind: VerdictKind) -> bool:
    return any(verdict.kind is kind for verdict in result.verdicts)
