from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from trading.flag_file import read_flag_file

if TYPE_CHECKING:
    from pathlib import Path

    from trading.flag_file import FlagFile

OFF = {"state": "ENABLED", "variants": {"on": True, "off": False}, "defaultVariant": "off"}


def read(folder: Path, content: object) -> FlagFile:
    path = folder / "flags.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return read_flag_file(path, {"one", "two"})


def with_one(**changes: Any) -> dict[str, Any]:
    return {"flags": {"one": OFF | changes}}


def test_a_sound_file_has_no_problems(tmp_path: Path) -> None:
    file = read(tmp_path, {"$schema": "x", "metadata": {}, "flags": {"one": OFF, "two": OFF | {"metadata": {"a": 1}}}})
    assert file.problems == ()
    assert file.is_readable
    assert file.declared == file.sound == {"one", "two"}
    assert file.rollouts == set()


def test_a_targeting_rule_makes_a_rollout(tmp_path: Path) -> None:
    file = read(tmp_path, with_one(targeting={"fractional": [["on", 10], ["off", 90]]}))
    assert file.problems == ()
    assert file.rollouts == {"one"}


def test_a_missing_file_is_one_problem(tmp_path: Path) -> None:
    file = read_flag_file(tmp_path / "none.json", {"one"})
    assert not file.is_readable
    assert file.problems == (
        f"{tmp_path / 'none.json'}: cannot be read (No such file or directory); give the path of a flag file",
    )


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        ('{"flags": {', "line 1, column 12 is not JSON"),
        ("", "line 1, column 1 is not JSON"),
        ('{"flags": {"one": 1, "one": 2}}', 'the key "one" stands twice'),
        ("[" * 100_000, "not usable JSON"),
        ("[]", 'has no object "flags"'),
        ('{"flags": []}', 'has no object "flags"'),
        ("{}", 'has no object "flags"'),
    ],
)
def test_what_is_no_flag_file_is_one_problem(tmp_path: Path, content: str, cause: str) -> None:
    file = read(tmp_path, content)
    assert not file.is_readable
    assert len(file.problems) == 1
    assert cause in file.problems[0]
    assert str(tmp_path) in file.problems[0]


def test_bytes_that_are_not_utf8_are_located(tmp_path: Path) -> None:
    path = tmp_path / "flags.json"
    path.write_bytes(b'{"\xff')
    assert read_flag_file(path, ()).problems == (f"{path}: byte 2 is not UTF-8; save the file as UTF-8",)


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        ({"flags": {}, "flag": {}}, 'unknown key "flag"'),
        ({"flags": {"three": OFF}}, 'unknown flag "three"'),
        ({"flags": {"one": "on"}}, 'flag "one" is "on"; write an object'),
        (with_one(extra=1), 'flag "one" has an unknown key "extra"'),
        (with_one(state="DISABLED"), 'flag "one" has a "state" other than "ENABLED"'),
        (with_one(variants={"on": False, "off": True}), 'flag "one" has "variants" other than'),
        (with_one(variants={"on": 1, "off": 0}), 'flag "one" has "variants" other than'),
        (with_one(variants={"on": True, "off": False, "x": True}), 'flag "one" has "variants" other than'),
        (with_one(variants=None), 'flag "one" has "variants" other than'),
        (with_one(defaultVariant="of"), 'flag "one" has "defaultVariant" "of"'),
        (with_one(defaultVariant=None), 'flag "one" has "defaultVariant" null'),
        (with_one(defaultVariant=[]), 'flag "one" has "defaultVariant" []'),
        (with_one(targeting=[]), 'flag "one" has a "targeting" that is not an object'),
        (with_one(targeting={"fractional": []}), 'has a "fractional" rule other than'),
        (with_one(targeting={"fractional": {}}), 'has a "fractional" rule other than'),
        (with_one(targeting={"fractional": [["on", "10"], ["off", 90]]}), 'has a "fractional" rule other than'),
        (with_one(targeting={"fractional": [["yes", 10]]}), 'has a "fractional" rule other than'),
        (with_one(targeting={"if": [True, {"fractional": [["on", -1]]}]}), 'has a "fractional" rule other than'),
    ],
)
def test_a_fault_is_named_with_its_flag(tmp_path: Path, content: object, cause: str) -> None:
    file = read(tmp_path, content)
    assert len(file.problems) == 1
    assert cause in file.problems[0]
    assert file.sound == set()


def test_a_faulty_flag_leaves_the_others_sound(tmp_path: Path) -> None:
    file = read(tmp_path, {"flags": {"one": OFF | {"state": "ON"}, "two": OFF}})
    assert file.declared == {"one", "two"}
    assert file.sound == {"two"}


def test_a_rule_may_hash_something_other_than_the_symbol(tmp_path: Path) -> None:
    rule = {"fractional": [{"cat": ["salt", {"var": "targetingKey"}]}, ["on", 10], ["off", 90]]}
    assert read(tmp_path, with_one(targeting=rule)).problems == ()
