"""``tailgate log``: every regression of a run written down in the committed log."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from tailgate.commands.surroundings import common_options, open_workplace, show
from tailgate.pipeline import LATEST, write_log
from tailgate.report import print_lines

if TYPE_CHECKING:
    from tailgate.commands.surroundings import Surroundings

EXIT_CODES = """\b
Exit codes:
  0  the log is up to date with the run, whatever its verdicts are
  2  wrong arguments or configuration, or no such run
  4  no run, or an unfinished one
"""


@click.command(name="log", epilog=EXIT_CODES)
@click.option("--run", "run_id", default=LATEST, show_default=True, metavar="ID", help="A run, or where its id begins.")
@common_options
def log_command(run_id: str, surroundings: Surroundings) -> int:
    """Write an entry for each regression of a run into the log, and the index of all entries.

    An entry tells the verdict with its figures, the cause where `tailgate explain` has found it, and what was done.
    The same run again brings its entries up to date; notes below an entry's last line are kept. The files are left in
    the work tree (act.log_folder of the policy) for you to commit.

    \b
    Examples:
      tailgate log
      tailgate log --run 3f2a91
    """  # noqa: D301 - click reads the backspace character as: keep these lines as they are
    with open_workplace(surroundings) as workplace:
        logged = write_log(run_id, workplace)
        root = workplace.project.root
    changed = set(logged.changed)
    lines = [
        f"{'written' if path in changed else 'as it was'}  {os.path.relpath(path, root)}" for path in logged.entries
    ]
    lines.append(f"{len(logged.entries)} regressed, {len(changed & set(logged.entries))} written")
    show(lambda console: print_lines(lines, console))
    return 0
