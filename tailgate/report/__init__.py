"""Shows what the gate found. In: a ``GateResult`` and the events of a run; out: text, JSON, progress."""

from __future__ import annotations

from tailgate.report.json_document import SCHEMA, to_json_document, write_json
from tailgate.report.progress import Progress, open_progress
from tailgate.report.summary import summary_line
from tailgate.report.text import open_console, print_gate

__all__ = [
    "SCHEMA",
    "Progress",
    "open_console",
    "open_progress",
    "print_gate",
    "summary_line",
    "to_json_document",
    "write_json",
]
