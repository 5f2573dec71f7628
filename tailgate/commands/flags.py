"""``tailgate flags``: feature flags on against off, in one build."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tailgate.commands.surroundings import (
    MAXIMUM_BUDGET_S,
    common_options,
    load_configuration,
    open_workplace,
    regular_expression,
    show,
)
from tailgate.pipeline import FlagQuestion, measure_flags, read_subject
from tailgate.report import print_flags, print_switches, write_flags_json

if TYPE_CHECKING:
    import re

    from tailgate.commands.surroundings import Surroundings
    from tailgate.config import Policy

FLAGS_EXIT_CODES = """\b
Exit codes:
  0  everything that was asked for was measured, whatever it showed
  2  wrong arguments or configuration
  3  the budget ended before every benchmark was measured
  4  a benchmark failed with a flag on or off, or nothing was measured
"""


@click.command(name="flags", epilog=FLAGS_EXIT_CODES)
@click.argument("flags", metavar="[FLAG]...", nargs=-1)
@click.option(
    "-b",
    "--benchmarks",
    metavar="REGEX",
    callback=regular_expression,
    default="",
    help="Only benchmarks whose name matches, of those that a flag touches.",
)
@click.option(
    "--budget",
    type=click.FloatRange(min=0, min_open=True, max=MAXIMUM_BUDGET_S),
    help="Seconds to measure; the build comes on top (default: gate.budget_s of the policy).",
)
@click.option("--commit", metavar="REVISION", help="The commit (default: HEAD, or the work tree where it has changes).")
@click.option("--deployed", is_flag=True, help="Also measure the deployed state against all flags off.")
@click.option("--counts/--no-counts", default=True, help="Also count instructions, allocations, memory (default: yes).")
@click.option("--list", "is_list", is_flag=True, help="Only list the flags, what they require and what they touch.")
@click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Also write the result here."
)
@common_options
def flags_command(  # noqa: PLR0913 - click: a parameter an option
    flags: tuple[str, ...],
    benchmarks: re.Pattern[str],
    budget: float | None,
    commit: str | None,
    json_file: Path | None,
    surroundings: Surroundings,
    *,
    deployed: bool,
    counts: bool,
    is_list: bool,
) -> int:
    """Measure each FLAG on against off, in one commit's build; without FLAG all that the policy names.

    Both sides have on what the flag requires, and every other flag off.

    \b
    Examples:
      tailgate flags
      tailgate flags fast-lock small-vectors --budget 120
      tailgate flags --deployed --json flags.json
      tailgate flags --list
    """  # noqa: D301 - click reads the backspace character as: keep these lines as they are
    if budget is not None and math.isnan(budget):
        raise click.BadParameter("it is not a number", param_hint="--budget")
    if json_file is not None and not json_file.absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder {json_file.parent} to write it to", param_hint="--json")

    def question(policy: Policy) -> FlagQuestion:
        return FlagQuestion(flags, commit, benchmarks, budget or policy.gate.budget_s, deployed, counts)

    if is_list:
        project, policy = load_configuration(surroundings)
        switches = read_subject(question(policy), project, policy).switches
        show(lambda console: print_switches(switches, console))
        return 0
    with open_workplace(surroundings) as workplace:
        study = measure_flags(question(workplace.policy), workplace)
    if json_file is not None:
        write_flags_json(study, json_file)
    show(lambda console: print_flags(study, console))
    return study.exit_code
