"""The gate's report for a terminal or a log: one entry a benchmark, the worst nearest to the summary at the end.

Wide consoles get one table; narrow ones the same facts under each name. Foreign text never reaches rich's markup.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tailgate.records import Leg, VerdictKind
from tailgate.report import units
from tailgate.report.plain_text import many_lines, one_line, printable
from tailgate.report.summary import SEVERITY, worst_ratio

if TYPE_CHECKING:
    from typing import TextIO

    from rich.console import RenderableType

    from tailgate.records import Failure, GateResult, RatioInterval, Revision, SideSummary, Verdict

WIDE_FROM: Final = 140
"""Columns from which names stand beside the figures instead of above them."""

NARROW_FROM: Final = 100
"""Columns below which the p50 is left out, so that the p99 and its interval fit."""

_PIPED_WIDTH: Final = 120
_DETAIL_LINES: Final = 20
_STYLES: Final = {
    VerdictKind.PASS: "green",
    VerdictKind.IMPROVED: "bold green",
    VerdictKind.INCONCLUSIVE: "yellow",
    VerdictKind.REGRESSED: "bold red",
    VerdictKind.INVALID: "bold magenta",
}
_ASCII: Final = str.maketrans({"→": ">", "µ": "u"})


def open_console(stream: TextIO) -> Console:
    """Return a console for a stream: colours and the terminal's width on a terminal; neither when piped."""
    is_terminal = stream.isatty()
    width = None if is_terminal or "COLUMNS" in os.environ else _PIPED_WIDTH
    return Console(file=stream, width=width, highlight=False, markup=False, emoji=False)


def print_gate(result: GateResult, console: Console) -> None:
    """Print the report of one run of the gate: both commits, each benchmark, what broke, the summary."""
    writer = _Writer(console)
    writer.print(writer.heading(result))
    # Stable within a kind by name, so that two runs read alike; the largest slow-down is the last of the regressed.
    ordered = sorted(
        result.verdicts,
        key=lambda verdict: (
            SEVERITY.index(verdict.kind),
            worst_ratio(verdict) if verdict.kind is VerdictKind.REGRESSED else 0.0,
            verdict.benchmark,
        ),
    )
    if ordered:
        writer.print(Text())
        if console.width >= WIDE_FROM:
            writer.print(writer.wide_table(ordered))
        else:
            for verdict in ordered:
                writer.print_narrow(verdict)
        writer.print(writer.dim("first value: baseline, second: candidate; change of p99 with its 95 % interval"))
    for verdict in ordered:
        for failure in verdict.failures:
            writer.print_failure(failure)
    writer.print(Text())
    # Never wrapped: the last line of the output is the whole summary, for people who grep.
    console.print(writer.text(result.summary, "bold"), soft_wrap=True)


class _Writer:
    """Turns foreign strings into rich's Text, in letters that the console's encoding has."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._encoding = console.encoding

    def print(self, what: RenderableType) -> None:
        self._console.print(what, soft_wrap=False)

    def text(self, text: str, style: str = "") -> Text:
        return Text(self._letters(one_line(text)), style=style, overflow="fold")

    def dim(self, text: str) -> Text:
        return self.text(text, "dim")

    def _letters(self, text: str) -> str:
        if self._encoding.lower().replace("-", "").startswith("utf"):
            return text
        return printable(text.translate(_ASCII), self._encoding)

    def _stacked(self, lines: tuple[str, ...], style: str = "") -> Text:
        return Text(self._letters("\n".join(lines)), style=style, no_wrap=True)

    def heading(self, result: GateResult) -> Table:
        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        for side, revision in (("baseline", result.baseline), ("candidate", result.candidate)):
            table.add_row(self.dim(side), self.text(revision.short), self._subject(revision))
        if result.fingerprint is not None:
            seen = result.fingerprint
            table.add_row(
                self.dim("machine"),
                Text(),
                self.dim(f"{seen.host}, {seen.cpu_count} x {seen.cpu_model}, {seen.kernel}, Python {seen.python}"),
            )
        return table

    def _subject(self, revision: Revision) -> Text:
        return Text.assemble(self.text(revision.label, "bold"), "  ", self.text(revision.subject), overflow="fold")

    def wide_table(self, verdicts: list[Verdict]) -> Table:
        table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 1), expand=True, header_style="dim")
        table.add_column("verdict", no_wrap=True)
        table.add_column("benchmark and reason", ratio=1, overflow="fold")
        table.add_column("leg", no_wrap=True)
        for name in ("p50", "p99", "p99.9", "change", "interval", "processes"):
            table.add_column(name, justify="right", no_wrap=True)
        for verdict in verdicts:
            table.add_row(*self._wide_cells(verdict))
        return table

    def _wide_cells(self, verdict: Verdict) -> list[Text]:
        name = Text.assemble(
            self.text(verdict.benchmark.label, "bold"), "\n", self.dim(_first_reason(verdict)), overflow="fold"
        )
        cells = [self.text(verdict.kind.value, _STYLES[verdict.kind]), name]
        if verdict.comparison is None:
            return cells
        rows = _figures(verdict)
        cells += [self._stacked(column) for column in zip(*rows, strict=True)]
        return [*cells, self.text(_processes(verdict))]

    def print_narrow(self, verdict: Verdict) -> None:
        entry = Table.grid(padding=(0, 1))
        entry.add_column(no_wrap=True, width=max(len(kind.value) for kind in VerdictKind))
        entry.add_column(overflow="fold")
        entry.add_row(self.text(verdict.kind.value, _STYLES[verdict.kind]), self.text(verdict.benchmark.label, "bold"))
        tail = f"; {_processes(verdict)} processes a side" if verdict.comparison else ""
        entry.add_row(Text(), self.dim(_first_reason(verdict) + tail))
        self.print(entry)
        if verdict.comparison is None:
            return
        self.print(Padding(self._narrow_figures(verdict), (0, 0, 0, 2)))

    def _narrow_figures(self, verdict: Verdict) -> Table:
        labels: tuple[str, ...] = ("p50", "p99", "p99.9")
        if self._console.width < NARROW_FROM:
            labels = labels[1:]
        figures = Table.grid(padding=(0, 1))
        figures.add_column(no_wrap=True)
        for _ in labels:
            figures.add_column(style="dim", no_wrap=True)
            # The width of most pairs, so that the entries line up one below the other.
            figures.add_column(justify="right", no_wrap=True, min_width=14)
        figures.add_column(justify="right", no_wrap=True, min_width=7)
        figures.add_column(no_wrap=True)
        for leg, *pairs, changed, bounds in _figures(verdict):
            labelled = zip(labels, pairs[-len(labels) :], strict=True)
            cells = (leg, *(cell for label_and_pair in labelled for cell in label_and_pair), changed, bounds)
            figures.add_row(*(self._stacked((cell,)) for cell in cells))
        return figures

    def print_failure(self, failure: Failure) -> None:
        self.print(Text())
        self.print(self.text(f"{failure.benchmark.label} on the {failure.side.value}: {failure.reason}", "bold"))
        for line in many_lines(failure.detail, _DETAIL_LINES):
            self.print(Padding(Text(self._letters(line), overflow="fold"), (0, 0, 0, 2)))


def _figures(verdict: Verdict) -> list[tuple[str, ...]]:
    comparison = verdict.comparison
    if comparison is None:
        return []
    return [
        _leg_figures(Leg.INTRINSIC, comparison.baseline, comparison.candidate, verdict.intrinsic),
        _leg_figures(Leg.RAW, comparison.baseline, comparison.candidate, verdict.raw),
    ]


def _leg_figures(
    leg: Leg, baseline: SideSummary, candidate: SideSummary, ratio: RatioInterval | None
) -> tuple[str, ...]:
    before, after = (baseline.intrinsic, candidate.intrinsic) if leg is Leg.INTRINSIC else (baseline.raw, candidate.raw)
    return (
        leg.value,
        units.latency_pair(before.p50_ns, after.p50_ns),
        units.latency_pair(before.p99_ns, after.p99_ns),
        units.latency_pair(before.p999_ns, after.p999_ns),
        "" if ratio is None else units.change(ratio.ratio),
        "" if ratio is None else units.interval(ratio),
    )


def _processes(verdict: Verdict) -> str:
    comparison = verdict.comparison
    if comparison is None:
        return ""
    before, after = comparison.baseline.processes, comparison.candidate.processes
    return str(before) if before == after else f"{before}/{after}"


def _first_reason(verdict: Verdict) -> str:
    reason = verdict.reasons[0] if verdict.reasons else "no reason given"
    return reason if verdict.counts else f"(not counted) {reason}"
