"""Bencher Metric Format, held to the schema that Bencher publishes and to its limits of names."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

import pytest
from jsonschema import Draft7Validator

from tailgate.errors import NothingMeasuredError
from tailgate.report.exports.bencher import LONGEST_NAME, render

if TYPE_CHECKING:
    from tailgate.report import ExportedRun

# As https://bencher.dev/docs/reference/bencher-metric-format states it.
SCHEMA: Final = {
    "$schema": "http://json-schema.org/draft-07/schema",
    "type": "object",
    "patternProperties": {
        ".+": {
            "type": "object",
            "patternProperties": {
                ".+": {
                    "type": "object",
                    "required": ["value"],
                    "properties": {name: {"type": "number"} for name in ("value", "lower_value", "upper_value")},
                }
            },
        }
    },
}


def document(run: ExportedRun) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(render(run))
    Draft7Validator(SCHEMA).validate(found)
    return found


def test_each_benchmark_has_the_quantiles_of_both_legs_and_bounds_of_the_p99(run: ExportedRun) -> None:
    found = document(run)
    measures = found["book.Cancel.latency_cancel('deep')"]
    names = ("p50", "p90", "p99", "p99-9", "max")
    assert sorted(measures) == sorted(f"{leg}-{name}" for leg in ("intrinsic", "raw") for name in names)
    p99 = measures["intrinsic-p99"]
    assert p99["lower_value"] == pytest.approx(p99["value"] * 1.186 / 1.198)
    assert p99["upper_value"] == pytest.approx(p99["value"] * 1.212 / 1.198)
    assert [name for name, measure in measures.items() if len(measure) > 1] == ["intrinsic-p99", "raw-p99"]
    assert len(found) == 4


def test_measures_are_slugs_and_names_are_short_and_told_apart(hostile: ExportedRun) -> None:
    found = document(hostile)
    assert len(found) == sum(item.comparison is not None for item in hostile.result.verdicts)
    assert all(0 < len(name) <= LONGEST_NAME for name in found)
    assert all(re.fullmatch(r"[a-z0-9-]{1,64}", slug) for measures in found.values() for slug in measures)


def test_a_run_without_figures_is_no_empty_document(unmeasured: ExportedRun) -> None:
    with pytest.raises(NothingMeasuredError, match="has figures"):
        render(unmeasured)
