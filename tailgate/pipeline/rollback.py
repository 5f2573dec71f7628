"""Undo what made the p99 worse: change on a branch -> measure again -> keep -> write down.

In: a guilty commit or flag. Out: a :class:`~tailgate.action_records.Rollback`. Without ``apply`` nothing is changed
and nothing measured: only whether it could be done, and what it would change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tailgate.act import Stage, revert
from tailgate.action_records import ActionKind, ActionOutcome, Rollback
from tailgate.errors import ActionError, RevisionError
from tailgate.pipeline.acting import Actor, Recipe
from tailgate.pipeline.flag_move import FlagMove

if TYPE_CHECKING:
    import re

    from tailgate.act import Bench
    from tailgate.measure import Repository
    from tailgate.pipeline.workplace import Workplace
    from tailgate.records import Revision


@dataclass(frozen=True, slots=True)
class RollbackQuestion:
    """What one rollback is asked.

    Attributes
    ----------
    commit, flag
        What is guilty: one of the two.
    baseline, onto
        Revisions as the user named them: what the p99 is held against (the commit's parent, or the gate's usual
        baseline), and where the branch starts (``HEAD``).
    benchmarks
        Selects those that must be shown to be restored.
    budget_s
        Time to measure each attempt, its build not included.
    is_applied
        Whether to do it; otherwise it is only prepared.
    """

    commit: str | None
    flag: str | None
    baseline: str | None
    onto: str | None
    benchmarks: re.Pattern[str]
    budget_s: float
    is_applied: bool


def rollback(question: RollbackQuestion, workplace: Workplace) -> Rollback:
    """Undo a commit or step a flag back, on a branch, and measure whether that restores the p99.

    A flag in the middle of a rollout goes one stage back, and off where that does not help.

    Raises
    ------
    ActionError
        It cannot be carried out (a conflict, a branch that is not ours); nothing was left half done.
    TailgateError
        The question makes no sense here.
    """
    repository = workplace.repository()
    onto = repository.resolve(question.onto or "HEAD")
    recipes = (
        _flag_recipes(question, question.flag, onto, repository, workplace)
        if question.flag is not None
        else [_revert_recipe(question, onto, repository)]
    )
    actor = Actor(workplace)
    with actor.locked():
        if not question.is_applied:
            return Rollback(actor.plan(recipes[0]), None, "")
        for recipe in recipes:
            workplace.progress.stage(f"{recipe.kind.value} {recipe.target[:10]}: {recipe.change}")
            plan, commit = actor.publish(recipe)
            taken = actor.verify(recipe, commit, question.budget_s)
            text = actor.write_down(taken)
            if taken.outcome is ActionOutcome.VERIFIED:
                break
        return Rollback(plan, taken, str(text or ""))


def _revert_recipe(question: RollbackQuestion, onto: Revision, repository: Repository) -> Recipe:
    culprit = repository.resolve(question.commit or "HEAD")
    if not repository.is_ancestor(culprit, onto):
        raise RevisionError(f"{culprit.short} is no part of {onto.label}, so there is nothing to revert there")
    baseline = repository.resolve(question.baseline) if question.baseline else repository.parent(culprit)
    if baseline is None:
        raise RevisionError(f"{culprit.short} is the first commit: name what the p99 is held against with --baseline")

    def prepare(bench: Bench, action_id: str) -> str:
        why = f"It made the p99 worse; the branch is measured against {baseline.commit}."
        return revert(bench, culprit, why, action_id)

    return Recipe(
        kind=ActionKind.REVERT,
        target=culprit.commit,
        change="reverted",
        branch=f"tailgate/revert-{culprit.short}",
        baseline=baseline,
        onto=onto,
        benchmarks=question.benchmarks,
        prepare=prepare,
    )


def _flag_recipes(
    question: RollbackQuestion, flag: str, onto: Revision, repository: Repository, workplace: Workplace
) -> list[Recipe]:
    move = FlagMove.of(flag, onto, repository, workplace.policy)
    present, ladder = move.present, move.ladder
    baseline = repository.resolve(question.baseline) if question.baseline else repository.default_baseline(onto)
    if present.percent == 0:
        raise ActionError(f'the flag "{flag}" is off in {onto.label} already: it is not what makes the p99 worse')
    # Before a rollout and after it a flag is on for everyone: there is no stage to go back to that would tell.
    one_back = ladder.before(present) if present < ladder.stages[-1] else None
    targets = dict.fromkeys(stage for stage in (one_back, Stage(0)) if stage is not None)
    return [move.recipe(ActionKind.STEP_BACK, stage, baseline, onto, question.benchmarks) for stage in targets]
