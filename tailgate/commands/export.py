"""``tailgate export``: a stored run in the formats of other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tailgate.commands.surroundings import common_options, open_workplace, show, write_out
from tailgate.pipeline import LATEST, exported_document, exported_run
from tailgate.report import EXPORT_FORMATS, FolderFormat, print_runs, write_folder, write_text

if TYPE_CHECKING:
    from tailgate.commands.surroundings import Surroundings
    from tailgate.report import ExportedRun

FORMATS = "\b\nFormats:\n" + "".join(f"  {name:24} {each.purpose}\n" for name, each in EXPORT_FORMATS.items())
EXIT_CODES = """\b
Exit codes:
  0  exported, whatever the verdicts are
  2  wrong arguments or configuration, or no such run
  4  no run, an unfinished one, or one without what the format needs
"""
STDOUT = Path("-")


@click.command(name="export", epilog=f"{FORMATS}\n{EXIT_CODES}")
@click.option("-f", "--format", "name", type=click.Choice(list(EXPORT_FORMATS)), metavar="NAME", help="One of below.")
@click.option("--run", "run_id", default=LATEST, show_default=True, metavar="ID", help="A run, or where its id begins.")
@click.option(
    "--from",
    "document",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="Take the run from what `tailgate gate --json` wrote instead of the store.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(allow_dash=True, path_type=Path),
    default=STDOUT,
    show_default=True,
    help="A file, or a folder for hgrm; - is stdout.",
)
@click.option("--list", "is_list", is_flag=True, help="Only list the runs of the store, newest first.")
@common_options
def export_command(
    name: str | None,
    run_id: str,
    document: Path | None,
    output: Path,
    surroundings: Surroundings,
    *,
    is_list: bool,
) -> int:
    """Write a finished run in a format that other programs read.

    The latest run is the one that began last; if it was cut off, nothing is exported in its place.

    \b
    Examples:
      tailgate export --format junit --output gate.xml
      tailgate export --format markdown --run 3f2a91
      tailgate export --format openmetrics --from gate.json
      tailgate export --format hgrm --output percentiles
      tailgate export --list
    """  # noqa: D301 - click reads the backspace character as: keep these lines as they are
    if is_list:
        with open_workplace(surroundings) as workplace:
            runs = workplace.store.recent_runs()
        show(lambda console: print_runs(runs, console))
        return 0
    if name is None:
        raise click.UsageError(f"name a format with --format: {', '.join(EXPORT_FORMATS)}")
    if isinstance(EXPORT_FORMATS[name], FolderFormat) and output == STDOUT:
        raise click.UsageError(f"{name} is a folder of files; mend: name the folder with --output")
    if not output.absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder {output.parent} to write it to", param_hint="--output")
    if document is not None:
        _write(exported_document(document), name, output)
        return 0
    with open_workplace(surroundings) as workplace:
        is_failing = workplace.policy.gate.inconclusive == "fail"
        _write(exported_run(run_id, workplace.store, fails_on_inconclusive=is_failing), name, output)
    return 0


def _write(run: ExportedRun, name: str, output: Path) -> None:
    chosen = EXPORT_FORMATS[name]
    if isinstance(chosen, FolderFormat):
        write_folder(chosen.render(run), output, chosen.suffix)
    elif output == STDOUT:
        write_out(chosen.render(run))
    else:
        write_text(chosen.render(run), output)
