"""A run for other programs: one module a format, each with a ``FORMAT`` that says what it is and renders a run.

In: an :class:`~tailgate.report.exports.run.ExportedRun`. Out: a text, or a folder of files.
"""

from __future__ import annotations

from typing import Final

from tailgate.report.exports import (
    bencher,
    gate_json,
    github_action_benchmark,
    github_annotations,
    github_summary,
    hgrm,
    junit,
    markdown,
    openmetrics,
)
from tailgate.report.exports.run import Distribution, ExportedRun, FolderFormat, TextFormat

FORMATS: Final[dict[str, TextFormat | FolderFormat]] = {
    module.FORMAT.name: module.FORMAT
    for module in (
        gate_json,
        junit,
        markdown,
        github_summary,
        github_annotations,
        github_action_benchmark,
        bencher,
        openmetrics,
        hgrm,
    )
}
"""Every format by its name."""

__all__ = ["FORMATS", "Distribution", "ExportedRun", "FolderFormat", "TextFormat"]
