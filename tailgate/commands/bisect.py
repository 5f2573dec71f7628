"""``tailgate bisect``: which commit made a benchmark's p99 worse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tailgate.commands.surroundings import MAXIMUM_BUDGET_S, common_options, open_workplace, show
from tailgate.exit_codes import ExitCode
from tailgate.pipeline import BisectQuestion, bisect
from tailgate.report import print_bisection

if TYPE_CHECKING:
    from tailgate.commands.surroundings import Surroundings

EXIT_CODES = """\b
Exit codes:
  0  a commit is named
  2  wrong arguments or configuration
  3  none is named: too much noise, commits that do not build, or BAD is not worse
  4  invalid: GOOD or BAD cannot be built or measured
"""

STEP_BUDGET_S = 60.0


@click.command(name="bisect", epilog=EXIT_CODES)
@click.argument("good")
@click.argument("bad")
@click.option("-b", "--benchmark", required=True, metavar="NAME", help="The benchmark, named in full.")
@click.option(
    "--step-budget",
    type=click.FloatRange(min=0, min_open=True, max=MAXIMUM_BUDGET_S),
    default=STEP_BUDGET_S,
    show_default=True,
    help="Seconds to measure one commit; builds come on top.",
)
@click.option("--fresh", is_flag=True, help="Forget what an earlier run of the same question found.")
@common_options
def bisect_command(
    good: str, bad: str, benchmark: str, step_budget: float, surroundings: Surroundings, *, fresh: bool
) -> int:
    """Name the commit between GOOD and BAD that made the benchmark's p99 worse.

    The gate's own sequential test tells of each commit whether it is nearer to GOOD or to BAD; commits that do not
    build are passed over, and the one that is found must be worse than its own parent too. Killed at any moment, the
    same command goes on where it was.

    \b
    Example:
      tailgate bisect v1.2 HEAD --benchmark book.Cancel.latency_cancel
    """  # noqa: D301 - click reads the backspace character as: keep these lines as they are
    with open_workplace(surroundings) as workplace:
        answer = bisect(BisectQuestion(good, bad, benchmark, step_budget, fresh), workplace)
    show(lambda console: print_bisection(answer, console))
    return ExitCode.PASSED if answer.culprit is not None else ExitCode.INCONCLUSIVE
