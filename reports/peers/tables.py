"""The figures as Markdown and as tables of a terminal: facts and findings come in, text goes out."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from rich.table import Table

from reports.peers.ratios import sections
from reports.peers.records import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.peers.facts import Facts
    from reports.peers.ratios import Line, Section
    from reports.peers.records import Findings, Row

_HEADINGS = ("who", "version", "p50 ns", "p99 ns", "p50 to ours", "p99 to ours")
_NUMBERS_FROM = 2
_SLOW_FROM = 100.0
_FAST_BELOW = 0.1


def to_markdown(facts: Facts, findings: Sequence[Findings]) -> str:
    """Write the whole page."""
    everything = list(chain.from_iterable(sections(found, facts.baseline) for found in findings))
    lines = ["# Ours beside the peers", "", *_preamble(facts), "", *_summary(everything)]
    for found in findings:
        lines += ["", f"## {found.title}", "", found.note]
        for section in sections(found, facts.baseline):
            lines += ["", f"### {section.operation}", "", *_markdown_table(_HEADINGS, map(_cells, section.lines))]
        missing = [row for row in found.rows if row.status is not Status.MEASURED]
        if missing:
            lines += ["", *(_missing(row) for row in missing)]
    return "\n".join(lines) + "\n"


def to_terminal(facts: Facts, findings: Sequence[Findings]) -> Iterator[Table | str]:
    """Give out what a console prints."""
    for found in findings:
        for section in sections(found, facts.baseline):
            table = Table(*_HEADINGS[:_NUMBERS_FROM], title=f"{found.title}: {section.operation}", title_justify="left")
            for heading in _HEADINGS[_NUMBERS_FROM:]:
                table.add_column(heading, justify="right")
            for line in section.lines:
                table.add_row(*_cells(line), style="bold" if line.row.is_ours else None)
            yield table
        yield from (_missing(row) for row in found.rows if row.status is not Status.MEASURED)
    yield from _preamble(facts)


def _preamble(facts: Facts) -> list[str]:
    flags = ", ".join(facts.flags_on) or "none"
    return [
        f"{facts.rounds} rounds of {facts.events:,} events, interleaved in one run; {facts.started_at}, commit "
        f"{facts.commit}.",
        f"{facts.cpu_model}, {facts.cpu_count} cores, Linux {facts.kernel}, {facts.python}; load at the start "
        f"{facts.load:.1f}.",
        f"Nanoseconds an operation, called from Python; the recorder's own cost ({facts.recorder}, "
        f"{facts.recorder_ns:.0f} ns) and that of bound arguments ({facts.binding_ns:.0f} ns) are taken off. Medians "
        "over the rounds; ratios are taken within each round, and above 1 the other is slower.",
        f"Ours is *{facts.baseline}*; flags that are on: {flags}. Written by `nox -s peers`.",
    ]


def _summary(everything: Sequence[Section]) -> Iterator[str]:
    headings = ("operation", "ours p50 ns", "ours p99 ns", "best peer by p99", "its p50 to ours", "its p99 to ours")
    rows = []
    for section in everything:
        ours, peer = section.ours, section.best_peer
        if ours is None or peer is None:
            continue
        rows.append(
            (
                f"{section.findings.title}: {section.operation}",
                _nanoseconds(ours.p50_ns),
                _nanoseconds(ours.p99_ns),
                peer.row.name,
                _ratio(peer.p50_ratio),
                _ratio(peer.p99_ratio),
            )
        )
    yield from _markdown_table(headings, rows, numbers_from=1)


def _markdown_table(
    headings: Sequence[str], rows: Iterator[Sequence[str]] | Sequence[Sequence[str]], numbers_from: int = _NUMBERS_FROM
) -> Iterator[str]:
    yield f"| {' | '.join(headings)} |"
    yield f"|{'|'.join('---' if place < numbers_from else '---:' for place in range(len(headings)))}|"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _cells(line: Line) -> tuple[str, ...]:
    return (
        line.row.name,
        line.row.version,
        _nanoseconds(line.p50_ns),
        _nanoseconds(line.p99_ns),
        _ratio(line.p50_ratio),
        _ratio(line.p99_ratio),
    )


def _missing(row: Row) -> str:
    return f"- {row.name} {row.version}: {row.status.value}: {' '.join(row.reason.split())}".replace(" :", ":")


def _nanoseconds(value: float) -> str:
    return f"{value:,.0f}"


def _ratio(value: float | None) -> str:
    if value is None:
        return "-"
    if value >= _SLOW_FROM:
        return f"{value:,.0f}"
    return f"{value:.2f}" if value >= _FAST_BELOW else f"{value:.1g}"
