"""The command ``python -m trading inspect``: a feed and a place in it come in, the book at that place goes out.

Exit codes: 0 done, 2 wrong use, 4 corrupt input before that place, 130 interrupted.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import click

from trading import assembly
from trading.book import RecordedMarket
from trading.book_drawing import BookPicture, draw, to_document
from trading.command_output import StoppedError, UnusableFileError, WrongUseError, output_console, progress
from trading.errors import BookError, ConfigurationError, CorruptInputError, FlagError, MissingPackageError
from trading.feed_options import FeedChoice, feed_options

if TYPE_CHECKING:
    from trading.book import OrderBook

_EXAMPLES = """
\b
Examples:
  python -m trading inspect --synthetic 100000
  python -m trading inspect --synthetic 100000 --event 5000 --levels 5 --orders
  python -m trading inspect AMZN_2012-06-21_34200000_57600000_message_10.csv.xz --time 09:31:00.5
"""

_NANOSECONDS_A_SECOND = 1_000_000_000
_TIME = re.compile(r"(?:(?P<hours>\d{1,2}):(?P<minutes>[0-5]?\d):)?(?P<seconds>\d+)(?:\.(?P<fraction>\d{1,9}))?")


def _nanoseconds(_context: click.Context, _parameter: click.Parameter, value: str | None) -> int | None:
    """Turn seconds after midnight, or hours:minutes:seconds, into nanoseconds."""
    if value is None:
        return None
    match = _TIME.fullmatch(value)
    if match is None:
        raise click.BadParameter(
            f"{value!r} is no time: write seconds after midnight or HH:MM:SS, with up to 9 decimals"
        )
    seconds = int(match["hours"] or 0) * 3_600 + int(match["minutes"] or 0) * 60 + int(match["seconds"])
    return seconds * _NANOSECONDS_A_SECOND + int((match["fraction"] or "").ljust(9, "0"))


@click.command(name="inspect", epilog=_EXAMPLES)
@feed_options
@click.option("--event", "last_event", type=click.IntRange(min=0), metavar="N", help="Stop after event N.")
@click.option(
    "--time", "last_time_ns", callback=_nanoseconds, metavar="TIME", help="Stop after the last event up to TIME."
)
@click.option("--levels", type=click.IntRange(min=1), default=10, show_default=True, help="Price levels of each side.")
@click.option("--orders", "has_orders", is_flag=True, help="List every order of these levels.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of tables.")
def inspect_book(
    feed: FeedChoice,
    last_event: int | None,
    last_time_ns: int | None,
    levels: int,
    has_orders: bool,  # noqa: FBT001 - click passes by name
    as_json: bool,  # noqa: FBT001 - the same
) -> None:
    """Show the book as it is after some event or at some time of a feed; without either, at its end."""
    try:
        book = assembly.build_book()
        events, time_ns = _apply_until(feed, book, last_event, last_time_ns)
    except (ConfigurationError, MissingPackageError, FlagError) as error:
        raise WrongUseError(str(error)) from error
    except (CorruptInputError, OSError) as error:
        raise UnusableFileError(str(error)) from error
    except KeyboardInterrupt as error:
        raise StoppedError("interrupted") from error
    if last_event is not None and events < last_event:
        until = "" if last_time_ns is None else " up to that time"
        raise WrongUseError(f"{feed.name} has {events:,} events{until} only")
    picture = BookPicture.of(book, events, time_ns, levels, has_orders=has_orders)
    if as_json:
        click.echo(json.dumps(to_document(picture), indent=2))
    else:
        draw(picture, output_console())


def _apply_until(
    feed: FeedChoice, book: OrderBook, last_event: int | None, last_time_ns: int | None
) -> tuple[int, int]:
    """Apply events up to the place asked for; return how many there were and the time of the last one."""
    apply = book.apply if feed.file is None else RecordedMarket(book).apply
    number = time_ns = 0
    if last_event == 0:
        return number, time_ns
    total = last_event if feed.events is None else min(feed.events, last_event or feed.events)
    with progress("inspect", total) as counted:
        for event in counted(feed.open()):
            if last_time_ns is not None and event.time_ns > last_time_ns:
                break
            try:
                apply(event)
            except BookError as error:
                raise CorruptInputError(f"{feed.name}: event {number + 1} is impossible: {error}") from error
            number += 1
            time_ns = event.time_ns
            if number == last_event:
                break
    return number, time_ns
