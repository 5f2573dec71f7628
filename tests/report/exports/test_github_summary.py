"""The step's summary is the Markdown of the run, within what GitHub takes."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from tailgate.records import BenchmarkId
from tailgate.report.exports import markdown
from tailgate.report.exports.github_summary import STEP_LIMIT, render

if TYPE_CHECKING:
    from tailgate.report import ExportedRun


def test_it_is_the_markdown_of_the_run(run: ExportedRun) -> None:
    assert render(run) == markdown.FORMAT.render(run)


def test_it_never_exceeds_what_github_takes(run: ExportedRun) -> None:
    model = run.result.verdicts[0]
    verdicts = tuple(
        dataclasses.replace(model, benchmark=BenchmarkId(f"book.{number}", ("é" * 150,))) for number in range(4_000)
    )
    text = render(dataclasses.replace(run, result=dataclasses.replace(run.result, verdicts=verdicts)))
    assert STEP_LIMIT - 3_000 < len(text.encode()) <= STEP_LIMIT
    assert "more benchmarks are left out" in text
