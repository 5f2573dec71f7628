"""``github-annotations``: workflow commands for stdout of a step, an annotation for each benchmark that fails.

Foreign text is escaped as GitHub's own toolkit does: a line that a commit smuggles in is shown and never obeyed.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from tailgate.records import VerdictKind
from tailgate.report.exports.order import worst_first
from tailgate.report.exports.run import TextFormat
from tailgate.report.plain_text import one_line

if TYPE_CHECKING:
    from tailgate.records import Verdict
    from tailgate.report.exports.run import ExportedRun

MOST_OF_A_LEVEL: Final = 10
"""Annotations of one level that GitHub shows of a step; it drops the rest without a word."""


def render(run: ExportedRun) -> str:
    """Return an error for what fails the build, a warning for what is unknown or waived; nothing for the rest."""
    told = [verdict for verdict in worst_first(run) if verdict.counts and verdict.kind in _TOLD]
    told.sort(key=_level)  # stable: the worst of a level stays first
    lines = []
    for level, group in groupby(told, key=_level):
        verdicts = list(group)
        shown = verdicts if len(verdicts) <= MOST_OF_A_LEVEL else verdicts[: MOST_OF_A_LEVEL - 1]
        lines += [_command(level, verdict) for verdict in shown]
        if len(shown) < len(verdicts):
            lines.append(f"::{level} title=gate::{len(verdicts) - len(shown)} more; the step's summary has them all")
    return "".join(f"{line}\n" for line in lines)


_TOLD: Final = frozenset({VerdictKind.REGRESSED, VerdictKind.INVALID, VerdictKind.INCONCLUSIVE})


def _level(verdict: Verdict) -> str:
    return "warning" if verdict.kind is VerdictKind.INCONCLUSIVE or verdict.waiver is not None else "error"


def _command(level: str, verdict: Verdict) -> str:
    title = f"{verdict.kind.value}: {one_line(verdict.benchmark.label)}"
    reason = one_line(verdict.reasons[0]) if verdict.reasons else "no reason given"
    return f"::{level} title={escaped_property(title)}::{escaped_data(reason)}"


def escaped_data(text: str) -> str:
    """Return text as the message of a command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escaped_property(text: str) -> str:
    """Return text as the value of one of a command's properties."""
    return escaped_data(text).replace(":", "%3A").replace(",", "%2C")


FORMAT: Final = TextFormat("github-annotations", "stdout of a step of GitHub Actions: workflow commands", render)
