"""The comment says what the run says, always fits, and a Markdown parser finds nothing foreign in it."""

from __future__ import annotations

import dataclasses
import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from lxml import html
from markdown_it import MarkdownIt

from tailgate.records import BenchmarkId, Failure, Side, VerdictKind
from tailgate.report.exports.markdown import COMMENT_LIMIT, FORMAT, to_markdown

if TYPE_CHECKING:
    from tailgate.report import ExportedRun


def page(text: str) -> html.HtmlElement:
    return html.fromstring(MarkdownIt("commonmark").enable("table").render(text))


def test_every_benchmark_has_its_row_and_what_fails_comes_first(run: ExportedRun) -> None:
    rows = page(FORMAT.render(run)).xpath("//tbody/tr")
    verdicts = [row[0].text_content() for row in rows]
    assert verdicts == ["regressed", "invalid", "inconclusive", "improved", "pass"]
    assert [bool(row[0].xpath("strong")) for row in rows] == [True, True, False, False, False]
    first = [cell.text_content() for cell in rows[0]]
    assert first[1:4] == ["book.Cancel.latency_cancel('deep')", "293 →  351 ns", "+19.8 % [+18.6, +21.2]"]
    assert rows[2][6].text_content().startswith("(not counted) the budget ended")


def test_foreign_text_is_shown_and_never_interpreted(hostile: ExportedRun) -> None:
    text = to_markdown(hostile, 1_000_000)
    shown = page(text)
    allowed = {"div", "h3", "p", "code", "br", "table", "thead", "tbody", "tr", "th", "td", "strong", "details"}
    tags = {element.tag for element in shown.iter() if isinstance(element.tag, str)}
    assert tags <= allowed | {"summary", "pre"}
    assert len(shown.xpath("//tbody/tr")) == len(hostile.result.verdicts)
    assert all(len(row) == 7 for row in shown.xpath("//tbody/tr"))
    names = [code.text_content() for code in shown.xpath("//tbody/tr/td[2]/code")]
    assert any("</td></tr><script>alert(1)</script>" in name for name in names)
    assert any("`tick` ``two`` | bar |" in name for name in names)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202e\u2066\u200b]", text)


def test_nobody_is_mentioned_and_nothing_linked_outside_code(hostile: ExportedRun) -> None:
    shown = page(to_markdown(hostile, 1_000_000))
    for code in shown.xpath("//code"):
        code.text = ""
    # Forges look for these in single pieces of text; the empty comment between the pieces is what stops them.
    pieces = [unescape(piece) for piece in shown.xpath("//text()")]
    assert not [piece for piece in pieces if re.search(r"@\w|#\d|https?://|www\.\w", piece)]
    assert "@everyone #1 !2 https://evil.invalid/x www.evil.invalid" in shown.text_content()


@pytest.mark.parametrize("count", [0, 1, 300, 3_000])
def test_it_always_fits_and_says_what_is_left_out(run: ExportedRun, count: int) -> None:
    model = run.result.verdicts[1]
    verdicts = tuple(
        dataclasses.replace(model, benchmark=BenchmarkId(f"book.Limit.latency_{number:04}")) for number in range(count)
    )
    worst = run.result.verdicts[0]
    result = dataclasses.replace(run.result, verdicts=(*verdicts, worst))
    text = FORMAT.render(dataclasses.replace(run, result=result))
    assert len(text.encode()) <= COMMENT_LIMIT
    rows = page(text).xpath("//tbody/tr")
    assert rows[0][0].text_content() == "regressed"
    left_out = re.search(r"^(\d+) more benchmarks are left out", text, re.MULTILINE)
    assert len(rows) + (int(left_out.group(1)) if left_out else 0) == count + 1
    assert (left_out is not None) == (count > 1_000 or len(rows) < count + 1)


def test_a_traceback_that_does_not_fit_is_left_out_whole(run: ExportedRun) -> None:
    broken = run.result.verdicts[-1]
    failure = Failure(broken.benchmark, Side.CANDIDATE, "no", "x" * COMMENT_LIMIT)
    result = dataclasses.replace(run.result, verdicts=(dataclasses.replace(broken, failures=(failure,)),))
    text = FORMAT.render(dataclasses.replace(run, result=result))
    assert "Details of failures are left out" in text
    assert "xxx" not in text


def test_a_run_without_verdicts_is_its_summary(run: ExportedRun) -> None:
    result = dataclasses.replace(run.result, verdicts=(), fingerprint=None, summary="nothing was measured")
    text = FORMAT.render(dataclasses.replace(run, result=result))
    assert text.startswith("### nothing was measured\n")
    assert "|" not in text


def test_what_policy_lets_pass_is_not_in_bold(run: ExportedRun) -> None:
    verdicts = tuple(dataclasses.replace(item, counts=True) for item in run.result.verdicts)
    lenient = dataclasses.replace(
        run, result=dataclasses.replace(run.result, verdicts=verdicts), fails_on_inconclusive=False
    )
    assert f"**{VerdictKind.INCONCLUSIVE}**" not in FORMAT.render(lenient)
    assert f"**{VerdictKind.INCONCLUSIVE}**" in FORMAT.render(dataclasses.replace(lenient, fails_on_inconclusive=True))
