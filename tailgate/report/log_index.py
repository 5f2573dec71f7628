"""The index of the committed log: one row an entry, newest first, made of the entries alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from tailgate.report.markdown_text import cell

if TYPE_CHECKING:
    from collections.abc import Mapping

INDEX: Final = "README.md"
_HEAD: Final = """\
# Log of regressions

One entry for each regression, with what was done about it. `tailgate log` writes the entries of a run and this index;
entries of actions come with the action's branch. Neither is ever deleted by it.
"""
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_TITLE: Final = re.compile(r"^# (.+)$", re.MULTILINE)
_OUTCOME: Final = re.compile(r"^- outcome: \*\*(.+?)\*\*", re.MULTILINE)


def log_index(entries: Mapping[str, str]) -> str:
    """Return the index.

    Parameters
    ----------
    entries
        Texts of all entries by the names of their files.
    """
    if not entries:
        return f"{_HEAD}\nThere is none yet.\n"
    rows = [_row(name, entries[name]) for name in sorted(entries, key=lambda name: (_day(name), name), reverse=True)]
    return "\n".join([_HEAD, "| day | regression or action | outcome |", "|---|---|---|", *rows]) + "\n"


def _row(name: str, text: str) -> str:
    title, outcome = _TITLE.search(text), _OUTCOME.search(text)
    shown = title.group(1).strip() if title else "no title"
    # A link around the day: a title may hold brackets, and a code span of its own.
    link = f"[{_day(name) or 'undated'}]({quote(name)})"
    return f"| {link} | {cell(shown)} | {cell(outcome.group(1)) if outcome else ''} |"


def _day(name: str) -> str:
    found = _DAY.match(name)
    return found.group() if found else ""
