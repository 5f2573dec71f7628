"""What a night sets out to do, from a real repository and a real store."""

from __future__ import annotations

import dataclasses
import json
import platform
import random
import re
import subprocess
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tailgate.config import Policy, load_project
from tailgate.errors import RevisionError
from tailgate.history_records import HistoryCommit
from tailgate.night_records import Night, NightStepKind
from tailgate.pipeline import NightQuestion, Workplace
from tailgate.pipeline.night_plan import find_or_plan
from tailgate.report import open_progress
from tailgate.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NOW = datetime(2026, 3, 10, 2, 17, tzinfo=UTC)
QUESTION = NightQuestion("HEAD", re.compile(""), 60.0, 1.0, 2, 1.0)
CLOSING = [NightStepKind.HISTORY, NightStepKind.PROFILES, NightStepKind.LOG]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "asv.conf.json").write_text(json.dumps({"version": 1, "project": "subject", "repo": "."}))
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / ".tailgate").mkdir()
    (tmp_path / ".gitignore").write_text(".tailgate\n")
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=tmp_path, check=True)
    return tmp_path


@pytest.fixture
def workplace(root: Path) -> Iterator[Workplace]:
    with open_store(root / ".tailgate" / "store.sqlite") as store, open_progress(None) as progress:
        yield Workplace(load_project(root), Policy(), store, progress, random.Random(1))


@pytest.fixture
def commit(root: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, float], str]:
    """Return a function that commits a change so many hours before now."""
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "T")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "t@example.invalid")

    def make(message: str, hours_ago: float) -> str:
        moment = (NOW - timedelta(hours=hours_ago)).isoformat()
        monkeypatch.setenv("GIT_COMMITTER_DATE", moment)
        (root / "file").write_text(message)
        subprocess.run(["git", "add", "--all"], cwd=root, check=True)
        subprocess.run(["git", "-c", "commit.gpgsign=false", "commit", "-q", "-m", message], cwd=root, check=True)
        head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, check=True, capture_output=True, text=True)
        return head.stdout.strip()

    return make


def kinds(night: Night) -> list[NightStepKind]:
    return [step.kind for step in night.steps]


def finish(night: Night, workplace: Workplace) -> None:
    workplace.store.nights.keep(dataclasses.replace(night, finished_at=night.started_at, exit_code=0))


def test_without_an_earlier_night_the_baseline_is_the_commit_of_a_day_ago(
    commit: Callable[[str, float], str], workplace: Workplace
) -> None:
    commit("first", 72)
    second = commit("second", 30)
    third, fourth = commit("third", 20), commit("fourth", 1)
    night = find_or_plan(QUESTION, NOW, workplace)
    assert night.moving is not None
    assert (night.moving.commit, night.candidate.commit) == (second, fourth)
    assert [revision.commit for revision in night.landed] == [third, fourth]
    assert kinds(night) == [NightStepKind.GATE_MOVING, *[NightStepKind.SELF_CHECK] * 2, *CLOSING]
    measuring = [step.run_id for step in night.steps if step.kind not in CLOSING]
    assert len(set(measuring)) == 3
    assert "" not in measuring
    assert workplace.store.nights.find(night.night_id) == night


def test_the_next_night_starts_from_the_candidate_of_the_last_one(
    commit: Callable[[str, float], str], workplace: Workplace
) -> None:
    commit("first", 72)
    first = find_or_plan(QUESTION, NOW, workplace)
    finish(first, workplace)
    newest = commit("newest", -23)
    second = find_or_plan(QUESTION, NOW + timedelta(days=1), workplace)
    assert second.moving is not None
    assert second.moving.commit == first.candidate.commit
    assert second.candidate.commit == newest


def test_where_nothing_has_landed_only_unchanged_code_is_compared(
    commit: Callable[[str, float], str], workplace: Workplace
) -> None:
    commit("first", 72)
    night = find_or_plan(QUESTION, NOW, workplace)
    assert night.landed == ()
    assert kinds(night) == [*[NightStepKind.SELF_CHECK] * 2, *CLOSING]


def test_a_young_repository_has_no_baseline(commit: Callable[[str, float], str], workplace: Workplace) -> None:
    commit("first", 2)
    night = find_or_plan(QUESTION, NOW, workplace)
    assert night.moving is None
    assert NightStepKind.GATE_MOVING not in kinds(night)


def test_the_pinned_baseline_is_gated_too_unless_it_is_the_same_commit(
    commit: Callable[[str, float], str], workplace: Workplace
) -> None:
    pinned = commit("pinned", 90)
    moving = commit("moving", 30)
    candidate = commit("candidate", 1)
    history = workplace.store.history
    history.add_commits([HistoryCommit(name, NOW) for name in (pinned, moving, candidate)])
    for name, is_gated in ((pinned, True), (moving, False), (candidate, False)):
        history.pin(name, platform.node())
        night = find_or_plan(QUESTION, NOW, workplace)
        assert (NightStepKind.GATE_PINNED in kinds(night)) == is_gated
        workplace.store.nights.keep(dataclasses.replace(night, started_at=NOW - timedelta(days=9)))


def test_a_killed_night_is_gone_on_with_even_after_midnight(
    commit: Callable[[str, float], str], workplace: Workplace
) -> None:
    commit("first", 72)
    commit("second", 1)
    begun = find_or_plan(QUESTION, NOW, workplace)
    assert find_or_plan(QUESTION, NOW + timedelta(hours=22.5), workplace) == begun
    finish(begun, workplace)
    again = find_or_plan(QUESTION, NOW + timedelta(minutes=5), workplace)
    assert again.night_id == begun.night_id
    assert again.is_finished
    next_day = find_or_plan(QUESTION, NOW + timedelta(hours=22.5), workplace)
    assert next_day.night_id != begun.night_id


def test_a_night_that_was_given_up_leaves_no_half_run(
    commit: Callable[[str, float], str], workplace: Workplace
) -> None:
    commit("first", 72)
    commit("second", 5)
    given_up = find_or_plan(QUESTION, NOW, workplace)
    run_id = given_up.steps[0].run_id
    workplace.store.add_run(run_id, NOW, given_up.candidate, given_up.candidate)
    commit("third", 0)
    night = find_or_plan(QUESTION, NOW + timedelta(hours=1), workplace)
    assert night.night_id != given_up.night_id
    assert workplace.store.recent_runs() == ()
    assert [revision.subject for revision in night.landed] == ["second", "third"]


def test_a_night_whose_gate_could_not_run_is_no_baseline(
    commit: Callable[[str, float], str], workplace: Workplace
) -> None:
    first = commit("first", 72)
    commit("does not build", 5)
    finish(find_or_plan(QUESTION, NOW, workplace), workplace)  # its gate has no result in the store
    commit("third", -20)
    night = find_or_plan(QUESTION, NOW + timedelta(hours=18), workplace)
    assert night.moving is not None
    assert night.moving.commit == first
    assert [revision.subject for revision in night.landed] == ["does not build", "third"]


def test_a_commit_that_is_named_is_the_pinned_baseline(
    commit: Callable[[str, float], str], workplace: Workplace
) -> None:
    first = commit("first", 90)
    commit("second", 30)
    commit("third", 1)
    night = find_or_plan(dataclasses.replace(QUESTION, pinned="HEAD~2"), NOW, workplace)
    assert night.pinned is not None
    assert night.pinned.commit == first
    assert NightStepKind.GATE_PINNED in kinds(night)


def test_an_unknown_candidate_is_refused(commit: Callable[[str, float], str], workplace: Workplace) -> None:
    commit("first", 72)
    with pytest.raises(RevisionError, match="unknown revision"):
        find_or_plan(dataclasses.replace(QUESTION, candidate="no-such"), NOW, workplace)
