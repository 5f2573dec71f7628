"""The difference of two flame graphs: a drawing that needs nothing else, and that hostile names cannot break."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from tailgate.report.flame_graph import FoldedProfile, difference_svg

if TYPE_CHECKING:
    from collections.abc import Callable

BASELINE = """cancel (book.py);pop (book.py) 100
cancel (book.py);remove (levels.py) 200
cancel (book.py);count (gone.py) 50
cancel (book.py) 50
"""
CANDIDATE = """cancel (book.py);pop (book.py) 100
cancel (book.py);remove (levels.py) 500
cancel (book.py);check (new.py);[libc.so.6] 80
cancel (book.py) 20
"""


def draw(baseline: str, candidate: str, operations: tuple[float, float] = (100, 100), title: str = "t") -> str:
    before, after = (FoldedProfile(text, count) for text, count in zip((baseline, candidate), operations, strict=True))
    return difference_svg(before, after, title, "samples an operation")


def frames(svg: str) -> dict[str, tuple[float, str]]:
    """Width and colour of each frame, by its name."""
    found = {}
    for group in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}g"):  # noqa: S314 - our own drawing
        title, rectangle = group[0].text, group[1]
        assert title is not None
        found[title.partition(": ")[0]] = (float(rectangle.attrib["width"]), rectangle.attrib["fill"])
    return found


def is_red(colour: str) -> bool:
    return int(colour[1:3], 16) > int(colour[5:7], 16) + 10


def is_blue(colour: str) -> bool:
    return int(colour[5:7], 16) > int(colour[1:3], 16) + 10


def test_the_drawing_is_the_golden_one(golden: Callable[[str, str], None]) -> None:
    golden(
        "flame_graph_difference.svg", draw(BASELINE, CANDIDATE, title="book.Cancel, py-spy: aaaaaaaaaa to bbbbbbbbbb")
    )


def test_what_grew_is_red_what_shrank_is_blue_and_what_stayed_is_neither() -> None:
    drawn = frames(draw(BASELINE, CANDIDATE))
    assert is_red(drawn["remove (levels.py)"][1])
    assert is_red(drawn["[libc.so.6]"][1])
    assert is_blue(drawn["cancel (book.py)"][1])
    for name in ("pop (book.py)", "check (new.py)", "all"):  # the cost of callees is their own colour
        assert not is_red(drawn[name][1])
        assert not is_blue(drawn[name][1])


def test_widths_are_the_candidate_s_shares() -> None:
    drawn = frames(draw(BASELINE, CANDIDATE))
    whole = drawn["all"][0]
    assert drawn["cancel (book.py)"][0] == pytest.approx(whole, abs=0.2)
    assert drawn["remove (levels.py)"][0] == pytest.approx(whole * 500 / 700, abs=0.2)


def test_sides_are_compared_by_the_operation() -> None:
    # Twice the samples of twice the operations is no difference.
    doubled = re.sub(r"(\d+)$", lambda match: str(2 * int(match[1])), BASELINE, flags=re.MULTILINE)
    drawn = frames(draw(BASELINE, doubled, (100, 200)))
    assert not any(is_red(colour) or is_blue(colour) for _, colour in drawn.values())
    assert "in all" not in draw(BASELINE, doubled, (100, 200))
    assert "+75.0 % in all" in draw(BASELINE, CANDIDATE)


def test_what_only_the_baseline_had_is_named() -> None:
    assert "only in the baseline: count (gone.py) (12.5 % of its cost)" in draw(BASELINE, CANDIDATE)


def test_hostile_names_are_shown_and_never_executed() -> None:
    hostile = "</title><script>alert(1)</script>\"'&\x1b[31m\u202e"
    svg = draw(f"{hostile} 10\n", f"{hostile} 30\n", title=hostile)
    root = ET.fromstring(svg)  # noqa: S314 - it must be well-formed
    assert {element.tag.rpartition("}")[2] for element in root.iter()} == {"svg", "title", "rect", "text", "g"}
    assert "alert(1)" in "".join(root.itertext())


def test_the_file_asks_for_nothing_outside() -> None:
    svg = draw(BASELINE, CANDIDATE)
    assert re.findall(r"https?://[^\"]*", svg) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"href|url\(|@import|<script|<image|<style", svg)


def test_one_side_without_samples_is_drawn_all_the_same() -> None:
    assert is_red(frames(draw("", CANDIDATE))["remove (levels.py)"][1])
    assert "the candidate has nothing to show" in draw(BASELINE, "")


def test_a_deep_stack_is_cut_and_not_a_crash() -> None:
    stack = ";".join(f"f{number}" for number in range(5_000))
    assert "f199" in draw(f"{stack} 1\n", f"{stack} 2\n")


@pytest.mark.parametrize("line", ["no weight", "a;b"])
def test_what_is_no_folded_stack_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="no folded stack"):
        draw(line, "")


def test_a_side_without_operations_is_refused() -> None:
    with pytest.raises(ValueError, match="number to divide"):
        draw(BASELINE, CANDIDATE, (0, 100))
