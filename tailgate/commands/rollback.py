"""``tailgate rollback``: undo a commit or step a flag back on a branch, and verify that the p99 is restored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tailgate.action_records import ActionOutcome
from tailgate.commands.surroundings import (
    MAXIMUM_BUDGET_S,
    common_options,
    open_workplace,
    regular_expression,
    show,
)
from tailgate.exit_codes import ExitCode
from tailgate.pipeline import RollbackQuestion, rollback
from tailgate.report import print_rollback

if TYPE_CHECKING:
    import re

    from tailgate.commands.surroundings import Surroundings

EXIT_CODES = """\b
Exit codes:
  0  done, and the p99 is shown to be restored; or a dry run that could be carried out
  2  wrong arguments or configuration
  5  it could not be carried out, or the p99 was not shown to be restored
"""


@click.command(name="rollback", epilog=EXIT_CODES)
@click.option("--commit", metavar="REVISION", help="The guilty commit: it is reverted.")
@click.option("--flag", metavar="NAME", help="The guilty flag: it goes back one stage of its rollout, or off.")
@click.option("--baseline", metavar="REVISION", help="What the p99 is held against (default: the state before).")
@click.option("--onto", metavar="REVISION", help="Where the branch starts (default: HEAD).")
@click.option(
    "-b",
    "--benchmarks",
    metavar="REGEX",
    callback=regular_expression,
    default="",
    help="The benchmarks that must be restored (default: all).",
)
@click.option(
    "--budget",
    type=click.FloatRange(min=0, min_open=True, max=MAXIMUM_BUDGET_S),
    help="Seconds to measure; builds come on top.",
)
@click.option("--apply", "is_applied", is_flag=True, help="Do it; without this nothing is changed.")
@common_options
def rollback_command(
    commit: str | None,
    flag: str | None,
    baseline: str | None,
    onto: str | None,
    benchmarks: re.Pattern[str],
    budget: float | None,
    surroundings: Surroundings,
    *,
    is_applied: bool,
) -> int:
    """Undo what made the p99 worse, on a branch of its own, and measure whether that restores it.

    Your branch, index and work tree are not touched, whatever state they are in. A second run finds what the first has
    done; a run that was killed is finished by the next.

    \b
    Examples:
      tailgate rollback --commit 1a2b3c4                    # what would be done
      tailgate rollback --commit 1a2b3c4 -b 'book\\.' --apply
      tailgate rollback --flag small-vectors --baseline v1.2 --apply
    """  # noqa: D301 - click reads the backspace character as: keep these lines as they are
    if (commit is None) == (flag is None):
        raise click.UsageError("name what is guilty: either --commit or --flag")
    with open_workplace(surroundings) as workplace:
        budget_s = budget or workplace.policy.gate.budget_s
        question = RollbackQuestion(commit, flag, baseline, onto, benchmarks, budget_s, is_applied)
        done = rollback(question, workplace)
    show(lambda console: print_rollback(done, console))
    is_failed = done.taken is not None and done.taken.outcome is not ActionOutcome.VERIFIED
    return ExitCode.ACTION_FAILED if is_failed else ExitCode.PASSED
