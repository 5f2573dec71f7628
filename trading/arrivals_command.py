"""The command ``python -m trading arrivals``: feeds come in, a table that compares their bursts goes out.

Exit codes: 0 done, 2 wrong use, 4 corrupt input, 130 interrupted.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from trading.command_output import StoppedError, UnusableFileError, WrongUseError, output_console
from trading.errors import ConfigurationError, CorruptInputError, MissingPackageError
from trading.feed import arrival_statistics, generate, read_feed
from trading.feed_options import ARRIVALS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trading.feed import ArrivalStatistics
    from trading.records import FeedEvent

_EXAMPLES = """
\b
Examples:
  python -m trading arrivals
  python -m trading arrivals AMZN_2012-06-21_34200000_57600000_message_1.csv.xz --events 57515
"""


@click.command(name="arrivals", epilog=_EXAMPLES)
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--events", type=click.IntRange(min=2), default=50_000, show_default=True, help="Synthetic events each.")
@click.option("--seed", type=int, default=1, show_default=True, help="Which synthetic feed.")
def compare_arrivals(files: tuple[Path, ...], events: int, seed: int) -> None:
    """Compare how events arrive in recorded FILES and in each preset of the synthetic feed."""
    feeds: dict[str, Iterable[FeedEvent]] = {file.name: read_feed(file) for file in files}
    for name, parameters in ARRIVALS.items():
        feeds[f"synthetic, {name}"] = generate(events, seed, arrivals=parameters)
    try:
        rows = {name: arrival_statistics(event.time_ns for event in feed) for name, feed in feeds.items()}
    except (ConfigurationError, MissingPackageError) as error:
        raise WrongUseError(str(error)) from error
    except (CorruptInputError, OSError) as error:
        raise UnusableFileError(str(error)) from error
    except KeyboardInterrupt as error:
        raise StoppedError("interrupted") from error
    output_console().print(_table(rows))


def _table(rows: dict[str, ArrivalStatistics]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("feed")
    for heading in ("events", "events/s", "median gap ms", "variation", "under 1 ms", "peak in 1 s"):
        table.add_column(heading, justify="right")
    for name, row in rows.items():
        table.add_row(
            name,
            f"{row.events:,}",
            f"{row.mean_rate_hertz:,.2f}",
            f"{row.median_gap_ns / 1e6:,.3f}",
            f"{row.variation:.2f}",
            f"{row.share_under_1_ms:.1%}",
            f"{row.peak_rate_hertz:,}",
        )
    return table
