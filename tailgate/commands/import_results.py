"""``tailgate import``: any project's asv results become history."""

from __future__ import annotations

from pathlib import Path

import click

from tailgate.commands.surroundings import hide_from_git, show
from tailgate.config import load_project
from tailgate.errors import RevisionError
from tailgate.exit_codes import ExitCode
from tailgate.measure import Repository
from tailgate.pipeline import import_results
from tailgate.report import print_import
from tailgate.store import open_store

EXIT_CODES = """\b
Exit codes:
  0  everything was taken over
  2  wrong arguments, no results there, or an archive that names files outside itself
  4  something was broken: it is named, and all the rest was taken over
"""


@click.command(name="import", epilog=EXIT_CODES)
@click.argument("asv_results", type=click.Path(exists=True, path_type=Path))
@click.option("--store", "store_url", help="Where to: a file or a database URL (default: the project's .tailgate/).")
@click.option(
    "--repository",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Tells subjects and authors of the commits (default: the project's, where it has them).",
)
@click.option(
    "--project",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="A folder of the asv project whose store it is (default: here).",
)
def import_command(asv_results: Path, store_url: str | None, folder: Path | None, project: Path) -> int:
    """Take ASV_RESULTS into the store: asv's results folder, or a tar archive of one.

    Values, units, parameters, machines, intervals and failures are kept. Importing the same again changes nothing.

    \b
    Examples:
      tailgate import .asv/results
      tailgate import results.tar.xz --store other.sqlite --repository ../other
    """  # noqa: D301 - click reads the backspace character as: keep these lines as they are
    if store_url is None:
        found = load_project(project)
        hide_from_git(found.state_folder)
        store_url = str(found.state_folder / "store.sqlite")
    with open_store(store_url) as store:
        result = import_results(asv_results, store.history, _repository(folder, project))
    show(lambda console: print_import(result, console))
    return ExitCode.INVALID if result.broken else ExitCode.PASSED


def _repository(named: Path | None, project: Path) -> Repository | None:
    """Open the repository that was named; without one that of the project, where it is in one."""
    if named is not None:
        return Repository(named, "")
    try:
        return Repository(project, "")
    except RevisionError:
        return None
