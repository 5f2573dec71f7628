"""The night of this repository: ``tailgate``'s nightly pipeline, with its budgets and the places of its reports.

In: the repository and the store. Out: the report in ``.tailgate/nights/``, the site, entries in the committed log, and
the exit code of the contract. Killed at any moment, the same command goes on where it was.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tailgate.cli import main as run
from tailgate.commands.surroundings import MAXIMUM_BUDGET_S, common_options, open_workplace, regular_expression
from tailgate.pipeline import NightQuestion, ReportQuestion, night_facts, nightly, report, write_night_report
from tailgate.report import night_headline
from tailgate.waivers import load_waivers

if TYPE_CHECKING:
    import re

    from tailgate.commands.surroundings import Surroundings
    from tailgate.night_records import Night
    from tailgate.pipeline import Workplace

EXIT_CODES = """\b
Exit codes:
  0  nothing is worse; where no commit has landed, the last line says so
  1  at least one benchmark regressed, against the last night or the pinned baseline
  2  wrong arguments or configuration
  3  inconclusive: the budget ended before a verdict
  4  invalid: nothing was measured, a benchmark failed, or a step could not be done
"""

SITE = Path("reports") / "site"

RUNS_ON_SITE = 40

SECONDS = click.FloatRange(min=0, min_open=True, max=MAXIMUM_BUDGET_S)


@click.command(epilog=EXIT_CODES)
@click.option("--candidate", default="HEAD", show_default=True, metavar="REVISION", help="The newest commit.")
@click.option(
    "-b",
    "--benchmarks",
    metavar="REGEX",
    callback=regular_expression,
    default="",
    help="Only benchmarks whose name matches.",
)
@click.option(
    "--pinned", metavar="REVISION", help="The baseline that stays, from now on (default: the one that the store knows)."
)
@click.option("--budget", type=SECONDS, help="Seconds to measure one run of the gate (default: gate.budget_s).")
@click.option(
    "--commit-budget", type=SECONDS, default=30.0, show_default=True, help="Seconds to measure one commit's history."
)
@click.option(
    "--self-checks",
    type=click.IntRange(min=0, max=100),
    default=2,
    show_default=True,
    help="How often unchanged code is compared with itself.",
)
@click.option(
    "--profile-seconds",
    type=click.FloatRange(min=0, min_open=True, max=40),
    default=5.0,
    show_default=True,
    help="How long a sampling profiler looks at each side.",
)
@click.option("--site", type=click.Path(file_okay=False, path_type=Path), help=f"Folder of the site (default: {SITE}).")
@common_options
def main(  # noqa: PLR0913 - click: a parameter an option
    candidate: str,
    benchmarks: re.Pattern[str],
    pinned: str | None,
    budget: float | None,
    commit_budget: float,
    self_checks: int,
    profile_seconds: float,
    site: Path | None,
    surroundings: Surroundings,
) -> int:
    """Gate what has landed since the last night, and keep the history, profiles, the log and the report.

    \b
    Examples:
      python -m ci.nightly
      python -m ci.nightly --self-checks 5 --budget 1200
    """  # noqa: D301 - click reads the backspace character as: keep these lines as they are
    with open_workplace(surroundings) as workplace:
        policy = workplace.policy.gate
        waivers = load_waivers(
            workplace.project.root / policy.waivers, is_required="waivers" in policy.model_fields_set
        )
        question = NightQuestion(
            candidate=candidate,
            benchmarks=benchmarks,
            budget_s=budget or policy.budget_s,
            commit_budget_s=commit_budget,
            self_checks=self_checks,
            profile_seconds=profile_seconds,
            waivers=waivers,
            pinned=pinned,
        )

        folder_of_site = site or workplace.project.root / SITE

        def write_reports(night: Night, workplace: Workplace) -> None:
            write_night_report(night, workplace)
            store_url = surroundings.store_url or str(workplace.project.state_folder / "store.sqlite")
            report(ReportQuestion(folder_of_site, store_url, RUNS_ON_SITE, waivers, datetime.now(UTC)), workplace)

        night = nightly(question, lambda: datetime.now(UTC), workplace, write_reports)
        headline = night_headline(night_facts(night, workplace))
        folder = workplace.project.state_folder / "nights" / night.night_id
    for step in night.steps:
        click.echo(f"{step.kind} {step.number}: exit code {step.exit_code}: {step.summary}")
    click.echo(f"report: {folder / 'report.md'}; site: {folder_of_site / 'index.html'}")
    click.echo(headline)
    return int(night.exit_code or 0)


if __name__ == "__main__":
    run(sys.argv[1:], main, "python -m ci.nightly")
