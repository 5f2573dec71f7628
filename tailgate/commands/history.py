"""``tailgate history``: p99 series over many commits, each measured beside the pinned baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tailgate.commands.surroundings import (
    MAXIMUM_BUDGET_S,
    common_options,
    open_workplace,
    regular_expression,
    show,
)
from tailgate.exit_codes import ExitCode
from tailgate.pipeline import HistoryQuestion, measure_history
from tailgate.report import print_history

if TYPE_CHECKING:
    import re

    from tailgate.commands.surroundings import Surroundings
    from tailgate.history_records import HistoryResult

EXIT_CODES = """\b
Exit codes:
  0  no series has drifted beyond the margin
  1  at least one is shown to be worse than the pinned baseline by more than the margin
  2  wrong arguments or configuration
  4  invalid: the pinned baseline cannot be built or measured, or no commit could be
"""

DEFAULT_COUNT = 20

COMMIT_BUDGET_S = 30.0


@click.command(name="history", epilog=EXIT_CODES)
@click.argument("commits", required=False)
@click.option(
    "--count",
    type=click.IntRange(min=1),
    help=f"Only the latest so many commits that touched the subject (default: {DEFAULT_COUNT}; of a range, all).",
)
@click.option(
    "-b",
    "--benchmarks",
    metavar="REGEX",
    callback=regular_expression,
    default="",
    help="Only benchmarks whose name matches.",
)
@click.option("--pin", metavar="COMMIT", help="Make this commit the pinned baseline of this machine from now on.")
@click.option(
    "--budget",
    type=click.FloatRange(min=0, max=MAXIMUM_BUDGET_S),
    default=COMMIT_BUDGET_S,
    show_default=True,
    help="Seconds to measure one commit; three pairs of processes of each benchmark are measured in any case.",
)
@click.option("--again", is_flag=True, help="Measure what had been measured before, too.")
@common_options
def history_command(
    commits: str | None,
    count: int | None,
    benchmarks: re.Pattern[str],
    pin: str | None,
    budget: float,
    surroundings: Surroundings,
    *,
    again: bool,
) -> int:
    """Measure each of COMMITS (a range A..B, or those before a revision; HEAD) beside the pinned baseline.

    The pinned baseline stays until another one is named; at first it is the latest commit that is asked for. Commits
    come in an order that is useful when interrupted: the same command goes on where it was. Then the change points and
    the drift of all series of this machine are shown.

    \b
    Examples:
      tailgate history
      tailgate history --count 40 --benchmarks 'book\\.'
      tailgate history v1.0..HEAD --pin v1.0
    """  # noqa: D301 - click reads the backspace character as: keep these lines as they are
    if count is None and ".." not in (commits or ""):
        count = DEFAULT_COUNT
    with open_workplace(surroundings) as workplace:
        question = HistoryQuestion(commits or "HEAD", count, benchmarks, budget, pin, again)
        result = measure_history(question, workplace)
    show(lambda console: print_history(result, console))
    return exit_code(result)


def exit_code(result: HistoryResult) -> ExitCode:
    """Choose the exit code: a run in which nothing could be measured tells nothing."""
    if result.skipped and not result.measured and not result.kept:
        return ExitCode.INVALID
    return ExitCode.REGRESSED if any(drift.is_beyond_margin for drift in result.drifts) else ExitCode.PASSED
