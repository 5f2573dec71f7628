"""The index has one row an entry, newest first, made of nothing but the entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import html
from markdown_it import MarkdownIt

from tailgate.report import log_index, regression_entry

if TYPE_CHECKING:
    from tailgate.records import GateResult


def rows(text: str) -> list[html.HtmlElement]:
    found: list[html.HtmlElement] = html.fromstring(MarkdownIt("commonmark").enable("table").render(text)).xpath(
        "//tbody/tr"
    )
    return found


def test_entries_are_rows_newest_first_with_title_and_outcome(result: GateResult) -> None:
    entry = regression_entry(result, result.verdicts[0], None, (), "")
    names = ("2026-03-01-b.md", "2026-03-02-a.md", "2026-03-01-a.md", "by hand.md")
    found = rows(log_index(dict.fromkeys(names, entry)))
    assert [row.xpath(".//a/@href")[0] for row in found] == [
        "2026-03-02-a.md",
        "2026-03-01-b.md",
        "2026-03-01-a.md",
        "by%20hand.md",
    ]
    assert [cell.text_content() for cell in found[0]] == [
        "2026-03-02",
        "book.Cancel.latency_cancel('deep'): p99 +19.8 %",
        "open",
    ]
    assert found[3][0].text_content() == "undated"


def test_a_title_with_bars_and_back_ticks_stays_in_its_cell() -> None:
    (row,) = rows(log_index({"2026-03-01-a.md": "# ``a`b | c`` | d\n\n- outcome: **a|b**\n"}))
    assert [cell.text_content() for cell in row] == ["2026-03-01", "a`b | c | d", "a|b"]


def test_an_entry_without_a_title_is_listed_too() -> None:
    (row,) = rows(log_index({"2026-03-01-a.md": ""}))
    assert [cell.text_content() for cell in row] == ["2026-03-01", "no title", ""]


def test_an_empty_log_says_so() -> None:
    assert log_index({}).endswith("\nThere is none yet.\n")
