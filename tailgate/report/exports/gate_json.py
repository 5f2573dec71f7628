"""``json``: the document ``tailgate.gate/1``; its schema is published in docs/schemas/."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tailgate.report.exports.run import TextFormat
from tailgate.report.json_document import to_json_document, to_text

if TYPE_CHECKING:
    from tailgate.report.exports.run import ExportedRun


def render(run: ExportedRun) -> str:
    """Return the document that ``tailgate gate --json`` writes."""
    return to_text(to_json_document(run.result))


FORMAT: Final = TextFormat("json", "programs: everything of the run, tailgate.gate/1", render)
