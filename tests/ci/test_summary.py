"""What GitHub is told of a run says the same as the gate's document, and obeys nothing that stands in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import CliRunner

from ci.summary import main, markdown, workflow_commands

GOLDEN: Final = Path(__file__).parents[1] / "golden" / "gate.json"


@pytest.fixture
def document() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(GOLDEN.read_text(encoding="utf-8"))
    return loaded


def test_every_benchmark_has_its_row_and_what_fails_comes_first(document: dict[str, Any]) -> None:
    rows = [line for line in markdown(document).splitlines() if line.startswith("|")][2:]
    verdicts = [row.split("|")[1].strip(" *") for row in rows]
    assert verdicts == ["regressed", "invalid", "inconclusive", "pass", "improved"]
    assert "+19.8 % [+18.6, +21.2]" in rows[0]


def test_foreign_text_is_shown_and_never_interpreted(document: dict[str, Any]) -> None:
    document["candidate"]["subject"] = "</td><img src=x> @everyone | `x` [a](http://b) <!-- \n::error::x"
    document["benchmarks"][0]["reasons"] = ["50 % of it\n::set-output name=x::y"]
    shown = markdown(document)
    assert not any(letter in shown for letter in "<@")
    assert "\n::" not in shown
    assert "[a](" not in shown
    commands = workflow_commands(document)
    assert all(
        "\n" not in command and command.startswith(("::error title=", "::warning title=")) for command in commands
    )
    assert any("50 %25 of it%0A::set-output name=x::y" in command for command in commands)


def test_only_what_fails_the_build_is_an_annotation(document: dict[str, Any]) -> None:
    counting = [item for item in document["benchmarks"] if item["counts"]]
    failing = [item for item in counting if item["verdict"] in {"regressed", "invalid", "inconclusive"}]
    assert len(workflow_commands(document)) == len(failing) > 0
    assert workflow_commands(document)[0].startswith("::error title=regressed%3A book.Cancel.latency_cancel('deep')::")
    for item in failing:
        item["waiver"] = {"reason": "accepted"}
    assert all(line.startswith("::warning") for line in workflow_commands(document))


def test_the_summary_goes_where_github_says(tmp_path: Path, document: dict[str, Any]) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    finished = CliRunner().invoke(main, [str(GOLDEN)], env={"GITHUB_STEP_SUMMARY": str(summary)})
    assert finished.exit_code == 0, finished.output
    assert summary.read_text() == "before\n" + markdown(document)
    assert finished.output.splitlines() == workflow_commands(document)
    finished = CliRunner().invoke(main, [str(GOLDEN)], env={"GITHUB_STEP_SUMMARY": ""})
    assert finished.output.startswith(markdown(document))


def test_a_gate_without_a_report_is_said_so(tmp_path: Path) -> None:
    finished = CliRunner().invoke(main, [str(tmp_path / "missing.json")])
    assert finished.exit_code == 0
    assert "the gate ended without a report" in finished.output
    (tmp_path / "other.json").write_text("{}")
    assert CliRunner().invoke(main, [str(tmp_path / "other.json")]).exit_code == 1
