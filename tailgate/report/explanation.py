"""An explanation for a terminal or a log: each regressed benchmark with its cause, then what was done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from tailgate.action_records import CauseKind
from tailgate.report.action import print_rollback
from tailgate.report.plain_text import one_line

if TYPE_CHECKING:
    from rich.console import Console

    from tailgate.action_records import Explanation


def print_explanation(explanation: Explanation, console: Console) -> None:
    """Print one entry a benchmark, the rollbacks, and a line that counts."""
    for item in explanation.attributions:
        style = "yellow" if item.cause is CauseKind.UNEXPLAINED else "bold red"
        target = item.target[:10] if item.cause is CauseKind.COMMIT else item.target
        console.print(Text(one_line(f"{item.cause.value} {target}".rstrip()), style=style), soft_wrap=True)
        console.print(Text(f"  {one_line(f'{item.benchmark}: {item.reason}')}"), soft_wrap=True)
    for rollback in explanation.rollbacks:
        console.print()
        print_rollback(rollback, console)
    for problem in explanation.failed:
        console.print(Text(one_line(f"not rolled back: {problem}"), style="bold red"), soft_wrap=True)
    if explanation.attributions:
        console.print()
    explained = sum(item.cause is not CauseKind.UNEXPLAINED for item in explanation.attributions)
    count = len(explanation.attributions)
    line = f"{count} regressed, {explained} explained" if count else "nothing regressed, so nothing is to be explained"
    console.print(Text(line, style="bold"))
    if explanation.others_exit_code:
        rest = (
            f"what did not regress ends the gate with exit code {explanation.others_exit_code}: tailgate gate says why"
        )
        console.print(Text(rest, style="yellow"), soft_wrap=True)
