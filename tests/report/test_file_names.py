"""Each label has a file name of its own, whatever it tries."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from tailgate.report.file_names import file_stems


def test_labels_that_differ_in_capitals_only_get_a_digest() -> None:
    stems = file_stems(["a.B", "a.b", "a.c", "../x", ".", "x" * 500])
    assert stems["a.c"] == "a.c"
    assert stems["a.B"].casefold() != stems["a.b"].casefold()
    assert all(re.match(r"a\.[Bb]-[0-9a-f]{8}$", stems[name]) for name in ("a.B", "a.b"))
    assert len({stem.casefold() for stem in stems.values()}) == len(stems)
    assert max(map(len, stems.values())) < 140


@given(st.sets(st.text(st.sampled_from("aAbB./_-*<>\x1b\n é\ud800")), max_size=12))
def test_any_labels_get_names_of_their_own_that_stay_in_their_folder(labels: set[str]) -> None:
    stems = file_stems(sorted(labels))
    assert set(stems) == labels
    assert len({stem.casefold() for stem in stems.values()}) == len(labels)
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", stem) for stem in stems.values())
