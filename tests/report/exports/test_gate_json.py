"""The JSON export is the gate's document, and its published schema says neither more nor less than the code."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from jsonschema import Draft202012Validator, FormatChecker, ValidationError

from tailgate.records import Waiver
from tailgate.report import SCHEMA, to_json_document
from tailgate.report.exports.gate_json import render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tailgate.records import GateResult
    from tailgate.report import ExportedRun

PUBLISHED: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parents[3] / "docs" / "schemas" / "tailgate.gate.1.json").read_text(encoding="utf-8")
)


def strict(schema: Any) -> Any:
    """Return the schema without room for fields that it does not name."""
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {"additionalProperties": False} if "properties" in schema and "type" in schema else {}
    return {key: strict(value) for key, value in schema.items()} | closed


def validate(document: Any, schema: Any = PUBLISHED) -> None:
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(document)


@pytest.fixture
def complete(result: GateResult) -> GateResult:
    """Make a run in which every field that may be null is something."""
    waiver = Waiver(result.verdicts[0].benchmark.label, "worth it", "Ada", 0.3, date(2026, 12, 31))
    return dataclasses.replace(
        result, verdicts=(dataclasses.replace(result.verdicts[0], waiver=waiver), *result.verdicts[1:])
    )


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(PUBLISHED)
    assert PUBLISHED["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert PUBLISHED["title"] == PUBLISHED["properties"]["schema"]["const"] == SCHEMA


def test_the_export_is_a_valid_document(run: ExportedRun, hostile: ExportedRun, unmeasured: ExportedRun) -> None:
    for each in (run, hostile, unmeasured):
        document = json.loads(render(each))
        assert document == to_json_document(each.result)
        validate(document)


def test_the_code_writes_no_field_that_the_schema_does_not_name(complete: GateResult) -> None:
    document = to_json_document(complete)
    validate(document, strict(PUBLISHED))
    document["benchmarks"][0]["evidence"]["baseline"]["more"] = 1
    validate(document)  # a later document of this version may
    with pytest.raises(ValidationError, match="more"):
        validate(document, strict(PUBLISHED))


def test_the_schema_names_no_field_that_the_code_does_not_write(complete: GateResult) -> None:
    document = to_json_document(complete)
    found = {path for path, _ in fields(document)}
    named = set(named_fields(PUBLISHED))
    assert named == found


def test_every_field_is_required(complete: GateResult) -> None:
    whole = to_json_document(complete)
    for path, _ in list(fields(whole)):
        document = json.loads(json.dumps(whole))
        *above, last = path
        for place in places(document, above):
            place.pop(last, None)
        with pytest.raises(ValidationError, match=r"required property|under any of"):
            validate(document)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema",), "tailgate.gate/2"),
        (("exit_code",), 7),
        (("exit_code",), True),
        (("started_at",), "yesterday"),
        (("baseline", "commit"), "HEAD"),
        (("benchmarks", "verdict"), "fine"),
        (("benchmarks", "elapsed_s"), "1.5"),
        (("fingerprint", "cpu_count"), 0),
        (("benchmarks", "parameters"), "x"),
    ],
)
def test_a_wrong_value_is_refused(complete: GateResult, path: tuple[str, ...], value: object) -> None:
    document = to_json_document(complete)
    *above, last = path
    places(document, above)[0][last] = value
    with pytest.raises(ValidationError):
        validate(document)


def fields(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every field's path; entries of lists count as one."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*path, key), inner
            yield from fields(inner, (*path, key))
    elif isinstance(value, list):
        for inner in value:
            yield from fields(inner, path)


def named_fields(schema: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if "$ref" in schema:
        yield from named_fields(PUBLISHED["$defs"][schema["$ref"].rpartition("/")[2]], path)
    for other in schema.get("anyOf", []):
        yield from named_fields(other, path)
    if "items" in schema:
        yield from named_fields(schema["items"], path)
    for key, inner in schema.get("properties", {}).items():
        yield (*path, key)
        yield from named_fields(inner, (*path, key))


def places(document: Any, path: list[str]) -> list[Any]:
    """Return every object at a path."""
    found = [document]
    for key in path:
        found = [item[key] for item in found if item.get(key) is not None]
        found = [inner for item in found for inner in (item if isinstance(item, list) else [item])]
    return found
