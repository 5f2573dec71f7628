"""Shows what was found. In: a ``GateResult`` or a ``FlagStudy``, and the events of a run; out: text, JSON, progress."""

from __future__ import annotations

from tailgate.report.action import log_entry, merge_request, print_rollback, print_rollout
from tailgate.report.bisection import print_bisection
from tailgate.report.explanation import print_explanation
from tailgate.report.exports import FORMATS as EXPORT_FORMATS
from tailgate.report.exports import Distribution, ExportedRun, FolderFormat, TextFormat
from tailgate.report.flags_json import FLAGS_SCHEMA, to_flags_document, write_flags_json
from tailgate.report.flags_text import print_flags, print_switches
from tailgate.report.flame_graph import FoldedProfile, difference_svg
from tailgate.report.history import print_history
from tailgate.report.import_text import print_import
from tailgate.report.json_document import SCHEMA, to_json_document, write_json
from tailgate.report.json_reading import from_json_document, read_json
from tailgate.report.log_index import INDEX, log_index
from tailgate.report.night_markdown import NightFacts, night_headline, night_markdown
from tailgate.report.pictures import NO_MATPLOTLIB, can_draw, ratio_forest, series_picture
from tailgate.report.profiles_text import print_profiles
from tailgate.report.progress import Progress, open_progress
from tailgate.report.regression_entry import entry_name, regression_entry
from tailgate.report.runs import print_lines, print_runs
from tailgate.report.summary import summary_line
from tailgate.report.text import open_console, print_gate
from tailgate.report.writing import write_bytes, write_folder, write_text

__all__ = [
    "EXPORT_FORMATS",
    "FLAGS_SCHEMA",
    "INDEX",
    "NO_MATPLOTLIB",
    "SCHEMA",
    "Distribution",
    "ExportedRun",
    "FoldedProfile",
    "FolderFormat",
    "NightFacts",
    "Progress",
    "TextFormat",
    "can_draw",
    "difference_svg",
    "entry_name",
    "from_json_document",
    "log_entry",
    "log_index",
    "merge_request",
    "night_headline",
    "night_markdown",
    "open_console",
    "open_progress",
    "print_bisection",
    "print_explanation",
    "print_flags",
    "print_gate",
    "print_history",
    "print_import",
    "print_lines",
    "print_profiles",
    "print_rollback",
    "print_rollout",
    "print_runs",
    "print_switches",
    "ratio_forest",
    "read_json",
    "regression_entry",
    "series_picture",
    "summary_line",
    "to_flags_document",
    "to_json_document",
    "write_bytes",
    "write_flags_json",
    "write_folder",
    "write_json",
    "write_text",
]
