"""argv -> configuration -> pipeline -> exit code. Commands stand in the order of the work."""

from __future__ import annotations

import errno
import math
import random
import signal
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tailgate.config import POLICY_FILE, load_policy, load_project
from tailgate.errors import TailgateError
from tailgate.exit_codes import ExitCode
from tailgate.flags_command import flags_command
from tailgate.pipeline import GateQuestion, gate
from tailgate.report import open_console, open_progress, print_gate, write_json
from tailgate.store import open_store
from tailgate.surroundings import MAXIMUM_BUDGET_S, hide_from_git, regular_expression, show

if TYPE_CHECKING:
    import re

EXIT_CODES = """\b
Exit codes:
  0  every benchmark passed or improved
  1  at least one regressed
  2  wrong arguments or configuration
  3  inconclusive: the budget ended before a verdict
  4  invalid: nothing measured, a benchmark failed, sides not comparable
"""


SURROUNDINGS = {
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EROFS,
    errno.EACCES,
    errno.EPERM,
    errno.EIO,
    errno.EMFILE,
    errno.ENFILE,
}
"""Errors of the machine and not of ours: full, read-only, forbidden; their message says it all."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tailgate")
def cli() -> None:
    """Gate commits on tail latency: tell whether the p99 is worse than the baseline's."""


@cli.command(name="gate", epilog=EXIT_CODES)
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
    help="Seconds to measure; builds come on top.",
)
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
def gate_command(  # noqa: PLR0913 - click: a parameter an option
    baseline: str | None,
    candidate: str | None,
    benchmarks: re.Pattern[str],
    budget: float | None,
    json_file: Path | None,
    project: Path,
    policy_file: Path | None,
    store_url: str | None,
    seed: int | None,
    *,
    quiet: bool,
) -> int:
    """Compare the p99 of CANDIDATE with that of BASELINE.

    CANDIDATE is HEAD, or the work tree where the subject has changes. BASELINE is the merge base with the default
    branch; on that branch, the previous commit that touched the subject.

    \b
    Examples:
      tailgate gate
      tailgate gate main my-branch
      tailgate gate HEAD~1 --benchmarks 'book\\.' --budget 60
      tailgate gate v1.2 HEAD --json gate.json
    """  # noqa: D301 - click reads the backspace character as: keep these lines as they are
    if budget is not None and math.isnan(budget):
        raise click.BadParameter("it is not a number", param_hint="--budget")
    if json_file is not None and not json_file.absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder {json_file.parent} to write it to", param_hint="--json")
    found = load_project(project)
    policy = load_policy(policy_file or found.root / POLICY_FILE, is_required=policy_file is not None)
    question = GateQuestion(baseline, candidate, benchmarks, budget or policy.gate.budget_s)
    hide_from_git(found.state_folder)
    with open_store(store_url or found.state_folder / "store.sqlite") as store:
        with open_progress(None if quiet else sys.stderr) as progress:
            result = gate(question, found, policy, store, progress, random.Random(seed))  # noqa: S311 - a schedule
        if json_file is not None:
            write_json(result, json_file)
        show(lambda: print_gate(result, open_console(sys.stdout)))
    return result.exit_code


cli.add_command(flags_command)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its code; errors become one message on stderr."""
    # Whoever cancels a job sends this one: everything that was started has to end as after Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        code = cli.main(args=arguments, prog_name="tailgate", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = ExitCode.MISUSE
    except TailgateError as error:
        click.echo(f"tailgate: {error}", err=True)
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("tailgate: interrupted; everything measured so far is in the store", err=True)
        code = ExitCode.INTERRUPTED
    except OSError as error:
        if error.errno not in SURROUNDINGS:
            traceback.print_exc()
        click.echo(f"tailgate: {error}", err=True)
        code = ExitCode.INVALID
    except Exception:  # noqa: BLE001 - a bug of ours must not look like exit code 1, a regression
        traceback.print_exc()
        click.echo("tailgate: this is a bug in tailgate, not a verdict; please report it", err=True)
        code = ExitCode.INVALID
    sys.exit(int(code or 0))
