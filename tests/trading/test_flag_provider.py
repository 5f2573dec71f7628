from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import ErrorCode

from trading.flag_file import read_flag_file
from trading.flag_provider import FlagFileProvider

if TYPE_CHECKING:
    from pathlib import Path

    from trading.flag_file import FlagFile

CONTEXT = EvaluationContext(targeting_key="SYNTH")


def file(path: Path, **targeting_or_default: object) -> FlagFile:
    flags = {}
    for name, value in targeting_or_default.items():
        flags[name] = {"state": "ENABLED", "variants": {"on": True, "off": False}, "defaultVariant": "off"} | (
            {"defaultVariant": value} if isinstance(value, str) else {"targeting": value}
        )
    path.write_text(json.dumps({"flags": flags}), encoding="utf-8")
    return read_flag_file(path, targeting_or_default)


def test_the_first_file_that_declares_a_flag_answers(tmp_path: Path) -> None:
    provider = FlagFileProvider()
    provider.load([file(tmp_path / "overlay", one="on"), file(tmp_path / "deployed", one="off", two="on")])
    assert provider.resolve_boolean_details("one", default_value=False).value is True
    assert provider.resolve_boolean_details("two", default_value=False).value is True


def test_loading_again_forgets(tmp_path: Path) -> None:
    provider = FlagFileProvider()
    provider.load([file(tmp_path / "flags", one="on")])
    provider.load([])
    assert provider.resolve_boolean_details("one", default_value=False).error_code is ErrorCode.FLAG_NOT_FOUND


@pytest.mark.parametrize("rule", [{"no_such_operator": [1]}, {"-": [{"var": "targetingKey"}, 1]}, {"cat": ["x", "y"]}])
def test_a_rule_that_fails_is_an_error_and_not_a_default(tmp_path: Path, rule: object) -> None:
    provider = FlagFileProvider()
    provider.load([file(tmp_path / "flags", one=rule)])
    details = provider.resolve_boolean_details("one", default_value=False, evaluation_context=CONTEXT)
    assert details.error_code is not None
    assert details.error_message


def test_only_boolean_flags_are_answered() -> None:
    provider = FlagFileProvider()
    assert provider.get_metadata().name == "flag-file"
    for resolve in (
        provider.resolve_string_details,
        provider.resolve_integer_details,
        provider.resolve_float_details,
        provider.resolve_object_details,
    ):
        with pytest.raises(NotImplementedError):
            resolve("one", None)
