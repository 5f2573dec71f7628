"""What was done is kept, in a store of an earlier version too; a bisection's notes are whole or absent."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tailgate.action_records import ActionKind, ActionOutcome, ActionTaken, BisectionStep, CommitAnswer
from tailgate.records import Leg, Revision
from tailgate.store import BisectionFile, BisectionNotes, open_store

if TYPE_CHECKING:
    from pathlib import Path

BASELINE, ONTO = Revision("a" * 40, "main", "good\0\udcff"), Revision("b" * 40, "HEAD", "bad")


def taken(target: str, outcome: ActionOutcome = ActionOutcome.VERIFIED) -> ActionTaken:
    return ActionTaken(
        action_id="1234",
        kind=ActionKind.STEP_BACK,
        target=target,
        change="50 % -> 10 %",
        benchmarks=("book.Cancel.latency_cancel('deep')",),
        baseline=ONTO,
        onto=ONTO,
        branch="tailgate/flag-x",
        commit="c" * 40,
        outcome=outcome,
        reason="1 benchmark: 1 passed",
        run_id="r1",
        taken_at=datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC),
    )


def test_actions_come_back_equal_and_in_order(tmp_path: Path) -> None:
    added = [taken("x"), taken("y"), taken("x", ActionOutcome.NOT_VERIFIED)]
    with open_store(tmp_path / "store.sqlite") as store:
        for action in added:
            store.add_action(action)
    with open_store(tmp_path / "store.sqlite") as store:
        assert store.actions() == tuple(added)
        assert store.actions("x") == (added[0], added[2])
        assert store.actions("z") == ()


def test_a_store_of_version_1_gets_what_it_lacks(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    open_store(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE actions")
        connection.execute("UPDATE tailgate_schema SET version = 1")
    connection.close()
    with open_store(path) as store:
        store.add_action(taken("x"))
        assert store.actions() == (taken("x"),)


def test_notes_of_a_bisection_come_back_whatever_a_commit_says(tmp_path: Path) -> None:
    file = BisectionFile.of(tmp_path / "new", "good", "bad", "benchmark")
    assert file.read() is None
    step = BisectionStep(ONTO, CommitAnswer.BAD, "nearer to bad", 1.5, "r1")
    notes = BisectionNotes(Leg.RAW, 0.4, (step, BisectionStep(ONTO, CommitAnswer.BROKEN, "cannot be built")))
    file.write(notes)
    assert file.read() == notes
    assert [path.name for path in (tmp_path / "new").iterdir()] == [file.path.name]
    # A commit message that is no Unicode is kept as escapes.
    file.write(BisectionNotes(Leg.RAW, 0.4, (BisectionStep(BASELINE, CommitAnswer.GOOD, ""),)))
    assert file.read() is not None


def test_notes_that_cannot_be_read_count_as_none(tmp_path: Path) -> None:
    file = BisectionFile.of(tmp_path, "question")
    for content in (b"", b"{", b"[]", b'{"leg": "raw"}', b"\xff"):
        file.path.write_bytes(content)
        assert file.read() is None
    file.forget()
    file.forget()
    assert not file.path.exists()


def test_another_question_has_other_notes(tmp_path: Path) -> None:
    paths = {BisectionFile.of(tmp_path, *question).path for question in (("a", "b"), ("ab", ""), ("a", "b", "c"))}
    assert len(paths) == 3
