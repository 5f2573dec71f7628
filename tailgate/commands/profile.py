"""``tailgate profile``: where the time, the allocations and the instructions of a regressed benchmark went."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tailgate.commands.surroundings import common_options, open_workplace, show
from tailgate.exit_codes import ExitCode
from tailgate.pipeline import ProfileQuestion, profile, profiles_folder
from tailgate.report import print_profiles

if TYPE_CHECKING:
    from tailgate.commands.surroundings import Surroundings

EXIT_CODES = """\b
Exit codes:
  0  profiles were taken; what a missing tool could not take is said
  2  wrong arguments or configuration, or no such run
  4  no tool could take any profile, or a commit cannot be built
"""

SECONDS = 5.0
LONGEST_S = 40.0
"""The process of a tool is ended after five minutes, and it may replay for six times as long as operations run."""


@click.command(name="profile", epilog=EXIT_CODES)
@click.argument("run_id", required=False)
@click.option("--benchmark", metavar="NAME", help="Only this one, named in full; whatever its verdict.")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0, min_open=True, max=LONGEST_S),
    default=SECONDS,
    show_default=True,
    help="How long py-spy and scalene each look on, a side.",
)
@click.option("--again", "is_again", is_flag=True, help="Also what has been profiled already.")
@common_options
def profile_command(
    run_id: str | None, benchmark: str | None, seconds: float, surroundings: Surroundings, *, is_again: bool
) -> int:
    """Profile both commits of a run of the gate, for each benchmark that regressed in it.

    Without RUN_ID the latest run with a regression. py-spy samples stacks with native frames, scalene lines; memray
    counts allocations and callgrind instructions. Files and differences as flame graphs are left in
    .tailgate/profiles/.

    \b
    Examples:
      tailgate profile
      tailgate profile 0123abcd... --benchmark 'book.Cancel.latency_cancel'
    """  # noqa: D301 - click reads the backspace character as: keep these lines as they are
    with open_workplace(surroundings) as workplace:
        found = profile(ProfileQuestion(run_id, benchmark, seconds, is_again), workplace)
        folder = profiles_folder(workplace)
    show(lambda console: print_profiles(found, folder, console))
    return ExitCode.PASSED if any(not item.failure for item in found) else ExitCode.INVALID
