"""Command line of the measurement: ``python -m reports.site_scale``. In: how large. Out: seconds and bytes, as a table.

It fills a store, builds the site, builds it again unchanged and with one more commit, and opens the largest page of
each kind in Chromium.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reports.site_scale.drawing import draw_pages
from reports.site_scale.synthetic import Size, add_commit, fill
from tailgate.config import Policy, Project
from tailgate.pipeline import ReportQuestion, Workplace, report
from tailgate.report import open_progress
from tailgate.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tailgate.pipeline import SiteBuilt


@click.command()
@click.option("--commits", default=10_000, show_default=True)
@click.option("--benchmarks", default=200, show_default=True)
@click.option("--processes", default=2, show_default=True, help="That write pages of series.")
@click.option("--folder", type=click.Path(path_type=Path), help="Keep store and site here (default: nowhere).")
@click.option("--draw/--no-draw", "is_drawn", default=True, help="Open the largest pages in Chromium.")
def main(*, commits: int, benchmarks: int, processes: int, folder: Path | None, is_drawn: bool) -> None:
    """Measure how long the site of a large history takes, how large its pages are and how soon they are drawn."""
    size = Size(commits, benchmarks)
    with place(folder) as root:
        project = Project(root, "scale", "", root)
        project.state_folder.mkdir(exist_ok=True)
        store = project.state_folder / "store.sqlite"
        if not store.exists():
            began = time.perf_counter()
            with open_store(store) as opened:
                points = fill(opened, size)
            say("store filled", f"{time.perf_counter() - began:.1f} s", f"{points} points")
        for name in ("site", "series_digests", "series_points"):
            shutil.rmtree(project.state_folder / name, ignore_errors=True)
        build("whole site", project, processes)
        build("again, nothing new", project, processes)
        with open_store(store) as opened:
            add_commit(opened, size)
        build("again, one commit more", project, processes)
        site = project.state_folder / "site"
        sizes = [path.stat().st_size for path in site.rglob("*.*")]
        say("site", f"{sum(sizes) / 1e6:.0f} MB", f"{len(sizes)} files, the largest {max(sizes) / 1e6:.2f} MB")
        if is_drawn:
            for drawn in draw_pages(site):
                say(drawn.page, f"{drawn.seconds:.2f} s", f"{drawn.megabytes:.2f} MB with all that it loads")


def build(what: str, project: Project, processes: int) -> SiteBuilt:
    """Build the site, and say how long it took."""
    store_url = str(project.state_folder / "store.sqlite")
    began, burnt = time.perf_counter(), os.times()
    with open_store(store_url) as store, open_progress(None) as progress:
        workplace = Workplace(project, Policy(), store, progress, random.Random(1))  # noqa: S311 - nothing is drawn of it
        question = ReportQuestion(project.state_folder / "site", store_url, 40, (), datetime.now(UTC), processes)
        built = report(question, workplace)
    seconds, now = time.perf_counter() - began, os.times()
    processor = sum(now[:4]) - sum(burnt[:4])
    say(what, f"{seconds:.1f} s", f"{processor:.1f} s of processor, {built.written} files written")
    return built


@contextmanager
def place(folder: Path | None) -> Iterator[Path]:
    """Give a folder: the named one, or one that is gone at the end."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder.resolve()
        return
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def say(what: str, figure: str, remark: str) -> None:
    """Print one line."""
    click.echo(f"{what:<32} {figure:>10}   {remark}")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
