"""What was written is read back whole; what is no report of the gate is refused with its reason."""

from __future__ import annotations

import dataclasses
import json
import math
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from tailgate.errors import ConfigurationError
from tailgate.records import Waiver
from tailgate.report import from_json_document, read_json, to_json_document, write_json

if TYPE_CHECKING:
    from pathlib import Path

    from tailgate.records import GateResult


def test_what_was_written_is_read_back(result: GateResult, tmp_path: Path) -> None:
    waiver = Waiver(result.verdicts[0].benchmark.label, "worth it", "Ada", 0.3, date(2026, 12, 31))
    verdicts = (dataclasses.replace(result.verdicts[0], waiver=waiver), *result.verdicts[1:])
    whole = dataclasses.replace(result, verdicts=verdicts)
    write_json(whole, tmp_path / "gate.json")
    found = read_json(tmp_path / "gate.json")
    # NaN differs from itself, so the documents are compared, and the rest of the records.
    assert to_json_document(found) == to_json_document(whole)
    assert dataclasses.replace(found, verdicts=()) == dataclasses.replace(whole, verdicts=())
    assert found.verdicts[-1] == whole.verdicts[-1]
    assert found.verdicts[0].waiver == waiver
    assert found.verdicts[0].comparison is not None
    assert math.isnan(found.verdicts[0].comparison.intrinsic.log_ratios[1])


def test_fields_of_a_later_version_are_passed_over(result: GateResult) -> None:
    document = to_json_document(result)
    document["later"] = document["benchmarks"][0]["later"] = 1
    assert from_json_document(document).run_id == "run-1"


def test_a_run_without_a_fingerprint_has_none(result: GateResult) -> None:
    document = to_json_document(dataclasses.replace(result, fingerprint=None))
    assert from_json_document(document).fingerprint is None


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "3", "null", "{}", '{"schema": "tailgate.gate/2"}', '{"schema": "tailgate.gate/1"}', "[" * 100_000],
)
def test_what_is_no_report_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "other.json").write_text(text)
    with pytest.raises(ConfigurationError, match=r"is no tailgate.gate/1 document .*mend"):
        read_json(tmp_path / "other.json")


@pytest.mark.parametrize(
    ("key", "value"),
    [("run_id", 3), ("started_at", "soon"), ("baseline", None), ("benchmarks", 3), ("exit_code", "x"), ("summary", [])],
)
def test_a_field_of_the_wrong_kind_is_refused(result: GateResult, tmp_path: Path, key: str, value: Any) -> None:
    (tmp_path / "gate.json").write_text(json.dumps(to_json_document(result) | {key: value}))
    with pytest.raises(ConfigurationError, match="is no"):
        read_json(tmp_path / "gate.json")


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.json", tmp_path):
        with pytest.raises(ConfigurationError, match=r"cannot be read .*mend"):
            read_json(path)
