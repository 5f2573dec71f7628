"""``tailgate explain``: what made the p99 worse, and what policy wants done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tailgate.action_records import ActionOutcome, CauseKind
from tailgate.commands.bisect import STEP_BUDGET_S
from tailgate.commands.surroundings import (
    MAXIMUM_BUDGET_S,
    common_options,
    load_project_waivers,
    open_workplace,
    regular_expression,
    show,
)
from tailgate.exit_codes import ExitCode
from tailgate.pipeline import ExplainQuestion, explain
from tailgate.report import print_explanation

if TYPE_CHECKING:
    import re

    from tailgate.action_records import Explanation
    from tailgate.commands.surroundings import Surroundings

EXIT_CODES = """\b
Exit codes:
  0  nothing regressed; or all of it was rolled back, and that is verified
  1  regressed, and every cause is named
  2  wrong arguments or configuration
  3  regressed, and for a benchmark no cause could be named; or the gate is inconclusive
  4  invalid: a commit cannot be built or measured, or a benchmark failed
  5  a rollback could not be carried out, or did not restore the p99
"""


@click.command(name="explain", epilog=EXIT_CODES)
@click.argument("baseline", required=False)
@click.argument("candidate", required=False)
@click.option(
    "-b",
    "--benchmarks",
    metavar="REGEX",
    callback=regular_expression,
    default="",
    help="Only benchmarks whose name matches.",
)
@click.option(
    "--budget",
    type=click.FloatRange(min=0, min_open=True, max=MAXIMUM_BUDGET_S),
    help="Seconds to measure the suite, or one flag; builds come on top.",
)
@click.option(
    "--step-budget",
    type=click.FloatRange(min=0, min_open=True, max=MAXIMUM_BUDGET_S),
    default=STEP_BUDGET_S,
    show_default=True,
    help="Seconds to measure one commit of a bisection.",
)
@click.option("--apply", "is_applied", is_flag=True, help="Do what policy wants; without this it is only prepared.")
@common_options
def explain_command(
    baseline: str | None,
    candidate: str | None,
    benchmarks: re.Pattern[str],
    budget: float | None,
    step_budget: float,
    surroundings: Surroundings,
    *,
    is_applied: bool,
) -> int:
    """Name the flag or the commit that made CANDIDATE (HEAD) worse than BASELINE.

    What the gate has found of the same two commits is taken from the store. Each flag that is on and touches a
    regressed benchmark is switched off and measured; where that does not restore the p99, the commits in between are
    bisected. Regressions that a waiver accepts are left alone.

    \b
    Examples:
      tailgate explain
      tailgate explain v1.2 HEAD --benchmarks 'book\\.'
      tailgate explain HEAD~16 HEAD --apply
    """  # noqa: D301 - click reads the backspace character as: keep these lines as they are
    with open_workplace(surroundings) as workplace:
        budget_s = budget or workplace.policy.gate.budget_s
        waivers = load_project_waivers(workplace)
        question = ExplainQuestion(baseline, candidate, benchmarks, budget_s, step_budget, is_applied, waivers)
        answer = explain(question, workplace)
    show(lambda console: print_explanation(answer, console))
    return exit_code(answer)


def exit_code(answer: Explanation) -> ExitCode:
    """Choose the exit code: what failed comes first, then what is not known; last, what the gate says of the rest."""
    taken = [rollback.taken for rollback in answer.rollbacks if rollback.taken is not None]
    if answer.failed or any(item.outcome is not ActionOutcome.VERIFIED for item in taken):
        return ExitCode.ACTION_FAILED
    if any(item.cause is CauseKind.UNEXPLAINED for item in answer.attributions):
        return ExitCode.INCONCLUSIVE
    restored = {label for item in taken for label in item.benchmarks}
    if all(item.benchmark in restored for item in answer.attributions):
        return ExitCode(answer.others_exit_code)
    return ExitCode.REGRESSED
