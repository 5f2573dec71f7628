"""Writes the roadmap page: measures every flag of this repository, and sets what the plan claimed beside it.

In: this repository. Out: ``reports/pages/roadmap.html`` for browsers, ``reports/roadmap.md`` for the repository.
"""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path

import click

from reports.roadmap.page import newest, render
from reports.roadmap.rows import read_plan
from reports.roadmap.same_code import code_of
from tailgate.exit_codes import ExitCode
from tailgate.store import open_store

ROOT = Path(__file__).resolve().parents[2]
NODES = Path("/sys/devices/system/node")
STUDIES = 50
"""How many of the latest runs are looked through for measurements of the same code on the same machine."""


@click.command()
@click.option(
    "--measure/--no-measure", default=True, help="Measure first, or show what the store has (default: measure)."
)
@click.option("--budget", type=click.FloatRange(min=1), default=1_800.0, show_default=True, help="Seconds to measure.")
@click.option("--store", "store_url", default=str(ROOT / ".tailgate" / "store.sqlite"), help="Where results are kept.")
@click.option(
    "--html", type=click.Path(dir_okay=False, path_type=Path), default=ROOT / "reports" / "pages" / "roadmap.html"
)
@click.option("--markdown", type=click.Path(dir_okay=False, path_type=Path), default=ROOT / "reports" / "roadmap.md")
def main(budget: float, store_url: str, html: Path, markdown: Path, *, measure: bool) -> None:
    """Measure every flag, and write the roadmap page as HTML and as Markdown.

    \b
    Examples:
      python -m reports.roadmap --budget 3600
      python -m reports.roadmap --no-measure
    """  # noqa: D301 - click wants the control character, not its escape
    if measure:
        command = [
            sys.executable,
            "-m",
            "tailgate",
            "flags",
            "--deployed",
            f"--budget={budget}",
            f"--store={store_url}",
        ]
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
        # Flags that do not exist yet fail, and a budget may end early: the page says so, row by row.
        if code not in {ExitCode.PASSED, ExitCode.INCONCLUSIVE, ExitCode.INVALID}:
            sys.exit(code)
    with open_store(store_url) as store:
        study = newest(store.flag_studies(STUDIES), partial(code_of, root=ROOT))
    plan = read_plan()
    for path in (html, markdown):
        path.parent.mkdir(parents=True, exist_ok=True)
        template = "roadmap.html" if path is html else "roadmap.md"
        path.write_text(render(plan, study, template, memory_nodes=memory_nodes()), encoding="utf-8")
        click.echo(f"written: {path}")


def memory_nodes() -> int:
    """Count the memory nodes of this machine; one where the system does not say."""
    return max(len(list(NODES.glob("node[0-9]*"))), 1)


if __name__ == "__main__":
    main()
