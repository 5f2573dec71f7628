"""The feed that a command reads, as its arguments choose it: command line values come in, events go out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trading.feed import ArrivalParameters, FeedFormat, generate, read_feed
from trading.flags import DEFAULT_SYMBOL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from trading.records import FeedEvent

ARRIVALS = {"default": ArrivalParameters(), "amzn": ArrivalParameters.amzn_like()}
"""Presets of the synthetic feed's bursts, by the name that the commands use."""

arrivals_option = click.option(
    "--arrivals",
    type=click.Choice(tuple(ARRIVALS)),
    default="default",
    show_default=True,
    help="How synthetic events come in bursts: 1,000 a second, or like AMZN's 2.5 a second.",
)
format_option = click.option(
    "--format",
    "format_name",
    type=click.Choice(tuple(feed_format.value for feed_format in FeedFormat)),
    help="Format of FILE.  [default: itch if its name contains that, else lobster]",
)
seed_option = click.option("--seed", type=int, default=1, show_default=True, help="Which synthetic feed.")


@dataclass(frozen=True, slots=True)
class FeedChoice:
    """A feed file or a synthetic feed.

    Attributes
    ----------
    file
        The file; None for a synthetic feed.
    events
        How many synthetic events; None for a file.
    given_symbol
        What the instrument is called, if the user said so.
    """

    file: Path | None
    events: int | None
    seed: int
    arrivals: str
    format_name: str | None
    given_symbol: str | None

    @property
    def name(self) -> str:
        """What messages call the feed."""
        return str(self.file or "feed")

    @property
    def symbol(self) -> str:
        """What the system calls the instrument."""
        return DEFAULT_SYMBOL if self.given_symbol is None else self.given_symbol

    def open(self) -> Iterable[FeedEvent]:
        """Give out the events; a file is opened with the first one."""
        if self.file is None:
            return generate(self.events or 0, self.seed, arrivals=ARRIVALS[self.arrivals])
        feed_format = FeedFormat(self.format_name) if self.format_name else None
        return read_feed(self.file, self.given_symbol, feed_format)


def feed_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the argument FILE and the options of feeds; it receives them as one `feed`.

    Raises
    ------
    click.UsageError
        At the call: neither FILE nor --synthetic was given, or both.
    """

    @wraps(command)
    def with_feed(*args: Any, file: Path | None, events: int | None, symbol: str | None, **options: Any) -> None:
        if (file is None) == (events is None):
            raise click.UsageError("give either FILE or --synthetic N")
        feed = FeedChoice(
            file, events, options.pop("seed"), options.pop("arrivals"), options.pop("format_name"), symbol
        )
        command(*args, feed=feed, **options)

    decorated: Callable[..., None] = with_feed
    path = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
    for decorate in reversed(
        (
            click.argument("file", required=False, type=path),
            click.option(
                "--synthetic", "events", type=click.IntRange(min=0), metavar="N", help="Use N synthetic events."
            ),
            seed_option,
            arrivals_option,
            format_option,
            click.option(
                "--symbol",
                help=f"What the instrument is called; picks the stock of an ITCH file.  [default: {DEFAULT_SYMBOL}]",
            ),
        )
    ):
        decorated = decorate(decorated)
    return decorated
