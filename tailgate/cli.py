"""argv -> configuration -> pipeline -> exit code. Commands stand in the order of the work."""

from __future__ import annotations

import errno
import math
import signal
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tailgate.commands.bisect import bisect_command
from tailgate.commands.explain import explain_command
from tailgate.commands.export import export_command
from tailgate.commands.flags import flags_command
from tailgate.commands.history import history_command
from tailgate.commands.import_results import import_command
from tailgate.commands.log import log_command
from tailgate.commands.profile import profile_command
from tailgate.commands.report import report_command
from tailgate.commands.rollback import rollback_command
from tailgate.commands.rollout import rollout_command
from tailgate.commands.surroundings import (
    MAXIMUM_BUDGET_S,
    common_options,
    load_project_waivers,
    open_workplace,
    regular_expression,
    show,
)
from tailgate.errors import TailgateError
from tailgate.exit_codes import ExitCode
from tailgate.pipeline import GateQuestion, gate
from tailgate.report import print_gate, write_json

if TYPE_CHECKING:
    import re

    from tailgate.commands.surroundings import Surroundings

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
@common_options
def gate_command(
    baseline: str | None,
    candidate: str | None,
    benchmarks: re.Pattern[str],
    budget: float | None,
    json_file: Path | None,
    surroundings: Surroundings,
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
    with open_workplace(surroundings) as workplace:
        budget_s, waivers = budget or workplace.policy.gate.budget_s, load_project_waivers(workplace)
        result = gate(GateQuestion(baseline, candidate, benchmarks, budget_s, waivers), workplace)
    if json_file is not None:
        write_json(result, json_file)
    show(lambda console: print_gate(result, console))
    return result.exit_code


for command in (
    flags_command,
    profile_command,
    explain_command,
    bisect_command,
    rollback_command,
    rollout_command,
    export_command,
    log_command,
    history_command,
    report_command,
    import_command,
):
    cli.add_command(command)


def main(arguments: list[str] | None = None, command: click.Command = cli, name: str = "tailgate") -> None:
    """Run a command line, tailgate's own by default, and exit with its code; errors become one message on stderr."""
    # Whoever cancels a job sends this one: everything that was started has to end as after Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        code = command.main(args=arguments, prog_name=name, standalone_mode=False)
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
