"""Foreign text in Markdown: a real parser gives it back letter by letter, and nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from markdown_it import MarkdownIt

from tailgate.report.markdown_text import cell, code, escaped, shortened
from tailgate.report.plain_text import one_line

ATTACKS = st.text(
    st.one_of(st.sampled_from("`|\\*_[]()<>&#@!~$:/.\"'^-+= \n\tw1aä"), st.characters()), min_size=1, max_size=40
)


def rendered(markdown: str) -> html.HtmlElement:
    return html.fromstring(MarkdownIt("commonmark").enable("table").render(markdown))


def in_table(markdown: str) -> html.HtmlElement:
    return rendered(f"| a | b |\n|---|---|\n| x {cell(markdown)} | last |\n")


@given(ATTACKS)
def test_code_is_given_back_in_a_sentence(text: str) -> None:
    shown = rendered(f"x {code(text)} y")
    codes = shown.xpath("//code")
    if not one_line(text):
        assert code(text) == ""
        return
    assert [item.text_content() for item in codes] == [one_line(text)]
    assert shown.text_content().rstrip("\n") == f"x {one_line(text)} y"


@given(ATTACKS)
def test_code_is_given_back_in_a_table(text: str) -> None:
    row = in_table(code(text)).xpath("//tbody/tr")[0]
    assert row[0].text_content() == f"x {one_line(text)}".rstrip()
    assert [each.text_content() for each in row][1:] == ["last"]


@given(ATTACKS)
def test_prose_is_given_back_without_markup(text: str) -> None:
    for shown in (rendered(f"x {escaped(text)} y"), in_table(escaped(text)).xpath("//tbody/tr/td[1]")[0]):
        assert not [item for item in shown.iter() if item.tag in {"a", "img", "em", "strong", "code", "script"}]
        assert " ".join(shown.text_content().split()).removesuffix(" y") == f"x {one_line(text)}".rstrip()


@pytest.mark.parametrize("text", ["@all", "see #12", "http://a.invalid", "WWW.a.invalid", "a@b.invalid", "https://x"])
def test_no_piece_of_prose_is_a_mention_or_an_address(text: str) -> None:
    shown = rendered(f"x {escaped(text)} y")
    pieces = [
        piece for piece in shown.xpath("//text()") if re.search(r"[@#]\w|https?://|www\.\w", piece, re.IGNORECASE)
    ]
    assert pieces == []
    assert text in shown.text_content()


def test_long_text_is_shortened_with_an_ellipsis() -> None:
    assert shortened("abcdef", 6) == "abcdef"
    assert shortened("abcdefg", 6) == "abcde…"
    assert code("x" * 50, 10) == f"`{'x' * 9}…`"
    assert escaped("x" * 50, 10) == f"{'x' * 9}…"
