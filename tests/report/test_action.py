"""What is told of actions and bisections: the records, whole, and nothing that a commit message could do with them."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from tailgate.action_records import (
    ActionKind,
    ActionOutcome,
    ActionTaken,
    Attribution,
    Bisection,
    BisectionStep,
    CauseKind,
    CommitAnswer,
    Explanation,
    PlannedAction,
    Rollback,
    Rollout,
)
from tailgate.records import Revision
from tailgate.report import (
    log_entry,
    merge_request,
    print_bisection,
    print_explanation,
    print_rollback,
    print_rollout,
)
from tailgate.report.markdown_text import code

if TYPE_CHECKING:
    from collections.abc import Callable

    from tailgate.records import GateResult

HOSTILE = "`x` | [bold]y[/bold] \x1b[31m \n::error:: '; rm -rf ~; $(z)"
GOOD = Revision("a" * 40, "v1", "good")
BAD = Revision("b" * 40, "HEAD", HOSTILE)


def taken(kind: ActionKind = ActionKind.REVERT, outcome: ActionOutcome = ActionOutcome.VERIFIED) -> ActionTaken:
    return ActionTaken(
        action_id="0123456789abcdef",
        kind=kind,
        target=BAD.commit if kind is ActionKind.REVERT else "fast-lock",
        change="reverted" if kind is ActionKind.REVERT else "50 % -> 10 %",
        benchmarks=("book.Cancel.latency_cancel",),
        baseline=GOOD,
        onto=BAD,
        branch="tailgate/x",
        commit="c" * 40,
        outcome=outcome,
        reason=f"because {HOSTILE}",
        run_id="r1",
        taken_at=datetime(2026, 3, 1, 12, 30, tzinfo=UTC),
    )


PLAN = PlannedAction(
    "0123", ActionKind.REVERT, BAD.commit, "reverted", GOOD, BAD, "tailgate/x", "+one\n-two", ("a note",)
)


def shown(print_to: Callable[[Console], None]) -> str:
    stream = io.StringIO()
    print_to(Console(file=stream, width=100, highlight=False, markup=False, emoji=False))
    text = stream.getvalue()
    assert "\x1b" not in text
    assert "\n::error::" not in text
    return text


def test_an_entry_of_the_log_has_the_action_and_every_benchmark(result: GateResult) -> None:
    text = log_entry(taken(), result)
    assert text.startswith("# Revert bbbbbbbbbb: p99 regression\n")
    assert "- outcome: **verified**; because" in text
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    assert len(rows) == len(result.verdicts)
    assert all(row.count("|") == 5 for row in rows)
    # The same records give the same text: a second run adds nothing.
    assert log_entry(taken(), result) == text
    assert log_entry(taken(), None) == text.partition("\n\n| benchmark")[0] + "\n"


@pytest.mark.parametrize("kind", list(ActionKind))
def test_foreign_text_in_markdown_is_code_on_one_line(kind: ActionKind) -> None:
    text = log_entry(taken(kind), None)
    assert "\x1b" not in text
    assert "\n::error::" not in text
    (line,) = [line for line in text.splitlines() if line.startswith("- on: ")]
    assert line.endswith(f" {code(BAD.subject)}")
    assert not re.search(r"[\[\]|$~]|(?<!&)#(?!\d+;| )", text.partition("- outcome: ")[2].partition("\n")[0])
    title = text.splitlines()[0]
    assert not any(letter in title for letter in "`'\"$;[")


def test_a_merge_request_says_whether_it_was_measured() -> None:
    entry = log_entry(taken(), None)
    assert "is shown not to be worse" in merge_request(taken(), entry)
    assert "Nothing was measured" in merge_request(taken(outcome=ActionOutcome.RECORDED), entry)


def test_a_dry_run_a_success_and_a_failure_end_with_their_line() -> None:
    dry = shown(lambda console: print_rollback(Rollback(PLAN, None, ""), console))
    assert dry.splitlines()[0] == "note: a note"
    assert dry.splitlines()[-1].startswith("dry run")
    assert dry.splitlines()[2:4] == ["  +one", "  -two"]
    done = shown(lambda console: print_rollback(Rollback(PLAN, taken(), "text.md"), console))
    assert "gh pr create --head tailgate/x --title 'Revert bbbbbbbbbb: p99 regression' --body-file text.md" in done
    assert done.splitlines()[-1].startswith("verified: because")
    failed = taken(outcome=ActionOutcome.NOT_VERIFIED)
    text = shown(lambda console: print_rollback(Rollback(PLAN, failed, ""), console))
    assert "gh pr create" not in text
    assert text.splitlines()[-1].startswith("not verified: because")


def test_a_rollout_shows_its_timeline_and_where_it_stands() -> None:
    timeline = (taken(ActionKind.ADVANCE), taken(ActionKind.HOLD, ActionOutcome.RECORDED))
    rollout = Rollout("fast-lock", "10 %", is_held=True, plan=None, taken=None, merge_request="", timeline=timeline)
    lines = shown(lambda console: print_rollout(rollout, console)).splitlines()
    assert lines[0].startswith("2026-03-01 12:30  advance, 50 % -> 10 %: because")
    assert lines[-1] == "fast-lock: 10 %, held"


def test_a_bisection_shows_each_answer_and_the_suspects() -> None:
    steps = (
        BisectionStep(BAD, CommitAnswer.BAD, "worse", 1.5, "r1"),
        BisectionStep(GOOD, CommitAnswer.BROKEN, "cannot be built"),
    )
    text = shown(
        lambda console: print_bisection(Bisection("book.x", GOOD, BAD, steps, None, (GOOD, BAD), "one of 2"), console)
    )
    lines = text.splitlines()
    assert lines[1].split()[:3] == ["bad", "bbbbbbbbbb", "+50.0"]
    assert "suspects, oldest first:" in lines
    assert lines[-1] == "one of 2"


def test_an_explanation_counts_what_it_could_explain() -> None:
    attributions = (
        Attribution("a", CauseKind.FLAG, "fast-lock", "without it well"),
        Attribution("b", CauseKind.COMMIT, BAD.commit, HOSTILE),
        Attribution("c", CauseKind.UNEXPLAINED, "", "too noisy"),
    )
    explanation = Explanation(GOOD, BAD, attributions, (), ("it conflicts",))
    lines = shown(lambda console: print_explanation(explanation, console)).splitlines()
    assert (lines[0], lines[2], lines[4]) == ("flag fast-lock", "commit bbbbbbbbbb", "unexplained")
    assert "not rolled back: it conflicts" in lines
    assert lines[-1] == "3 regressed, 2 explained"
    nothing = shown(lambda console: print_explanation(Explanation(GOOD, BAD, (), ()), console))
    assert nothing == "nothing regressed, so nothing is to be explained\n"
    failed = Explanation(GOOD, BAD, (), (), others_exit_code=4)
    lines = shown(lambda console: print_explanation(failed, console)).splitlines()
    assert lines[-1] == "what did not regress ends the gate with exit code 4: tailgate gate says why"
