"""A bisection for a terminal or a log: each commit that was asked with its answer, and the sentence at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.table import Table
from rich.text import Text

from tailgate.action_records import CommitAnswer
from tailgate.report import units
from tailgate.report.plain_text import one_line

if TYPE_CHECKING:
    from rich.console import Console

    from tailgate.action_records import Bisection

_STYLES: Final = {
    CommitAnswer.GOOD: "green",
    CommitAnswer.BAD: "bold red",
    CommitAnswer.NOISY: "yellow",
    CommitAnswer.BROKEN: "magenta",
}


def print_bisection(bisection: Bisection, console: Console) -> None:
    """Print the steps in the order in which they were taken, the range where there is one, and the answer."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, justify="right")
    table.add_column(overflow="fold")
    for step in bisection.steps:
        table.add_row(
            Text(step.answer.value, style=_STYLES[step.answer]),
            Text(step.revision.short),
            Text("" if step.ratio is None else units.change(step.ratio)),
            Text(one_line(f"{step.revision.subject} ({step.reason})")),
        )
    console.print(Text(one_line(f"{bisection.benchmark}: p99 against {bisection.good.label} {bisection.good.short}")))
    console.print(table)
    if len(bisection.suspects) > 1:
        console.print(Text("suspects, oldest first:"))
        for revision in bisection.suspects:
            console.print(Text(f"  {one_line(f'{revision.short} {revision.subject}')}"))
    console.print()
    console.print(Text(one_line(bisection.reason), style="bold"), soft_wrap=True)
