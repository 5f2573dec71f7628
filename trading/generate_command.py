"""The command ``python -m trading generate``: a synthetic feed comes in, a recording of it goes out as a file.

Exit codes: 0 done, 2 wrong use, 4 the file cannot be written, 130 interrupted. After the last three there is no
new file.
"""

from __future__ import annotations

from pathlib import Path

import click

from trading import assembly
from trading.book import as_recorded
from trading.command_output import StoppedError, UnusableFileError, WrongUseError, progress
from trading.errors import ConfigurationError, FlagError, MissingPackageError
from trading.feed import FeedFormat, format_of, generate, write_feed
from trading.feed_options import ARRIVALS, arrivals_option, format_option, seed_option
from trading.flags import DEFAULT_SYMBOL

_EXAMPLES = """
\b
Examples:
  python -m trading generate day.csv --events 100000
  python -m trading generate day.itch.gz --events 1000000 --symbol AMZN --arrivals amzn
  python -m trading generate day.csv.zst --events 1000 --force && python -m trading replay day.csv.zst
"""


@click.command(name="generate", epilog=_EXAMPLES)
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--events", type=click.IntRange(min=0), default=100_000, show_default=True, help="Orders and cancels.")
@seed_option
@arrivals_option
@format_option
@click.option("--symbol", default=DEFAULT_SYMBOL, show_default=True, help="The stock that an ITCH file names.")
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
def generate_feed(
    file: Path,
    events: int,
    seed: int,
    arrivals: str,
    format_name: str | None,
    symbol: str,
    force: bool,  # noqa: FBT001 - click passes by name
) -> None:
    """Write a synthetic market to FILE, as LOBSTER messages or NASDAQ ITCH 5.0.

    FILE is packed if its name ends in .xz, .gz or .zst. It holds what an exchange publishes: orders that trade at once
    appear as executions of the orders they met, so there are a little more or fewer rows than --events.
    """
    if file.exists() and not force:
        raise WrongUseError(f"{file} is there already; give --force to replace it")
    feed_format = FeedFormat(format_name) if format_name else format_of(file)
    try:
        book = assembly.build_book()
        flow = generate(events, seed, arrivals=ARRIVALS[arrivals])
        with progress("generate", events) as counted:
            count = write_feed(as_recorded(counted(flow), book), file, symbol, feed_format)
    except (ConfigurationError, MissingPackageError, FlagError) as error:
        raise WrongUseError(str(error)) from error
    except OSError as error:
        raise UnusableFileError(str(error)) from error
    except KeyboardInterrupt as error:
        raise StoppedError(f"interrupted; {file} was not written") from error
    click.echo(f"{file}: {count:,} events as {feed_format.value}, {file.stat().st_size:,} bytes")
