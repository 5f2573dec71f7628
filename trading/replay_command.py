"""The command ``python -m trading replay``: a recorded or a synthetic feed comes in, a summary goes out.

Exit codes: 0 done, 2 wrong use, 4 corrupt input, 130 interrupted. The last two print the summary of what was done.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from trading import assembly
from trading.errors import BookError, CorruptInputError, FlagError
from trading.feed import generate, read_lobster
from trading.flags import DEFAULT_SYMBOL, resolve
from trading.replay_summary import print_tables, to_document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from trading.records import FeedEvent

_MISUSE = 2
_CORRUPT_INPUT = 4
_INTERRUPTED = 130
_EVENTS_BETWEEN_REFRESHES = 2_048
_WIDTH_OFF_TERMINAL = 120

_EXAMPLES = """
\b
Examples:
  python -m trading replay --synthetic 100000
  python -m trading replay --synthetic 1000000 --seed 7 --json > summary.json
  python -m trading replay AMZN_2012-06-21_34200000_57600000_message_10.csv.xz
"""


class _WrongUseError(click.ClickException):
    """The flags cannot be used: one message, and the exit code of wrong use."""

    exit_code = _MISUSE


@click.command(name="replay", epilog=_EXAMPLES)
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option("--synthetic", "events", type=click.IntRange(min=0), metavar="N", help="Replay N synthetic events.")
@click.option("--seed", type=int, default=1, show_default=True, help="Which synthetic feed.")
@click.option("--symbol", default=DEFAULT_SYMBOL, show_default=True, help="What the feed's instrument is called.")
@click.option("--timing/--no-timing", "is_timed", default=True, show_default=True, help="Time each component.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of tables.")
@click.pass_context
def replay(
    context: click.Context,
    file: Path | None,
    events: int | None,
    seed: int,
    symbol: str,
    is_timed: bool,  # noqa: FBT001 - click passes by name
    as_json: bool,  # noqa: FBT001 - the same
) -> None:
    """Run a feed through the whole system: feed, book, signals, risk, orders, positions.

    FILE is a LOBSTER message file, plain or packed (.xz, .gz); or use --synthetic N for a generated feed.
    """
    if (file is None) == (events is None):
        raise click.UsageError("give either FILE or --synthetic N")
    try:
        flags = resolve(os.environ, symbol=symbol)
    except FlagError as error:
        raise _WrongUseError(str(error)) from error
    feed = read_lobster(file) if file is not None else generate(events or 0, seed)
    pipeline = assembly.build_pipeline(
        flags, is_recorded=file is not None, clock=time.perf_counter_ns if is_timed else None
    )

    message, exit_code = "", 0
    started_ns = time.perf_counter_ns()
    try:
        with _progress(events) as count:
            pipeline.run(_counted(feed, count))
    except KeyboardInterrupt:
        message, exit_code = "interrupted; the summary is that of the events before", _INTERRUPTED
    except (CorruptInputError, OSError, EOFError) as error:
        message, exit_code = str(error), _CORRUPT_INPUT
    except BookError as error:
        message, exit_code = (
            f"{file or 'feed'}: event {pipeline.summary().events + 1} is impossible: {error}",
            _CORRUPT_INPUT,
        )
    summary = pipeline.summary(time.perf_counter_ns() - started_ns)

    if as_json:
        click.echo(json.dumps(to_document(summary), indent=2))
    else:
        console = Console()
        print_tables(summary, console if console.is_terminal else Console(width=_WIDTH_OFF_TERMINAL, no_color=True))
    if message:
        click.echo(f"Error: {message}", err=True)
    context.exit(exit_code)


@contextmanager
def _progress(total: int | None) -> Iterator[Callable[[int], None]]:
    """Show progress on standard error while it is a terminal; give a function that takes the events done since."""
    console = Console(stderr=True)
    columns = (TextColumn("replay"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("replay", total=total)
        yield lambda events: progress.advance(task, events)


def _counted(feed: Iterable[FeedEvent], count: Callable[[int], None]) -> Iterator[FeedEvent]:
    """Give out the same events, and report their number now and then."""
    for number, event in enumerate(feed, start=1):
        yield event
        if number % _EVENTS_BETWEEN_REFRESHES == 0:
            count(_EVENTS_BETWEEN_REFRESHES)
