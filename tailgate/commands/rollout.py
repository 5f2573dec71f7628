"""``tailgate rollout``: a flag goes from off to everyone in stages, each on evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tailgate.action_records import ActionKind
from tailgate.commands.surroundings import (
    MAXIMUM_BUDGET_S,
    common_options,
    open_workplace,
    regular_expression,
    show,
)
from tailgate.exit_codes import ExitCode
from tailgate.pipeline import RolloutQuestion, advance, hold, rollout_status, step_back
from tailgate.report import print_rollout

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    from tailgate.commands.surroundings import Surroundings

EXIT_CODES = """\b
Exit codes:
  0  it could go one stage further, or stands at the last one
  1  the canary is worse than the control, or fails alone: one stage back
  2  wrong arguments or configuration
  3  inconclusive: it stays where it is
  4  invalid: nothing measured, or a benchmark failed; it stays where it is
  5  it is held, or the step cannot be carried out
"""


@click.group(name="rollout")
def rollout_command() -> None:
    """Roll a flag out: off, canary, 10 %, 50 %, 100 %, each step a commit on a branch."""


def at_revision(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the flag and the commit that it is about."""
    chosen = click.option("--onto", "revision", default="HEAD", metavar="REVISION", help="The commit (default: HEAD).")
    return click.argument("flag")(chosen(common_options(command)))


applied = click.option("--apply", "is_applied", is_flag=True, help="Do it; without this nothing is changed.")
because = click.option("--reason", required=True, help="Why; it is kept in the timeline.")


@rollout_command.command(name="status")
@at_revision
def status_command(flag: str, revision: str, surroundings: Surroundings) -> int:
    """Show where FLAG stands, and how it came there."""
    with open_workplace(surroundings) as workplace:
        answer = rollout_status(RolloutQuestion(flag, revision), workplace)
    show(lambda console: print_rollout(answer, console))
    return ExitCode.PASSED


@rollout_command.command(name="advance", epilog=EXIT_CODES)
@click.option(
    "-b",
    "--benchmarks",
    metavar="REGEX",
    callback=regular_expression,
    help="What must not get worse (default: what the policy says the flag touches, else all).",
)
@click.option(
    "--budget",
    type=click.FloatRange(min=0, min_open=True, max=MAXIMUM_BUDGET_S),
    help="Seconds to measure; the build comes on top.",
)
@click.option("--release", "is_released", is_flag=True, help="Lift a hold.")
@applied
@at_revision
def advance_command(
    flag: str,
    revision: str,
    benchmarks: re.Pattern[str] | None,
    budget: float | None,
    surroundings: Surroundings,
    *,
    is_released: bool,
    is_applied: bool,
) -> int:
    """Let FLAG go one stage further, if with it the p99 is shown not to be worse than without.

    Canary and control are one build of the commit, with the flag on and off, interleaved, over the same operations of
    the same symbols. Where the canary is shown to be worse, or fails where the control does not, the flag goes one
    stage back.
    """
    with open_workplace(surroundings) as workplace:
        budget_s = budget or workplace.policy.gate.budget_s
        question = RolloutQuestion(flag, revision, benchmarks, budget_s, is_applied, is_released)
        answer, result = advance(question, workplace)
    show(lambda console: print_rollout(answer, console))
    if result is None:
        return ExitCode.PASSED
    if answer.plan is not None and answer.plan.kind is ActionKind.STEP_BACK:
        return ExitCode.REGRESSED
    # Without proof nothing advances, whatever policy says of an inconclusive gate.
    is_unproven = result.exit_code == ExitCode.PASSED and (answer.plan is None)
    return ExitCode.INCONCLUSIVE if is_unproven else result.exit_code


@rollout_command.command(name="hold")
@because
@at_revision
def hold_command(flag: str, revision: str, reason: str, surroundings: Surroundings) -> int:
    """Let FLAG go no further until ``advance --release``."""
    with open_workplace(surroundings) as workplace:
        answer = hold(RolloutQuestion(flag, revision, is_applied=True, reason=reason), workplace)
    show(lambda console: print_rollout(answer, console))
    return ExitCode.PASSED


@rollout_command.command(name="back")
@because
@applied
@at_revision
def back_command(flag: str, revision: str, reason: str, surroundings: Surroundings, *, is_applied: bool) -> int:
    """Take FLAG one stage back."""
    with open_workplace(surroundings) as workplace:
        answer = step_back(RolloutQuestion(flag, revision, is_applied=is_applied, reason=reason), workplace)
    show(lambda console: print_rollout(answer, console))
    return ExitCode.PASSED
