"""Carries out one action: prepare -> publish -> measure -> store -> write down; each step finds what was done before.

In: a recipe (what to change, on what, held against what). Out: a plan, and what was done. Killed between any two
steps, the next run goes on: the branch tells whether the change is made, the store whether it was verified, and the
texts follow from both.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tailgate.act import Workshop, add_log_entry, write_whole
from tailgate.action_records import ActionKind, ActionOutcome, ActionTaken, PlannedAction
from tailgate.errors import BuildError, NothingMeasuredError, WorkerError
from tailgate.pipeline.judging import judge_revisions
from tailgate.records import Revision, Side, VerdictKind
from tailgate.report import log_entry, merge_request

if TYPE_CHECKING:
    import re
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tailgate.act import Bench
    from tailgate.pipeline.workplace import Workplace
    from tailgate.records import GateResult

PATIENCE_S = 1_800.0
"""How long an action waits for another one on the same repository: about as long as one may take."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is to be done.

    Attributes
    ----------
    change
        The step in words, ``50 % -> 10 %``.
    benchmarks
        Selects those that are measured afterwards.
    prepare
        Makes the commit on a bench, given the action's id.
    """

    kind: ActionKind
    target: str
    change: str
    branch: str
    baseline: Revision
    onto: Revision
    benchmarks: re.Pattern[str]
    prepare: Callable[[Bench, str], str] = field(repr=False)

    @property
    def action_id(self) -> str:
        """The same for the same action on the same commits."""
        identity = [
            self.kind,
            self.target,
            self.change,
            self.baseline.commit,
            self.onto.commit,
            self.benchmarks.pattern,
        ]
        return hashlib.sha256(json.dumps(identity).encode()).hexdigest()[:16]


class Actor:
    """Carries out recipes in one repository, one at a time."""

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace
        self._workshop = Workshop(workplace.project.root, workplace.project.state_folder / "scratch")

    def locked(self) -> AbstractContextManager[None]:
        """Keep every other action on this repository out."""
        return self._workshop.locked(PATIENCE_S)

    def plan(self, recipe: Recipe) -> PlannedAction:
        """Prepare a recipe without showing anything of it: whether it can be carried out, and what it changes."""
        with self._workshop.checked_out(recipe.onto.commit) as bench:
            recipe.prepare(bench, recipe.action_id)
            return self._planned(recipe, bench.difference())

    def publish(self, recipe: Recipe) -> tuple[PlannedAction, str]:
        """Make the change on its branch, unless it is there; return the plan and the commit."""
        action_id = recipe.action_id
        tip = self._workshop.tip(recipe.branch)
        for commit, owner in self._workshop.ours(recipe.branch):
            if owner == action_id and self._workshop.parents(commit) == (recipe.onto.commit,):
                return self._planned(recipe, self._workshop.difference(commit)), commit
        with self._workshop.checked_out(recipe.onto.commit) as bench:
            commit = recipe.prepare(bench, action_id)
            self._workshop.publish(recipe.branch, commit, tip)
            return self._planned(recipe, bench.difference()), commit

    def verify(self, recipe: Recipe, commit: str, budget_s: float) -> ActionTaken:
        """Measure the p99 of the branch against the baseline, and keep what came out; an earlier success is enough."""
        earlier = [item for item in self._workplace.store.actions(recipe.target) if item.action_id == recipe.action_id]
        for item in earlier:
            if item.commit == commit and item.outcome is ActionOutcome.VERIFIED:
                return item
        candidate = Revision(commit, recipe.branch, recipe.change)
        try:
            result = judge_revisions(
                {Side.BASELINE: recipe.baseline, Side.CANDIDATE: candidate},
                recipe.benchmarks,
                budget_s,
                self._workplace,
            )
        except (BuildError, NothingMeasuredError, WorkerError) as error:
            return self.keep(recipe, commit, ActionOutcome.NOT_VERIFIED, str(error).splitlines()[0], None)
        outcome = ActionOutcome.VERIFIED if is_restored(result) else ActionOutcome.NOT_VERIFIED
        return self.keep(recipe, commit, outcome, result.summary, result)

    def keep(
        self, recipe: Recipe, commit: str, outcome: ActionOutcome, reason: str, result: GateResult | None
    ) -> ActionTaken:
        """Put what was done into the store."""
        labels = () if result is None else tuple(verdict.benchmark.label for verdict in result.verdicts)
        taken = ActionTaken(
            action_id=recipe.action_id,
            kind=recipe.kind,
            target=recipe.target,
            change=recipe.change,
            benchmarks=labels,
            baseline=recipe.baseline,
            onto=recipe.onto,
            branch=recipe.branch if commit else "",
            commit=commit,
            outcome=outcome,
            reason=reason,
            run_id="" if result is None else result.run_id,
            taken_at=datetime.now(UTC),
        )
        self._workplace.store.add_action(taken)
        return taken

    def write_down(self, taken: ActionTaken) -> Path | None:
        """Put the log's entry on the branch and the merge request's text beside the store; return its path."""
        policy = self._workplace.policy.act
        result = self._workplace.store.result(taken.run_id) if taken.run_id else None
        name = f"{taken.taken_at:%Y-%m-%d}-{taken.target[:10] if taken.kind is ActionKind.REVERT else taken.target}"
        path = f"{policy.log_folder}/{name}-{taken.action_id[:8]}.md"
        text = log_entry(taken, result)
        tip = self._workshop.tip(taken.branch)
        with self._workshop.checked_out(taken.commit) as bench:
            commit = add_log_entry(bench, path, text, f"reports: log what was done about {name}", taken.action_id)
            if tip is None or not self._workshop.has_same_files(tip, commit):
                self._workshop.publish(taken.branch, commit, tip)
        folder = self._workplace.project.state_folder / "merge_requests"
        place = folder / f"{taken.branch.replace('/', '-')}.md"
        if taken.outcome is ActionOutcome.NOT_VERIFIED:
            place.unlink(missing_ok=True)
            return None
        write_whole(place, merge_request(taken, text))
        return place

    def _planned(self, recipe: Recipe, difference: str) -> PlannedAction:
        return PlannedAction(
            action_id=recipe.action_id,
            kind=recipe.kind,
            target=recipe.target,
            change=recipe.change,
            baseline=recipe.baseline,
            onto=recipe.onto,
            branch=recipe.branch,
            difference=difference,
            remarks=self._workshop.remarks(recipe.onto),
        )


def is_restored(result: GateResult) -> bool:
    """Whether every benchmark that was measured is shown not to be worse: anything less is no recovery."""
    return bool(result.verdicts) and all(
        verdict.kind in {VerdictKind.PASS, VerdictKind.IMPROVED} for verdict in result.verdicts
    )
