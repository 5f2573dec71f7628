"""The report of a night: golden, loud where nothing was measured, and harmless whatever names it holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from tailgate.history_records import Drift, Fact, Profile, ProfileTool
from tailgate.night_records import FalseAlarms, Night, NightStep, NightStepKind
from tailgate.records import BenchmarkId, RatioInterval, Revision, VerdictKind
from tailgate.report import NightFacts, night_headline, night_markdown

if TYPE_CHECKING:
    from collections.abc import Callable

    from tailgate.records import GateResult

HOSTILE = BenchmarkId("book.<img src=x>|latency_@everyone`")


def facts_of(result: GateResult) -> NightFacts:
    check = replace(
        result,
        run_id="r2",
        baseline=result.candidate,
        verdicts=tuple(item for item in result.verdicts if item.kind is not VerdictKind.INVALID),
    )
    night = Night(
        night_id="2026-03-01-bbbb",
        started_at=datetime(2026, 3, 1, 2, 17, tzinfo=UTC),
        candidate=result.candidate,
        moving=result.baseline,
        pinned=None,
        landed=(result.candidate, Revision("c" * 40, "HEAD~1", "see @everyone <script>alert(1)</script> `x` #1")),
        steps=(
            NightStep(NightStepKind.GATE_MOVING, 1, result.run_id, is_done=True, exit_code=1, summary=result.summary),
            NightStep(NightStepKind.SELF_CHECK, 1, "r2", is_done=True, exit_code=1, summary="6 benchmarks"),
            NightStep(NightStepKind.HISTORY, is_done=True, exit_code=4, summary="cannot | be <b>built</b>"),
        ),
        exit_code=1,
    )
    profiles = (
        Profile(result.run_id, HOSTILE, "b" * 40, ProfileTool.PY_SPY, "", failure="py-spy is not installed"),
        Profile(result.run_id, HOSTILE, "b" * 40, ProfileTool.MEMRAY, "r/x.folded", (Fact("change: a.py", "+2 <b>"),)),
    )
    drifts = (
        Drift(HOSTILE, "host", "b" * 40, "d" * 40, RatioInterval(1.08, 1.06, 1.1), is_beyond_margin=True),
        Drift(BenchmarkId("fine"), "host", "b" * 40, "d" * 40, RatioInterval(1.0, 0.9, 1.1), is_beyond_margin=False),
    )
    results = {result.run_id: result, "r2": check}
    alarms = FalseAlarms(runs=14, comparisons=812, alarms=3)
    return NightFacts(night, results, alarms, drifts, profiles, pictures=("ratios-last-night.png",))


def test_the_report_is_the_golden_one(result: GateResult, golden: Callable[[str, str], None]) -> None:
    golden("night.md", night_markdown(facts_of(result)))


def test_false_alarms_are_told_for_the_night_and_for_all_nights(result: GateResult) -> None:
    text = night_markdown(facts_of(result))
    assert "this night 1 of 4 comparisons called regressed" in text
    assert "over all nights 3 of 812 comparisons in 14 runs" in text


def test_a_night_that_measured_nothing_is_loud(result: GateResult) -> None:
    facts = replace(facts_of(result), results={})
    assert night_headline(facts) == "INVALID: NOTHING WAS MEASURED this night"
    assert "NOTHING WAS MEASURED" in night_markdown(facts).splitlines()[0]


def test_a_night_without_a_commit_to_gate_is_loud_and_says_why(result: GateResult) -> None:
    whole = facts_of(result)
    steps = whole.night.steps[1:]
    night = replace(whole.night, steps=steps, landed=(), exit_code=0)
    facts = replace(whole, night=night, results={"r2": whole.results["r2"]})
    assert night_headline(facts).startswith("passed: NO COMMIT WAS GATED (nothing has landed since ")
    first = replace(facts, night=replace(night, moving=None))
    assert "fetch the whole history" in night_headline(first)


def test_foreign_text_is_shown_and_does_nothing(result: GateResult) -> None:
    rendered = MarkdownIt("commonmark", {"html": True}).enable("table").parse(night_markdown(facts_of(result)))
    pieces = [token for block in rendered for token in (block, *(block.children or ()))]
    html = [token.content for token in pieces if token.type in {"html_inline", "html_block"}]
    assert set(html) <= {"<!-- -->"}
    assert not any(token.type == "link_open" for token in pieces)
    mentioning = [token.type for token in pieces if not token.children and "@everyone" in token.content]
    assert set(mentioning) == {"code_inline"}
    assert [token.attrs["src"] for token in pieces if token.type == "image"] == ["ratios-last-night.png"]
