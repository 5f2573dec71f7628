from __future__ import annotations

import json

import pytest

from tailgate.config import FlagPolicy
from tailgate.errors import ConfigurationError
from tailgate.measure import FlagFile, read_flag_file
from tailgate.switches import DEPLOYED, choose_switches

TOUCHES = {
    "core": FlagPolicy(benchmarks="."),
    "fast": FlagPolicy(benchmarks="^book", requires=("core",)),
    "faster": FlagPolicy(benchmarks="^book", requires=("fast", "core")),
}


def file(*names: str, deployed: tuple[str, ...] = ()) -> FlagFile:
    flags = {
        name: {"variants": {"on": True, "off": False}, "defaultVariant": "on" if name in deployed else "off"}
        for name in names
    }
    return read_flag_file(json.dumps({"flags": flags}), "flags.json")


ALL = file("core", "fast", "faster", deployed=("core", "fast"))


def test_without_names_every_flag_of_the_policy_is_measured() -> None:
    switches = choose_switches((), TOUCHES, ALL, with_deployed=False)
    assert [switch.name for switch in switches] == ["core", "fast", "faster"]
    assert [switch.flags for switch in switches] == [("core",), ("fast",), ("faster",)]


def test_what_is_required_is_on_on_both_sides_down_to_the_last() -> None:
    (switch,) = choose_switches(("faster", "faster"), TOUCHES, ALL, with_deployed=False)
    assert switch.requires == ("fast", "core")
    assert switch.benchmarks == "^book"


def test_flags_that_require_each_other_do_not_hang_and_none_requires_itself() -> None:
    circle = {"a": FlagPolicy(benchmarks="", requires=("b",)), "b": FlagPolicy(benchmarks="", requires=("a",))}
    switches = choose_switches((), circle, file("a", "b"), with_deployed=False)
    assert [switch.requires for switch in switches] == [("b",), ("a",)]


def test_the_deployed_state_is_one_switch_of_its_own() -> None:
    *_, last = choose_switches(("core",), TOUCHES, ALL, with_deployed=True)
    assert (last.name, last.flags, last.requires) == (DEPLOYED, ("core", "fast"), ())
    assert last.benchmarks == "(?:.)|(?:^book)"
    switches = choose_switches(("core",), TOUCHES, file("core", "fast", "faster"), with_deployed=True)
    assert [switch.name for switch in switches] == ["core"]


def test_every_problem_is_named_at_once() -> None:
    with pytest.raises(ConfigurationError) as error:
        choose_switches(("wrong", "faster", "fast"), TOUCHES, file("core", "faster"), with_deployed=False)
    message = str(error.value)
    assert "wrong: the policy file does not say which benchmarks it touches" in message
    assert "fast: the commit's flag file does not have it" in message
    assert "faster requires fast, which the commit's flag file does not have" in message


def test_nothing_to_measure_is_misuse_with_the_mend() -> None:
    with pytest.raises(ConfigurationError, match=r"\[flags\.touches\] NAME"):
        choose_switches((), {}, ALL, with_deployed=False)
