"""Foreign text becomes harmless, and harmless text stays as it is."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from tailgate.report.plain_text import many_lines, one_line, printable

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@given(ANY_TEXT)
def test_nothing_hidden_survives(text: str) -> None:
    for line in (one_line(text), *many_lines(text, last=5)):
        assert not any(unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for letter in line)


@given(st.text(st.characters(categories=("L", "N", "P", "S"))))
def test_visible_text_stays(text: str) -> None:
    assert one_line(text) == text


@given(ANY_TEXT, st.sampled_from(["ascii", "latin-1", "utf-8"]))
def test_one_line_can_be_written_in_every_encoding(text: str, encoding: str) -> None:
    shown = printable(one_line(text), encoding)
    assert shown.encode(encoding).decode(encoding) == shown


def test_terminal_sequences_go_as_a_whole() -> None:
    assert one_line("\x1b[1;31mred\x1b[0m \x1b]8;;http://x\x1b\\link\x1b]8;;\x07") == "red link"


def test_the_last_lines_are_kept_and_the_others_counted() -> None:
    text = "\n".join("abcdef") + "\n\n"
    assert many_lines(text, last=6) == list("abcdef")
    assert many_lines(text, last=3) == ["... 4 lines before", "e", "f"]
    assert many_lines("", last=3) == []
    assert many_lines("\ta\r\nb\rc", last=9) == ["    a", "b", "c"]
