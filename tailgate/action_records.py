"""The vocabulary of what follows a verdict: the commit that is found, and what is done about it.

Beside ``records.py``, and like it: frozen, slotted, units in the names; ``docs/glossary.md`` defines each term.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - the store reads annotations when it reads documents
from enum import StrEnum

from tailgate.records import Revision  # noqa: TC001 - the same


class CommitAnswer(StrEnum):
    """What a bisection found of one commit."""

    GOOD = "good"
    BAD = "bad"
    NOISY = "noisy"
    """The budget ended before it was shown to be nearer to one end than to the other."""
    BROKEN = "broken"
    """It does not build, or the benchmark cannot be measured in it."""


@dataclass(frozen=True, slots=True)
class BisectionStep:
    """One commit of a bisection, compared with the good end.

    Attributes
    ----------
    reason
        Why it was answered so, in one line.
    ratio
        Its p99 over that of the good end, in the leg that tells; ``None`` where it was not measured.
    run_id
        The run that holds the evidence; empty where there is none.
    """

    revision: Revision
    answer: CommitAnswer
    reason: str
    ratio: float | None = None
    run_id: str = ""


@dataclass(frozen=True, slots=True)
class Bisection:
    """Which commit made the p99 worse.

    Attributes
    ----------
    benchmark
        Label of the benchmark.
    good, bad
        The two ends as the user named them.
    steps
        Every commit that was looked at, in that order.
    culprit
        The commit that is named; ``None`` where none could be.
    suspects
        The commits that could have done it, oldest first: one where it is named, none where nothing is to be explained.
    reason
        The answer in one sentence.
    """

    benchmark: str
    good: Revision
    bad: Revision
    steps: tuple[BisectionStep, ...]
    culprit: Revision | None
    suspects: tuple[Revision, ...]
    reason: str


class ActionKind(StrEnum):
    """What is done about a regression, or for a rollout."""

    REVERT = "revert"
    STEP_BACK = "step back"
    ADVANCE = "advance"
    HOLD = "hold"


class ActionOutcome(StrEnum):
    """How an action ended."""

    VERIFIED = "verified"
    """The p99 was measured afterwards, and shown to be what it should be."""
    NOT_VERIFIED = "not verified"
    """It was carried out on its branch, and the p99 was not shown to be restored."""
    RECORDED = "recorded"
    """There was nothing to measure: a decision was written down."""


@dataclass(frozen=True, slots=True)
class ActionTaken:
    """One action: what was done, to what, why, and whether it helped.

    Attributes
    ----------
    action_id
        The same for the same action on the same commits, so that a second run finds what the first has done.
    target
        The commit that is reverted, or the name of the flag.
    change
        In words: ``reverted``, ``50 % -> 10 %``.
    benchmarks
        Labels of the benchmarks for whose sake it was done.
    baseline, onto
        What the p99 is held against, and the commit that the branch starts from.
    branch, commit
        Where the change is; empty where nothing was changed.
    reason
        Why it ended so, in one line.
    run_id
        The run that verified it; empty where nothing was measured.
    """

    action_id: str
    kind: ActionKind
    target: str
    change: str
    benchmarks: tuple[str, ...]
    baseline: Revision
    onto: Revision
    branch: str
    commit: str
    outcome: ActionOutcome
    reason: str
    run_id: str
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class PlannedAction:
    """An action as it is prepared, before anything of it can be seen in the repository.

    Attributes
    ----------
    action_id, kind, target, change, baseline, onto, branch
        As in :class:`ActionTaken`.
    difference
        What the branch changes, as a diff.
    remarks
        What is unusual about the user's worktree, in sentences.
    """

    action_id: str
    kind: ActionKind
    target: str
    change: str
    baseline: Revision
    onto: Revision
    branch: str
    difference: str
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rollback:
    """The answer of one rollback.

    Attributes
    ----------
    taken
        What was done; ``None`` for a dry run.
    merge_request
        Path of the text for a merge request; empty where none is to be made.
    """

    plan: PlannedAction
    taken: ActionTaken | None
    merge_request: str


@dataclass(frozen=True, slots=True)
class Rollout:
    """Where a flag's rollout stands, and what was done about it just now.

    Attributes
    ----------
    stage
        The stage in the commit that was asked about, by name.
    is_held
        Whether the last thing that was decided is to go no further.
    plan
        The step that was taken, or that would be; ``None`` where there is none.
    taken
        What was done; ``None`` where nothing was.
    merge_request
        Path of the text for a merge request; empty where none is to be made.
    timeline
        Everything that was decided about this flag, oldest first.
    evidence
        The verdict on canary against control in one line; empty where nothing was measured.
    """

    flag: str
    stage: str
    is_held: bool
    plan: PlannedAction | None
    taken: ActionTaken | None
    merge_request: str
    timeline: tuple[ActionTaken, ...]
    evidence: str = ""


class CauseKind(StrEnum):
    """What made a p99 worse."""

    FLAG = "flag"
    COMMIT = "commit"
    ENVIRONMENT = "environment"
    """Neither: no commit between touched the subject, or measured again the candidate is shown not to be worse."""
    UNEXPLAINED = "unexplained"


@dataclass(frozen=True, slots=True)
class Attribution:
    """What made one benchmark's p99 worse.

    Attributes
    ----------
    benchmark
        Its label.
    target
        The name of the flag or the commit; empty where it is neither.
    reason
        The evidence in one sentence, or why there is no answer.
    """

    benchmark: str
    cause: CauseKind
    target: str
    reason: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a candidate regressed, benchmark by benchmark, and what was done about it.

    Attributes
    ----------
    rollbacks
        What was done, or would be; empty where policy wants nothing done.
    failed
        What could not be carried out, and why.
    others_exit_code
        The gate's exit code for the benchmarks that did not regress: an invalid one is not passed over in silence.
    """

    baseline: Revision
    candidate: Revision
    attributions: tuple[Attribution, ...]
    rollbacks: tuple[Rollback, ...]
    failed: tuple[str, ...] = ()
    others_exit_code: int = 0
