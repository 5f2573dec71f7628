"""Where each page of the site is: names that no benchmark, machine or run can bend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tailgate.report.site.names import slug

if TYPE_CHECKING:
    from tailgate.records import BenchmarkId, Verdict
    from tailgate.report.site.content import Drawing, RunStory


def page_of(benchmark: BenchmarkId, machine: str) -> str:
    """Return where the page of a series is."""
    return f"b/{slug(benchmark.label, machine)}.html"


def run_file(run_id: str) -> str:
    """Return where the page of a run is."""
    return f"runs/{slug(run_id)}.html"


def verdict_file(run: RunStory, verdict: Verdict) -> str:
    """Return where the page of a verdict is."""
    return f"runs/{slug(verdict.benchmark.label, run.run_id)}.html"


def drawing_file(run: RunStory, drawing: Drawing) -> str:
    """Return where the picture of two profiles is."""
    return f"runs/{slug(drawing.tool.value, drawing.benchmark.label, run.run_id)}.svg"
