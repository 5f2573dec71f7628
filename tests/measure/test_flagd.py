from __future__ import annotations

import json

import pytest

from tailgate.errors import ConfigurationError
from tailgate.measure import read_flag_file


def text(**flags: object) -> str:
    return json.dumps({"$schema": "x", "flags": flags})


def flag(default: str = "off", state: str = "ENABLED") -> dict[str, object]:
    return {"state": state, "variants": {"on": True, "off": False}, "defaultVariant": default}


def test_the_flags_come_in_the_files_order_with_what_is_deployed() -> None:
    file = read_flag_file(text(late=flag("on"), early=flag(), off=flag("on", state="DISABLED")), "flags.json")
    assert file.names == ("late", "early", "off")
    assert file.deployed == ("late",)


def test_an_overlay_names_every_flag_whatever_is_deployed() -> None:
    file = read_flag_file(text(one=flag("on"), two=flag(), three=flag()), "flags.json")
    overlay = json.loads(file.overlay(["two"]))["flags"]
    assert {name: item["defaultVariant"] for name, item in overlay.items()} == {
        "one": "off",
        "two": "on",
        "three": "off",
    }
    assert all(item["state"] == "ENABLED" and "targeting" not in item for item in overlay.values())
    assert read_flag_file(file.overlay(["two"]), "overlay").deployed == ("two",)


def test_variants_keep_the_names_that_the_subject_gave_them() -> None:
    file = read_flag_file(text(one={"variants": {"fast": True, "plain": False}, "defaultVariant": "fast"}), "f")
    assert file.deployed == ("one",)
    assert json.loads(file.overlay([]))["flags"]["one"]["defaultVariant"] == "plain"


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ("{", "flags.json is not JSON"),
        ("[]", "no flagd file"),
        ('{"flags": []}', "no flagd file"),
        (text(a={"variants": {"x": 1, "y": 2}}), "flag a: "),
        (text(a={"variants": {"x": True}}), "flag a: "),
        (text(a={"variants": {"x": True, "y": True}}), "flag a: "),
        (text(a=7), "flag a: "),
    ],
)
def test_what_is_no_flag_file_is_misuse(broken: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        read_flag_file(broken, "flags.json")


def test_every_broken_flag_is_named_at_once() -> None:
    with pytest.raises(ConfigurationError) as error:
        read_flag_file(text(a=1, fine=flag(), b={"variants": {}}), "flags.json")
    assert [line.split(":")[0].strip() for line in str(error.value).splitlines()] == ["flags.json", "flag a", "flag b"]
