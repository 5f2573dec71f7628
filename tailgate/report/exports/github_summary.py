"""``github-summary``: the same Markdown for the file that ``GITHUB_STEP_SUMMARY`` names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tailgate.report.exports.markdown import to_markdown
from tailgate.report.exports.run import TextFormat

if TYPE_CHECKING:
    from tailgate.report.exports.run import ExportedRun

STEP_LIMIT: Final = 1_048_576
"""Bytes that GitHub shows of one step; of a longer summary it shows nothing."""


def render(run: ExportedRun) -> str:
    """Return the summary, at most ``STEP_LIMIT`` bytes."""
    return to_markdown(run, STEP_LIMIT)


FORMAT: Final = TextFormat("github-summary", "the summary of a step of GitHub Actions, at most 1 MiB", render)
