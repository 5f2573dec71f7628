"""``markdown``: the run as a comment on a merge request; what fails comes first, and it always fits.

Foreign text is put into code or escaped (``markdown_text``): a benchmark or a commit can name nobody and link nowhere.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Final

from tailgate.report import units
from tailgate.report.exports.order import worst_first
from tailgate.report.exports.run import TextFormat
from tailgate.report.markdown_text import cell, code, escaped
from tailgate.report.plain_text import many_lines, one_line

if TYPE_CHECKING:
    from tailgate.records import Failure, RatioInterval, Verdict
    from tailgate.report.exports.run import ExportedRun

COMMENT_LIMIT: Final = 65_536
"""Letters that GitHub takes in one comment; the others take more. Counted in bytes, which are never fewer."""

_HEADER: Final = (
    "| verdict | benchmark | p99, intrinsic | change | p99, raw | change | why |",
    "|---|---|---|---|---|---|---|",
)
_LONGEST_NAME: Final = 200
_LONGEST_REASON: Final = 400
_DETAIL_LINES: Final = 20
# For the sentence that says how many were left out, and for the last line.
_RESERVE: Final = 1_000


def to_markdown(run: ExportedRun, most_bytes: int) -> str:
    """Return the run in Markdown: summary, both commits, one row a benchmark, the failures' details.

    Parameters
    ----------
    most_bytes
        The text is never longer, in UTF-8: rows, then details are left out, and their number is told.
    """
    result = run.result
    lines = [f"### {escaped(result.summary, _LONGEST_REASON)}", ""]
    lines += [
        f"{side} `{revision.commit[:10]}` {code(revision.subject, _LONGEST_NAME)}  "
        for side, revision in (("baseline", result.baseline), ("candidate", result.candidate))
    ]
    text = _Limited(lines, most_bytes - _RESERVE)
    verdicts = worst_first(run)
    if verdicts:
        text.add("", *_HEADER)
    shown = len(list(takewhile(bool, (text.add(_row(verdict, run)) for verdict in verdicts))))
    closing = _machine(run)
    if shown < len(verdicts):
        closing.insert(0, f"{len(verdicts) - shown} more benchmarks are left out: this text has no room for them.")
    failures = [failure for verdict in verdicts for failure in verdict.failures if failure.detail.strip()]
    for failure in failures if shown == len(verdicts) else ():
        if not text.add(*_details(failure)):
            closing.insert(0, "Details of failures are left out: this text has no room for them.")
            break
    return "\n".join([*text.lines, "", *closing]).rstrip() + "\n"


class _Limited:
    """Lines up to a number of bytes: what does not fit is not added, not even in part."""

    def __init__(self, lines: list[str], most_bytes: int) -> None:
        self.lines = lines
        self._left = most_bytes - _bytes(lines)

    def add(self, *lines: str) -> bool:
        """Add lines if all of them fit."""
        size = _bytes(lines)
        if size > self._left:
            return False
        self.lines.extend(lines)
        self._left -= size
        return True


def _bytes(lines: list[str] | tuple[str, ...]) -> int:
    return sum(len(line.encode()) + 1 for line in lines)


def _row(verdict: Verdict, run: ExportedRun) -> str:
    kind = f"**{verdict.kind.value}**" if run.is_failing(verdict) else verdict.kind.value
    reason = verdict.reasons[0] if verdict.reasons else "no reason given"
    if not verdict.counts:
        reason = f"(not counted) {reason}"
    figures = ["", "", "", ""]
    comparison = verdict.comparison
    if comparison is not None:
        before, after = comparison.baseline, comparison.candidate
        figures = [
            units.latency_pair(before.intrinsic.p99_ns, after.intrinsic.p99_ns),
            _change(verdict.intrinsic),
            units.latency_pair(before.raw.p99_ns, after.raw.p99_ns),
            _change(verdict.raw),
        ]
    name = cell(code(verdict.benchmark.label, _LONGEST_NAME))
    return f"| {' | '.join([kind, name, *figures, escaped(reason, _LONGEST_REASON)])} |"


def _change(ratio: RatioInterval | None) -> str:
    return "" if ratio is None else f"{units.change(ratio.ratio)} {units.interval(ratio)}"


def _details(failure: Failure) -> tuple[str, ...]:
    detail = many_lines(failure.detail, _DETAIL_LINES)
    # Longer than any fence inside, so that nothing in a traceback can end it.
    fence = "`" * max(3, 1 + max((len(line) - len(line.lstrip("`")) for line in map(str.strip, detail)), default=0))
    title = escaped(f"{failure.benchmark.label} on the {failure.side.value}: {failure.reason}", _LONGEST_REASON)
    return ("", f"<details><summary>{title}</summary>", "", f"{fence}text", *detail, fence, "", "</details>")


def _machine(run: ExportedRun) -> list[str]:
    seen = run.result.fingerprint
    if seen is None:
        return []
    machine = f"{seen.host}, {seen.cpu_count} x {seen.cpu_model}, {seen.kernel}, Python {seen.python}"
    return [f"Measured on {escaped(one_line(machine), _LONGEST_REASON)}, run `{run.result.run_id}`."]


def _render(run: ExportedRun) -> str:
    return to_markdown(run, COMMENT_LIMIT)


FORMAT: Final = TextFormat("markdown", "merge requests: a comment, at most 65,536 letters", _render)
