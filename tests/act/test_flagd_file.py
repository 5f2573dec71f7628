"""A step of a flag changes that flag's lines and nothing else, in whatever style the file is written."""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tailgate.act import Ladder, Stage, flag_names, stage_of, with_stage
from tailgate.errors import ActionError

DEPLOYED: Final = Path(__file__).parents[2] / "trading" / "flags.json"
LADDER: Final = Ladder(canary_percent=1)

ONE_LINE: Final = """{
  "$schema": "https://flagd.dev/schema/v0/flags.json",
  "flags": {
    "first": { "state": "ENABLED", "variants": { "on": true, "off": false }, "defaultVariant": "off" },
    "second": { "state": "ENABLED", "variants": { "on": true, "off": false }, "defaultVariant": "on" },
    "third": { "state": "ENABLED", "variants": { "on": true, "off": false }, "defaultVariant": "off" }
  }
}
"""
MANY_LINES: Final = """{"flags": {
    "first": {
        "targeting": {
            "fractional": [
                ["on", 50],
                ["off", 50]
            ]
        },
        "state": "ENABLED",
        "defaultVariant": "off",
        "variants": {"off": false, "on": true}
    },
    "second": {
        "state": "ENABLED",
        "variants": {"on": true, "off": false},
        "defaultVariant": "off"
    }
}}"""


def changed_lines(before: str, after: str) -> list[str]:
    lines = difflib.ndiff(before.splitlines(keepends=True), after.splitlines(keepends=True))
    return [line for line in lines if line[0] in "+-"]


@pytest.mark.parametrize(
    "text", [ONE_LINE, MANY_LINES, ONE_LINE.replace("\n", "\r\n"), json.dumps(json.loads(ONE_LINE))]
)
@pytest.mark.parametrize("percent", [0, 1, 10, 50, 100])
@pytest.mark.parametrize("flag", ["first", "second"])
def test_the_new_stage_is_read_back_and_other_flags_are_untouched(text: str, percent: int, flag: str) -> None:
    after = with_stage(text, flag, Stage(percent))
    assert stage_of(after, flag) == Stage(percent)
    before, document = json.loads(text), json.loads(after)
    definition = document["flags"].pop(flag)
    before["flags"].pop(flag)
    assert document == before
    assert definition["defaultVariant"] == ("on" if percent == 100 else "off")
    assert ("targeting" in definition) == (percent in {1, 10, 50})


@pytest.mark.parametrize("percent", [0, 1, 10, 50, 100])
def test_a_flag_on_one_line_changes_in_one_line(percent: int) -> None:
    after = with_stage(ONE_LINE, "third", Stage(percent))
    changes = changed_lines(ONE_LINE, after)
    assert len(changes) == (0 if percent == 0 else 2)
    assert all('"third"' in line for line in changes)


def test_a_rule_is_written_on_a_line_of_its_own_where_the_others_are() -> None:
    after = with_stage(MANY_LINES, "second", Stage(10))
    added = [line for line in changed_lines(MANY_LINES, after) if line.startswith("+")]
    assert [line[2:].rstrip("\n") for line in added] == [
        '        "defaultVariant": "off",',
        '        "targeting": { "fractional": [["on", 10], ["off", 90]] }',
    ]


def test_a_rule_in_front_is_taken_out_whole() -> None:
    after = with_stage(MANY_LINES, "first", Stage(0))
    assert after.startswith('{"flags": {\n    "first": {\n        "state": "ENABLED",')


@given(path=st.lists(st.sampled_from([0, 1, 10, 50, 100]), max_size=8))
def test_a_flag_that_went_up_and_down_and_back_leaves_the_deployed_file_as_it_was(path: list[int]) -> None:
    original = DEPLOYED.read_text(encoding="utf-8")
    text = original
    for percent in path:
        text = with_stage(text, "small-vectors", Stage(percent))
    assert with_stage(text, "small-vectors", stage_of(original, "small-vectors")) == original


def test_the_deployed_file_can_be_read_whole() -> None:
    text = DEPLOYED.read_text(encoding="utf-8")
    assert {stage_of(text, name).percent for name in flag_names(text)} <= {0, 1, 10, 50, 100}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is not JSON"),
        ("[]", 'no object "flags"'),
        ('{"flags": {}}', 'no flag "first"; it has: none'),
        ('{"flags": {"first": 3}}', "is no object"),
        ('{"flags": {"first": {}, "first": {}}}', "stands twice"),
        ('{"flags": {"first": {"variants": {"a": 1}, "defaultVariant": "a"}}}', "other variants"),
        (
            ONE_LINE.replace(
                '"defaultVariant": "off" },', '"defaultVariant": "off", "targeting": {"if": [true]} },', 1
            ),
            "no rollout",
        ),
        (
            ONE_LINE.replace(
                '"defaultVariant": "off" },', '"defaultVariant": "off", "targeting": {"fractional": [["off", 5]]} },', 1
            ),
            "no rollout",
        ),
    ],
)
def test_what_is_not_ours_to_change_is_refused(text: str, words: str) -> None:
    with pytest.raises(ActionError, match=words):
        with_stage(text, "first", Stage(10))


def test_the_ladder_goes_up_and_down_by_stages() -> None:
    stages = LADDER.stages
    assert [LADDER.name(stage) for stage in stages] == ["off", "canary (1 %)", "10 %", "50 %", "100 %"]
    assert [LADDER.after(stage) for stage in stages] == [*stages[1:], None]
    assert [LADDER.before(stage) for stage in stages] == [None, *stages[:-1]]
    # A share that someone wrote by hand goes to the nearest stage on that way.
    assert LADDER.after(Stage(30)) == Stage(50)
    assert LADDER.before(Stage(30)) == Stage(10)
