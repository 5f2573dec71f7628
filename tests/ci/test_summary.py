"""GitHub is told of a run by the two exports for it, each where GitHub reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from click.testing import CliRunner

from ci.summary import main
from tailgate.pipeline import exported_document
from tailgate.report.exports import github_annotations, github_summary

GOLDEN: Final = Path(__file__).parents[1] / "golden" / "gate.json"


def test_the_summary_goes_where_github_says_and_annotations_to_stdout(tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    run = exported_document(GOLDEN)
    finished = CliRunner().invoke(main, [str(GOLDEN)], env={"GITHUB_STEP_SUMMARY": str(summary)})
    assert finished.exit_code == 0, finished.output
    assert summary.read_text(encoding="utf-8") == "before\n" + github_summary.render(run)
    assert finished.output == github_annotations.render(run)
    assert "::error title=regressed%3A book.Cancel.latency_cancel('deep')::" in finished.output
    finished = CliRunner().invoke(main, [str(GOLDEN)], env={"GITHUB_STEP_SUMMARY": ""})
    assert finished.output == github_summary.render(run) + github_annotations.render(run)


def test_a_gate_without_a_report_is_said_so(tmp_path: Path) -> None:
    finished = CliRunner().invoke(main, [str(tmp_path / "missing.json")])
    assert finished.exit_code == 0
    assert "the gate ended without a report" in finished.output


def test_a_file_that_is_no_report_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text("{}")
    finished = CliRunner().invoke(main, [str(tmp_path / "other.json")])
    assert finished.exit_code == 1
    assert "is no tailgate.gate/1 document" in finished.output
