"""A run of ``tailgate history`` for a terminal or a log: what could not be measured, what changed, what has drifted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from tailgate.history_records import Cause, Direction
from tailgate.report import units
from tailgate.report.plain_text import one_line

if TYPE_CHECKING:
    from rich.console import Console

    from tailgate.history_records import ChangePoint, Drift, HistoryResult

SHOWN = 40
"""How many change points are listed; the store has them all."""


def print_history(result: HistoryResult, console: Console) -> None:
    """Print one line a finding, the summary last."""
    console.print(Text(one_line(f"machine {result.machine}, pinned baseline {result.pinned_commit[:10]}")))
    for skipped in result.skipped:
        console.print(Text(one_line(f"skipped {skipped.commit[:10]}: {skipped.reason}"), style="magenta"))
    if result.change_points:
        console.print(Text("change points, the latest level against the one before it:"))
        console.print(_change_points(result.change_points[-SHOWN:]))
    if result.drifts:
        console.print(Text("drift from the pinned baseline:"))
        console.print(_drifts(result.drifts))
    console.print()
    # Never wrapped: the last line of the output is the whole summary, for people who grep.
    console.print(Text(one_line(summary_of(result)), style="bold"), soft_wrap=True)


def summary_of(result: HistoryResult) -> str:
    """Say in one line what was measured and found."""
    worse = [item for item in result.change_points if item.direction is Direction.WORSE]
    beyond = [item for item in result.drifts if item.is_beyond_margin]
    return (
        f"{len(result.measured)} commits measured ({result.points} points), {len(result.kept)} known before, "
        f"{len(result.skipped)} skipped; {result.series} series, {len(result.change_points)} change points "
        f"({len(worse)} worse), {len(beyond)} drifted beyond the margin"
    )


def _grid() -> Table:
    table = Table.grid(padding=(0, 2))
    for justify in ("left", "right", "left"):
        table.add_column(no_wrap=True, justify=justify)
    table.add_column(overflow="fold")
    return table


def _change_points(points: tuple[ChangePoint, ...]) -> Table:
    table = _grid()
    for point in points:
        cause = point.commit[:10] if point.cause is Cause.COMMIT else "; ".join(point.environment_changes)
        table.add_row(
            Text(point.direction.value, style="bold red" if point.direction is Direction.WORSE else "green"),
            Text(units.change(point.ratio.ratio)),
            Text(units.interval(point.ratio)),
            Text(one_line(f"{point.benchmark.label}: {point.cause.value} {cause}")),
        )
    return table


def _drifts(drifts: tuple[Drift, ...]) -> Table:
    table = _grid()
    for drift in sorted(drifts, key=lambda item: item.ratio.ratio):
        table.add_row(
            Text("beyond" if drift.is_beyond_margin else "within", style="bold red" if drift.is_beyond_margin else ""),
            Text(units.change(drift.ratio.ratio)),
            Text(units.interval(drift.ratio)),
            Text(one_line(drift.benchmark.label)),
        )
    return table
