"""The vocabulary of the nightly run: what it sets out to do, how far it is, and what became of it.

Frozen and slotted like ``records.py``, which holds the rest of the vocabulary. ``docs/glossary.md`` defines each term.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - the store's validation reads the annotations
from enum import StrEnum

from tailgate.records import Revision  # noqa: TC001 - the same


class NightStepKind(StrEnum):
    """What a step of a night does."""

    GATE_MOVING = "gate against the last night"
    GATE_PINNED = "gate against the pinned baseline"
    SELF_CHECK = "self-check"
    HISTORY = "history"
    PROFILES = "profiles"
    LOG = "log"


@dataclass(frozen=True, slots=True)
class NightStep:
    """One step of a night.

    Attributes
    ----------
    number
        Tells steps of one kind apart, from 1.
    run_id
        The run of the gate that the step makes, chosen before it begins: whoever goes on after a kill finds it again.
        Empty for steps that measure nothing by themselves.
    is_done
        Whether it came to its end, a failure included.
    exit_code, summary
        What became of it.
    """

    kind: NightStepKind
    number: int = 1
    run_id: str = ""
    is_done: bool = False
    exit_code: int = 0
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Night:
    """One nightly run: decided once, then worked off step by step.

    Attributes
    ----------
    night_id
        The day on which it began and its candidate.
    candidate
        The newest commit when it began.
    moving
        The candidate of the last night that was finished, or the commit of a day ago; ``None`` where there is neither.
    pinned
        The baseline that stays; ``None`` where none was ever pinned.
    landed
        The commits to the subject since ``moving``, oldest first.
    finished_at, exit_code
        ``None`` while it is under way, and for ever when nobody went on with it.
    """

    night_id: str
    started_at: datetime
    candidate: Revision
    moving: Revision | None
    pinned: Revision | None
    landed: tuple[Revision, ...]
    steps: tuple[NightStep, ...]
    finished_at: datetime | None = None
    exit_code: int | None = None

    @property
    def is_finished(self) -> bool:
        """Whether all of it is done and reported."""
        return self.finished_at is not None


@dataclass(frozen=True, slots=True)
class FalseAlarms:
    """What comparing unchanged code with itself has come to, over every such run in the store.

    Attributes
    ----------
    runs
        How many of them there are.
    comparisons
        Their verdicts that rest on a measurement.
    alarms
        Those that called the code regressed.
    """

    runs: int
    comparisons: int
    alarms: int
