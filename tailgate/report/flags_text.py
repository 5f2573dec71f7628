"""What flags did, for a terminal or a log: a table a flag, a line a benchmark. In: a ``FlagStudy``; out: text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tailgate.flag_records import Metric
from tailgate.records import Side
from tailgate.report import units
from tailgate.report.plain_text import many_lines, one_line, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from tailgate.flag_records import FlagEffect, FlagFailure, FlagStudy, Switch
    from tailgate.records import BenchmarkId

STATES: Final = {Side.BASELINE: "off", Side.CANDIDATE: "on"}

_CHANGES: Final = (
    (Metric.P50, "p50"),
    (Metric.P999, "p99.9"),
    (Metric.THROUGHPUT, "throughput"),
    (Metric.INSTRUCTIONS, "instr."),
    (Metric.CACHE_MISSES, "misses"),
    (Metric.ALLOCATIONS, "alloc."),
)
WIDE_FROM: Final = 140
"""Columns from which all figures of a benchmark stand in one line of a table."""

_DETAIL_LINES: Final = 8
_SETTLED: Final = 3
"""Up to so many benchmarks that failed for the same reason are named; of more only the number."""


def print_flags(study: FlagStudy, console: Console) -> None:
    """Print one study: the commit, each flag with what it did, what broke, what is missing, the summary."""
    write = _Writer(console)
    write.line(f"commit {study.revision.short} ({study.revision.label})  {study.revision.subject}", "bold")
    seen = study.fingerprint
    write.line(f"{seen.host}, {seen.cpu_count} x {seen.cpu_model}, {seen.kernel}, Python {seen.python}", "dim")
    for switch in study.switches:
        write.line("")
        write.line(_heading(switch), "bold")
        effects = [effect for effect in study.effects if effect.flag == switch.name]
        if effects and console.width >= WIDE_FROM:
            console.print(_table(effects, write))
        elif effects:
            write.entries(effects)
        for failures in _by_reason([item for item in study.failures if item.flag == switch.name]):
            write.failures(failures)
        if not effects and not any(item.flag == switch.name for item in study.failures):
            write.line("  the budget ended before anything of it was measured", "yellow")
    write.line("")
    write.line("change: on over off, with its 95 % interval; counts are exact, per operation, from one run each", "dim")
    for note in study.notes:
        write.line(note, "yellow")
    console.print(write.text(study.summary, "bold"), soft_wrap=True)


def print_switches(switches: Sequence[Switch], console: Console) -> None:
    """Print the flags that could be measured, what each requires, and which benchmarks it touches."""
    write = _Writer(console)
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("flag", "on on both sides", "benchmarks"):
        table.add_column(name, overflow="fold")
    for switch in switches:
        table.add_row(
            write.text(switch.name, "bold"), write.text(", ".join(switch.requires)), write.text(switch.benchmarks)
        )
    console.print(table)


class _Writer:
    """Turns foreign strings into rich's Text, in letters that the console's encoding has."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def text(self, text: str, style: str = "") -> Text:
        return Text(self._letters(one_line(text)), style=style, overflow="fold")

    def cell(self, text: str) -> Text:
        return Text(self._letters(text), no_wrap=True)

    def line(self, text: str, style: str = "") -> None:
        self._console.print(self.text(text, style))

    def entries(self, effects: Sequence[FlagEffect]) -> None:
        """Print each benchmark's name, and below it what fits of the figures, in words."""
        for benchmark, found in _by_benchmark(effects):
            self._console.print(self.text(f"  {benchmark.label}", "bold"))
            decisive = found.get(Metric.P99) or found.get(Metric.THROUGHPUT)
            parts = [] if decisive is None else [_in_words(decisive)]
            parts += [
                f"{title} {units.change(found[metric].ratio.ratio)}"
                for metric, title in _CHANGES
                if metric in found and found[metric] is not decisive
            ]
            self._console.print(Padding(self.text(", ".join(parts)), (0, 0, 0, 4)))

    def failures(self, failures: Sequence[FlagFailure]) -> None:
        first = failures[0].failure
        labels = [item.failure.benchmark.label for item in failures]
        named = ", ".join(labels[:_SETTLED]) + (f" and {len(labels) - _SETTLED} more" if len(labels) > _SETTLED else "")
        self.line(f"  {named}, {STATES[first.side]}: {first.reason}", "bold red")
        for line in many_lines(first.detail, _DETAIL_LINES):
            self._console.print(Text(f"    {self._letters(line)}", overflow="fold", style="dim"))

    def _letters(self, text: str) -> str:
        encoding = self._console.encoding
        if encoding.lower().replace("-", "").startswith("utf"):
            return text
        return printable(text.replace("→", ">").replace("µ", "u"), encoding)


def _heading(switch: Switch) -> str:
    if switch.flags != (switch.name,):
        return f"{switch.name}: {', '.join(switch.flags)} against none"
    return f"{switch.name}" + (f" (with {', '.join(switch.requires)})" if switch.requires else "")


def _table(effects: Sequence[FlagEffect], write: _Writer) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 1), header_style="dim")
    table.add_column("benchmark", overflow="fold")
    for name in ("p99", "change", "interval", *(title for _, title in _CHANGES), "pairs"):
        table.add_column(name, justify="right", no_wrap=True)
    for benchmark, found in _by_benchmark(effects):
        p99 = found.get(Metric.P99)
        timed = p99 or found.get(Metric.THROUGHPUT)
        table.add_row(
            write.text(benchmark.label),
            write.cell(units.latency_pair(p99.off, p99.on) if p99 else ""),
            write.cell(units.change(timed.ratio.ratio) if timed and p99 else ""),
            # Whole calls have no p99: their interval is that of the throughput.
            write.cell(units.interval(timed.ratio) if timed else ""),
            *(write.cell(units.change(found[metric].ratio.ratio) if metric in found else "") for metric, _ in _CHANGES),
            write.cell(str(timed.processes) if timed else ""),
        )
    return table


def _in_words(effect: FlagEffect) -> str:
    values = f" {units.latency_pair(effect.off, effect.on)}" if effect.metric is Metric.P99 else ""
    return f"{effect.metric}{values} {units.change(effect.ratio.ratio)} {units.interval(effect.ratio)}"


def _by_benchmark(effects: Sequence[FlagEffect]) -> list[tuple[BenchmarkId, dict[Metric, FlagEffect]]]:
    by_benchmark: dict[BenchmarkId, dict[Metric, FlagEffect]] = {}
    for effect in effects:
        by_benchmark.setdefault(effect.benchmark, {})[effect.metric] = effect
    return sorted(by_benchmark.items())


def _by_reason(failures: Sequence[FlagFailure]) -> list[list[FlagFailure]]:
    groups: dict[tuple[str, Side], list[FlagFailure]] = {}
    for item in failures:
        groups.setdefault((item.failure.reason, item.failure.side), []).append(item)
    return list(groups.values())
