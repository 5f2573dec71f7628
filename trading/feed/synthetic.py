"""The seeded synthetic feed: a number of events, a seed and parameters come in, feed events go out.

The same arguments give the same events, on every machine and in every run. Memory is that of the live orders only.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from trading.errors import ConfigurationError
from trading.feed.arrivals import ArrivalParameters, arrival_gaps
from trading.feed.zero_intelligence import MarketParameters, ZeroIntelligenceMarket

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trading.records import FeedEvent


def generate(
    events: int,
    seed: int = 1,
    *,
    market: MarketParameters | None = None,
    arrivals: ArrivalParameters | None = None,
) -> Iterator[FeedEvent]:
    """Give out a reproducible stream of market events for a book that is empty at first.

    Parameters
    ----------
    events
        How many events, 0 or more.
    seed
        Chooses the stream.
    market
        What the traders do; the defaults keep about 1,500 orders alive.
    arrivals
        How events come in bursts; the default is 1,000 a second in the long run.

    Returns
    -------
    Iterator[FeedEvent]
        Events of the types ADD (which may match at once), REDUCE, DELETE and MARKET. Times start near 0 and grow.

    Raises
    ------
    ConfigurationError
        The number of events is negative.
    """
    if events < 0:
        raise ConfigurationError(f"the number of events must be 0 or more, not {events}")
    return _generate(events, seed, market or MarketParameters(), arrivals or ArrivalParameters())


def _generate(events: int, seed: int, market: MarketParameters, arrivals: ArrivalParameters) -> Iterator[FeedEvent]:
    # Two generators, so that the times do not change when the traders' parameters do.
    gaps = arrival_gaps(Random(f"arrivals {seed}"), arrivals)  # noqa: S311 - reproducible, not secret
    next_event = ZeroIntelligenceMarket(Random(f"market {seed}"), market).next_event  # noqa: S311 - the same
    time_ns = 0
    for _, gap_ns in zip(range(events), gaps, strict=False):
        time_ns += gap_ns
        yield next_event(time_ns)
