"""The command ``tailgate flags``: argv -> question -> flag pipeline -> exit code. ``cli.py`` adds it to the others."""

from __future__ import annotations

import math
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tailgate.config import POLICY_FILE, load_policy, load_project
from tailgate.flag_pipeline import measure_flags
from tailgate.flag_question import FlagQuestion, read_subject
from tailgate.report import open_console, open_progress, print_flags, print_switches, write_flags_json
from tailgate.store import open_store
from tailgate.surroundings import MAXIMUM_BUDGET_S, hide_from_git, regular_expression, show

if TYPE_CHECKING:
    import re

    from tailgate.config import Policy, Project

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
@click.option(
    "--project",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="A folder of the asv project (default: here).",
)
@click.option(
    "--policy",
    "policy_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Policy file (default: ci/gate.toml beside asv.conf.json).",
)
@click.option("--store", "store_url", help="Where results are kept: a file or a database URL (default: .tailgate/).")
@click.option("--seed", type=int, help="Seed of the schedule's random choices (default: fresh).")
@click.option("-q", "--quiet", is_flag=True, help="No progress on stderr.")
def flags_command(  # noqa: PLR0913 - click: a parameter an option
    flags: tuple[str, ...],
    benchmarks: re.Pattern[str],
    budget: float | None,
    commit: str | None,
    json_file: Path | None,
    project: Path,
    policy_file: Path | None,
    store_url: str | None,
    seed: int | None,
    *,
    deployed: bool,
    counts: bool,
    is_list: bool,
    quiet: bool,
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
    found: Project = load_project(project)
    policy: Policy = load_policy(policy_file or found.root / POLICY_FILE, is_required=policy_file is not None)
    question = FlagQuestion(flags, commit, benchmarks, budget or policy.gate.budget_s, deployed, counts)
    if is_list:
        switches = read_subject(question, found, policy).switches
        show(lambda: print_switches(switches, open_console(sys.stdout)))
        return 0
    hide_from_git(found.state_folder)
    with open_store(store_url or found.state_folder / "store.sqlite") as store:
        with open_progress(None if quiet else sys.stderr) as progress:
            study = measure_flags(question, found, policy, store, progress, random.Random(seed))  # noqa: S311 - a schedule
        if json_file is not None:
            write_flags_json(study, json_file)
        show(lambda: print_flags(study, open_console(sys.stdout)))
    return study.exit_code
