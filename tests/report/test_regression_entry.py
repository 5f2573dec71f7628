"""An entry of the log tells the whole story of one regression, whatever the names are, and keeps people's notes."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

import pytest
from lxml import html
from markdown_it import MarkdownIt

from tailgate.action_records import ActionKind, ActionOutcome, ActionTaken, Attribution, CauseKind
from tailgate.records import BenchmarkId, Revision, Waiver
from tailgate.report import entry_name, regression_entry
from tailgate.report.regression_entry import NOTES

if TYPE_CHECKING:
    from collections.abc import Callable

    from tailgate.records import GateResult

HOSTILE: Final = "</code><script>alert(1)</script> `x` | [a](http://b.invalid) @all \x1b[31m\u202e\n# title\n"
FLAG: Final = Attribution("x", CauseKind.FLAG, "fast-lock", "without it the candidate is shown not to be worse")


def undone(
    result: GateResult, outcome: ActionOutcome = ActionOutcome.VERIFIED, reason: str = "1 passed"
) -> ActionTaken:
    return ActionTaken(
        action_id="0123456789abcdef",
        kind=ActionKind.STEP_BACK,
        target="fast-lock",
        change="50 % -> 10 %",
        benchmarks=(result.verdicts[0].benchmark.label,),
        baseline=result.baseline,
        onto=result.candidate,
        branch="tailgate/flag-fast-lock-10",
        commit="c" * 40,
        outcome=outcome,
        reason=reason,
        run_id="r2",
        taken_at=datetime(2026, 3, 1, 13, tzinfo=UTC),
    )


def page(text: str) -> html.HtmlElement:
    return html.fromstring(MarkdownIt("commonmark").enable("table").render(text))


def test_an_entry_of_a_regression_that_was_undone_is_the_golden_one(
    result: GateResult, golden: Callable[[str, str], None]
) -> None:
    text = regression_entry(result, result.verdicts[0], FLAG, (undone(result),), "")
    golden("regression_entry.md", text)
    assert regression_entry(result, result.verdicts[0], FLAG, (undone(result),), text) == text


def test_a_regression_that_nobody_looked_at_is_open(result: GateResult) -> None:
    text = regression_entry(result, result.verdicts[0], None, (), "")
    assert "- outcome: **open**\n" in text
    assert "- cause: not looked for yet; `tailgate explain aaaaaaaaaa bbbbbbbbbb` does\n" in text
    assert "- action: none\n" in text


def test_the_outcome_follows_what_was_done(result: GateResult) -> None:
    verdict = result.verdicts[0]
    failed = undone(result, ActionOutcome.NOT_VERIFIED)
    waived = dataclasses.replace(verdict, waiver=Waiver("x", "worth it", "Ada", 0.3, date(2026, 12, 31)))
    for item, actions, outcome in (
        (verdict, (failed,), "action not verified"),
        (verdict, (failed, undone(result)), "undone on a branch, and verified"),
        (waived, (), "waived until 2026-12-31"),
    ):
        assert f"- outcome: **{outcome}**\n" in regression_entry(result, item, None, actions, "")


def test_an_unexplained_one_says_why(result: GateResult) -> None:
    attribution = Attribution("x", CauseKind.UNEXPLAINED, "", "too noisy")
    assert "- cause: unexplained; too noisy\n" in regression_entry(result, result.verdicts[0], attribution, (), "")


@pytest.mark.parametrize("name", [HOSTILE, "", " ", "`", "x" * 5_000, "a`b``c"])
def test_foreign_text_is_shown_and_never_interpreted(result: GateResult, name: str) -> None:
    verdict = dataclasses.replace(result.verdicts[0], benchmark=BenchmarkId(f"book.{name}"), reasons=(name, name))
    attacked = dataclasses.replace(
        result, baseline=Revision("a" * 40, name, name), candidate=Revision("b" * 40, name, name)
    )
    attribution = Attribution("x", CauseKind.FLAG, name, name)
    action = dataclasses.replace(undone(result, reason=name), target=name, branch=name, change=name)
    text = regression_entry(attacked, verdict, attribution, (action,), "")
    shown = page(text)
    tags = {item.tag for item in shown.iter() if isinstance(item.tag, str)}
    assert tags <= {"div", "h1", "ul", "li", "p", "strong", "code", "table", "thead", "tbody", "tr", "th", "td"}
    assert len(shown.xpath("//h1")) == 1
    assert len(shown.xpath("//tbody/tr")) == 2
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_notes_of_people_are_kept(result: GateResult) -> None:
    fresh = regression_entry(result, result.verdicts[0], None, (), "")
    assert fresh.endswith(f"\n{NOTES}\n")
    noted = fresh + "\nSee the discussion of 3 March.\n\n- and this\n"
    again = regression_entry(result, result.verdicts[0], FLAG, (undone(result),), noted)
    assert again.endswith(f"\n{NOTES}\n\nSee the discussion of 3 March.\n\n- and this\n")
    assert "- cause: flag `fast-lock`" in again
    assert regression_entry(result, result.verdicts[0], FLAG, (undone(result),), again) == again


def test_each_run_and_benchmark_has_one_name(result: GateResult) -> None:
    verdict = result.verdicts[0]
    name = entry_name(result, verdict)
    assert name.startswith("2026-03-01-book.Cancel.latency_cancel_deep-")
    assert name == entry_name(dataclasses.replace(result, summary="other"), verdict)
    others = [
        entry_name(dataclasses.replace(result, run_id="run-2"), verdict),
        *(
            entry_name(result, dataclasses.replace(verdict, benchmark=BenchmarkId(label)))
            for label in ("a.b", "a.B", "../../x", "x" * 500, "\ud800")
        ),
    ]
    assert len({name, *others}) == 1 + len(others)
    assert all(len(other) < 100 and "/" not in other for other in others)
