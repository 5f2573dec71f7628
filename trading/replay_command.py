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

from trading import assembly
from trading.command_output import (
    CORRUPT_INPUT,
    INTERRUPTED,
    UnusableFileError,
    WrongUseError,
    output_console,
    progress,
)
from trading.errors import BookError, ConfigurationError, CorruptInputError, FlagError, MissingPackageError
from trading.feed_options import FeedChoice, feed_options
from trading.flags import resolve
from trading.replay_plot import check_plot, plot
from trading.replay_series import ReplaySeries
from trading.replay_summary import print_tables, to_document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trading.platform import Placement
    from trading.replay_summary import ReplaySummary

_EXAMPLES = """
\b
Examples:
  python -m trading replay --synthetic 100000
  python -m trading replay --synthetic 1000000 --seed 7 --json > summary.json
  python -m trading replay AMZN_2012-06-21_34200000_57600000_message_10.csv.xz --plot amzn.png
  python -m trading replay 01302019.NASDAQ_ITCH50.gz --symbol AMZN
"""


@click.command(name="replay", epilog=_EXAMPLES)
@feed_options
@click.option("--timing/--no-timing", "is_timed", default=True, show_default=True, help="Time each component.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of tables.")
@click.option(
    "--plot",
    "plot_file",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Draw price, depth, profit and latency into this file (.png, .svg, .pdf); needs trading[plot].",
)
@click.pass_context
def replay(
    context: click.Context,
    feed: FeedChoice,
    is_timed: bool,  # noqa: FBT001 - click passes by name
    as_json: bool,  # noqa: FBT001 - the same
    plot_file: Path | None,
) -> None:
    """Run a feed through the whole system: feed, book, signals, risk, orders, positions.

    FILE is a recording, LOBSTER messages or NASDAQ ITCH 5.0, plain or packed (.xz, .gz, .zst); or use --synthetic N
    for a generated feed.
    """
    try:
        if plot_file is not None:
            check_plot(plot_file)
        flags = resolve(os.environ, symbol=feed.symbol)
        clock = time.perf_counter_ns if is_timed else None
        pipeline = assembly.build_pipeline(flags, is_recorded=feed.file is not None, clock=clock)
        platform = assembly.build_platform(flags)
    except (FlagError, ConfigurationError, MissingPackageError) as error:
        raise WrongUseError(str(error)) from error
    series = ReplaySeries(pipeline.components)

    message, exit_code = "", 0
    started_ns = time.perf_counter_ns()
    try:
        with _placed(platform), progress("replay", feed.events) as counted:
            events = counted(feed.open())
            pipeline.run(series.watch(events) if plot_file is not None else events)
    except KeyboardInterrupt:
        message, exit_code = "interrupted; the summary is that of the events before", INTERRUPTED
    except (ConfigurationError, MissingPackageError) as error:
        raise WrongUseError(str(error)) from error
    except (CorruptInputError, OSError, EOFError) as error:
        message, exit_code = str(error), CORRUPT_INPUT
    except BookError as error:
        number = pipeline.summary().events + 1
        message, exit_code = f"{feed.name}: event {number} is impossible: {error}", CORRUPT_INPUT
    summary = pipeline.summary(time.perf_counter_ns() - started_ns)

    _print(summary, as_json=as_json)
    if plot_file is not None:
        try:
            plot(series.samples, summary, plot_file)
        except OSError as error:
            raise UnusableFileError(str(error)) from error
    if message:
        click.echo(f"Error: {message}", err=True)
    context.exit(exit_code)


@contextmanager
def _placed(platform: Placement) -> Iterator[None]:
    """Give the calling thread its place, and say on standard error what was done or could not be done for it."""
    with platform.hot_thread("replay") as notices:
        for notice in notices:
            click.echo(notice.message, err=True)
        yield


def _print(summary: ReplaySummary, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(to_document(summary), indent=2))
    else:
        print_tables(summary, output_console())
