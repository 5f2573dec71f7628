"""``tailgate report``: the site that shows how the p99 stands, for people with a browser."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tailgate.commands.surroundings import common_options, open_workplace
from tailgate.exit_codes import ExitCode
from tailgate.pipeline import ReportQuestion, report
from tailgate.waivers import load_waivers

if TYPE_CHECKING:
    from tailgate.commands.surroundings import Surroundings


@click.command(name="report")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the site (default: site/ beside the store, in .tailgate/).",
)
@click.option(
    "--runs", type=click.IntRange(min=0), default=40, show_default=True, help="How many of the latest runs get pages."
)
@common_options
def report_command(output: Path | None, runs: int, surroundings: Surroundings) -> int:
    """Write the site: the state now, every benchmark over commits, runs with their evidence, flags, the week.

    Pages open from the folder: no server, no request to the outside. A second build writes only what has changed.

    \b
    Examples:
      tailgate report
      tailgate report --output public --runs 100
      tailgate report --store postgresql://ci@db/tailgate --output public
    """  # noqa: D301 - click reads the backspace character as: keep these lines as they are
    with open_workplace(surroundings) as workplace:
        project, policy = workplace.project, workplace.policy
        waivers = load_waivers(
            project.root / policy.gate.waivers, is_required="waivers" in policy.gate.model_fields_set
        )
        question = ReportQuestion(
            output=output or project.state_folder / "site",
            store_url=surroundings.store_url or str(project.state_folder / "store.sqlite"),
            runs=runs,
            waivers=waivers,
            now=datetime.now(UTC),
        )
        built = report(question, workplace)
    for name in built.missing_pages:
        click.echo(f"tailgate: the page {name} that policy adds is not there, and left out", err=True)
    click.echo(
        f"{built.folder / 'index.html'}: {built.files} files, {built.written} of them changed; "
        f"{built.series} series, {built.series_read} of them read again; {built.runs} runs"
    )
    return ExitCode.PASSED
