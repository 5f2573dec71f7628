"""What a night sets out to do: the night to go on with, or a new one decided from the repository and the store.

In: a question, the moment, a workplace. Out: a :class:`~tailgate.night_records.Night`, kept in the store before its
first step begins, so that whoever goes on after a kill does the same.
"""

from __future__ import annotations

import platform
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from tailgate.errors import RevisionError
from tailgate.night_records import Night, NightStep, NightStepKind

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from tailgate.measure import Repository
    from tailgate.pipeline.workplace import Workplace
    from tailgate.records import Revision, Waiver
    from tailgate.store import Store

A_DAY: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class NightQuestion:
    """What one night is asked.

    Attributes
    ----------
    candidate
        The newest commit, as the user named it.
    benchmarks
        Selects benchmarks by label.
    budget_s
        Time to measure one run of the gate, a self-check included.
    commit_budget_s
        Time to measure one commit of the history beyond what every benchmark gets in any case.
    self_checks
        How often unchanged code is compared with itself.
    pinned
        The baseline that stays from now on, as the user named it; ``None`` for the store's.
    profile_seconds
        How long the sampling profilers look on, each side.
    waivers
        Regressions that were accepted.
    """

    candidate: str
    benchmarks: re.Pattern[str]
    budget_s: float
    commit_budget_s: float
    self_checks: int
    profile_seconds: float
    waivers: tuple[Waiver, ...] = ()
    pinned: str | None = None


def find_or_plan(question: NightQuestion, now: datetime, workplace: Workplace) -> Night:
    """Return the night of this candidate that began less than a day ago, or a new one.

    Raises
    ------
    RevisionError
        There is no such candidate, or no such commit to pin.
    """
    repository, store = workplace.repository(), workplace.store
    candidate = repository.resolve(question.candidate)
    name = f"{now.astimezone(UTC):%Y-%m-%d}-{candidate.commit[:12]}"
    for night in store.nights.latest():
        is_recent = now - night.started_at < A_DAY
        is_same = night.candidate.commit == candidate.commit and (night.night_id == name or not night.is_finished)
        if is_recent and is_same:
            return night
        if not night.is_finished:  # nobody will go on with it: what it began and did not end is no run
            for step in night.steps:
                store.nights.discard_run(step.run_id)
    moving = _moving_baseline(candidate, now, repository, store)
    pinned = repository.resolve(question.pinned) if question.pinned else _pinned_baseline(repository, store)
    landed = () if moving is None else repository.history(moving, candidate)
    night = Night(
        night_id=name,
        started_at=now,
        candidate=candidate,
        moving=moving,
        pinned=pinned,
        landed=landed,
        steps=tuple(_steps(candidate, moving if landed else None, pinned, question.self_checks)),
    )
    store.nights.keep(night)
    return night


def _steps(
    candidate: Revision, moving: Revision | None, pinned: Revision | None, self_checks: int
) -> Iterator[NightStep]:
    gated_against = set()
    if moving is not None:
        gated_against.add(moving.commit)
        yield NightStep(NightStepKind.GATE_MOVING, run_id=uuid.uuid4().hex)
    if pinned is not None and pinned.commit not in {candidate.commit, *gated_against}:
        yield NightStep(NightStepKind.GATE_PINNED, run_id=uuid.uuid4().hex)
    for number in range(1, self_checks + 1):
        yield NightStep(NightStepKind.SELF_CHECK, number, run_id=uuid.uuid4().hex)
    yield NightStep(NightStepKind.HISTORY)
    yield NightStep(NightStepKind.PROFILES)
    yield NightStep(NightStepKind.LOG)


def _moving_baseline(candidate: Revision, now: datetime, repository: Repository, store: Store) -> Revision | None:
    """Find what the last night got to; one whose gate could not run at all has judged nothing, and is passed over."""
    for night in store.nights.latest():
        gates = [step for step in night.steps if step.kind is NightStepKind.GATE_MOVING]
        if not night.is_finished or any(store.result(step.run_id) is None for step in gates):
            continue
        try:
            found = repository.resolve(night.candidate.commit)
        except RevisionError:  # rewritten since, or the clone is too shallow
            continue
        if repository.is_ancestor(found, candidate):
            return found
    return repository.before(candidate, now - A_DAY)


def _pinned_baseline(repository: Repository, store: Store) -> Revision | None:
    commit = store.history.pinned(platform.node())
    if commit is None:
        return None
    try:
        return repository.resolve(commit)
    except RevisionError:
        return None
