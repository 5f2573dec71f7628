"""The command ``python -m reports.peers``: options come in, tables, a page and a document go out.

Exit codes: 0 done, whoever is missing; 1 somebody came to another result than ours, or ours failed at work; 2 wrong
use; 4 a file cannot be written; 130 interrupted.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from reports.peers import arrays, books, channels, indicators, maintenance, serialization
from reports.peers.document import to_json
from reports.peers.facts import gather
from reports.peers.order_flow import FULL_LENGTH
from reports.peers.runner import make_yardstick, run
from reports.peers.states import State, our_states
from reports.peers.tables import to_markdown, to_terminal
from trading.errors import FlagError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reports.peers.records import Absent, Comparison, Findings

_ERASE_LINE = "\r\x1b[2K"

DISAGREED, MISUSE, UNWRITABLE, INTERRUPTED = 1, 2, 4, 130

# Channels come first: they fork, and that is cheapest and safest before other packages start threads.
KINDS: dict[str, Callable[[Sequence[State | Absent], int], list[Comparison]]] = {
    "channels": channels.compare,
    "books": books.compare,
    "maintenance": maintenance.compare,
    "indicators": indicators.compare,
    "arrays": arrays.compare,
    "serialization": serialization.compare,
}

_EXAMPLES = """
\b
Examples:
  python -m reports.peers --only books --rounds 3
  python -m reports.peers --events 20000 --json peers.json
  python -m reports.peers --markdown reports/peers.md --json reports/peers.json

\b
With every peer installed, in an environment of its own:
  nox -s peers
  nox -s peers -- --only serialization
"""


class UnwritableError(click.ClickException):
    """Ends the command where its results cannot be kept."""

    exit_code = UNWRITABLE


class MisuseError(click.ClickException):
    """Ends the command where the deployed flags are impossible."""

    exit_code = MISUSE


@click.command(epilog=_EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--only", type=click.Choice(sorted(KINDS)), multiple=True, help="A kind of work; may be given again.")
@click.option("--rounds", type=click.IntRange(min=1), default=5, show_default=True, help="How often each does all.")
@click.option(
    "--events",
    type=click.IntRange(min=2_000),
    default=FULL_LENGTH,
    show_default=True,
    help="Length of the order flow; other work is in proportion.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Chooses the order of the participants.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Keep every round here.")
@click.option("--markdown", type=click.Path(dir_okay=False, path_type=Path), help="Write the page here.")
def main(
    only: tuple[str, ...], rounds: int, events: int, seed: int, json_file: Path | None, markdown: Path | None
) -> None:
    """Do the same work with ours and with the peers, interleaved in one run, and print the ratios.

    Whoever is not installed, or does not work here, is a line that says so. Whoever comes to another result than ours
    is not measured, and the exit code is 1.
    """
    for file in (json_file, markdown):
        if file is not None and not file.resolve().parent.is_dir():
            raise UnwritableError(f"{file.parent} is no folder; make it first, or name another file")
    try:
        states = our_states()
    except FlagError as error:
        raise MisuseError(str(error)) from error
    deployed = next(state for state in states if isinstance(state, State) and state.is_deployed)
    order = random.Random(seed)  # noqa: S311 - reproducible, not secret
    yardstick = make_yardstick()
    facts = gather(rounds, events, deployed.name, deployed.flags.on, yardstick)
    console = Console(width=None if sys.stdout.isatty() else 120)
    try:
        kinds = [KINDS[kind] for kind in KINDS if not only or kind in only]
        findings = _measured(kinds, states, events, lambda item, tell: run(item, rounds, yardstick, order, tell))
    except KeyboardInterrupt:
        click.echo("interrupted; nothing was written", err=True)
        sys.exit(INTERRUPTED)
    for item in to_terminal(facts, findings):
        console.print(item, markup=False, highlight=False)
    _write(json_file, lambda: to_json(facts, findings))
    _write(markdown, lambda: to_markdown(facts, findings))
    sys.exit(_judge(findings))


def _measured(
    kinds: Sequence[Callable[[Sequence[State | Absent], int], list[Comparison]]],
    states: Sequence[State | Absent],
    events: int,
    measure: Callable[[Comparison, Callable[[str], None]], Findings],
) -> list[Findings]:
    """Prepare and measure one kind after the other."""
    findings = []
    for compare in kinds:
        for comparison in compare(states, events):
            if not sys.stderr.isatty():
                click.echo(f"{comparison.kind}: {comparison.title}", err=True)
            findings.append(measure(comparison, _tell))
    _tell("")
    return findings


def _tell(what: str) -> None:
    """Show what goes on in one line of the terminal; a spinner would be a thread beside what is measured."""
    if sys.stderr.isatty():
        click.echo(f"{_ERASE_LINE}{what}", nl=False, err=True)


def _write(file: Path | None, make: Callable[[], str]) -> None:
    if file is None:
        return
    try:
        file.write_text(make(), encoding="utf-8")
    except OSError as error:
        raise UnwritableError(str(error)) from error
    click.echo(f"wrote {file}", err=True)


def _judge(findings: Sequence[Findings]) -> int:
    """Say loudly who came to another result, and choose the exit code."""
    wrong = [
        f"{found.title}: {row.name} {row.version} {row.status.value}: {row.reason}"
        for found in findings
        for row in (*found.disagreements, *found.own_failures)
    ]
    for line in wrong:
        click.secho(f"DISAGREEMENT OR FAILURE: {line}", fg="red", bold=True, err=True)
    return DISAGREED if wrong else 0


if __name__ == "__main__":
    main(prog_name="python -m reports.peers")
