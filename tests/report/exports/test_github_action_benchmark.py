"""The list for github-action-benchmark has the fields that its README names, with names that stay apart."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest
from jsonschema import Draft202012Validator

from tailgate.errors import NothingMeasuredError
from tailgate.report.exports.github_action_benchmark import render

if TYPE_CHECKING:
    from tailgate.report import ExportedRun

# The action publishes no schema: these are the fields of its README, and the types that its reader demands.
FIELDS: Final = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "required": ["name", "unit", "value"],
        "additionalProperties": False,
        "properties": {
            "name": {"type": "string", "minLength": 1},
            "unit": {"type": "string", "minLength": 1},
            "value": {"type": "number"},
            "range": {"type": "string"},
            "extra": {"type": "string"},
        },
    },
}


def entries(run: ExportedRun) -> list[dict[str, Any]]:
    document: list[dict[str, Any]] = json.loads(render(run))
    Draft202012Validator(FIELDS).validate(document)
    return document


def test_both_legs_of_the_candidate_are_entries_in_nanoseconds(run: ExportedRun) -> None:
    first, second, *_ = entries(run)
    comparison = run.result.verdicts[0].comparison
    assert comparison is not None
    assert first["name"] == "intrinsic p99: book.Cancel.latency_cancel('deep')"
    assert second["name"] == "raw p99: book.Cancel.latency_cancel('deep')"
    assert (first["value"], first["unit"]) == (comparison.candidate.intrinsic.p99_ns, "ns")
    # The interval 1.186 to 1.212 around the ratio 1.198.
    assert first["range"] == f"± {comparison.candidate.intrinsic.p99_ns * 0.026 / 2 / 1.198:.4g}"
    assert "verdict: regressed\nbaseline: 293 ns\nchange: +19.8 %" in first["extra"]


def test_entries_are_told_apart_whatever_their_names_are(hostile: ExportedRun) -> None:
    found = entries(hostile)
    assert len({entry["name"] for entry in found}) == len(found)
    assert max(len(entry["name"]) for entry in found) <= 300


def test_a_run_without_figures_is_no_empty_list(unmeasured: ExportedRun) -> None:
    with pytest.raises(NothingMeasuredError, match=r"no benchmark of the run run-1 has figures .*mend"):
        render(unmeasured)
