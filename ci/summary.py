"""Tells GitHub what the gate found: a step summary in Markdown, and an annotation for each benchmark that fails.

In: the gate's JSON document. Out: the exports ``github-summary``, appended to the file that ``GITHUB_STEP_SUMMARY``
names (stdout without it), and ``github-annotations`` on stdout.
"""

from __future__ import annotations

import os
from pathlib import Path

import click

from tailgate.errors import TailgateError
from tailgate.pipeline import exported_document
from tailgate.report.exports import github_annotations, github_summary


@click.command()
@click.argument("report", type=click.Path(dir_okay=False, path_type=Path))
def main(report: Path) -> None:
    """Publish the gate's JSON REPORT to GitHub; a gate that ended before it could write one is said so."""
    if not report.exists():
        click.echo("::error title=gate::the gate ended without a report; its own output says why")
        return
    try:
        run = exported_document(report)
    except TailgateError as error:
        raise click.ClickException(str(error)) from error
    target = os.environ.get("GITHUB_STEP_SUMMARY")
    if target:
        with Path(target).open("a", encoding="utf-8") as stream:
            stream.write(github_summary.render(run))
    else:
        click.echo(github_summary.render(run), nl=False)
    click.echo(github_annotations.render(run), nl=False)


if __name__ == "__main__":
    main()
