"""The course of a replay in constant memory: states of the components come in, evenly spaced samples go out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trading.pipeline import unrealised
from trading.records import Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trading.pipeline import Components
    from trading.records import FeedEvent

_MOST_SAMPLES = 2_000
_DEPTH_LEVELS = 5


class Sample(NamedTuple):
    """The state after one event. Prices in ticks, None on an empty side; money in ticks times lots."""

    time_ns: int
    bid_price_ticks: int | None
    ask_price_ticks: int | None
    bid_depth_lots: int
    """Over the five best levels."""
    ask_depth_lots: int
    profit_tick_lots: int | None
    """Realised and unrealised; None while the position cannot be valued."""


class ReplaySeries:
    """Samples a replay every so many events; when there are too many samples it drops every second one.

    Parameters
    ----------
    components
        The parts of the system that the events are run through.

    Attributes
    ----------
    samples
        At most 2,000, in order of time.
    """

    def __init__(self, components: Components) -> None:
        self.samples: list[Sample] = []
        self._components = components
        self._stride = 1

    def watch(self, events: Iterable[FeedEvent]) -> Iterator[FeedEvent]:
        """Give out the same events, and sample the components after some of them."""
        for number, event in enumerate(events):
            yield event
            # Here the event has been processed: the next one is being asked for.
            if number % self._stride == 0:
                self._sample(event.time_ns)

    def _sample(self, time_ns: int) -> None:
        symbol, book, positions = self._components.symbol, self._components.book, self._components.positions
        top = book.top(time_ns)
        position = positions.position(symbol)
        open_profit = unrealised(positions, position, top)
        bid_depth, ask_depth = (
            sum(lots for _, lots in book.depth(side, _DEPTH_LEVELS)) for side in (Side.BUY, Side.SELL)
        )
        self.samples.append(
            Sample(
                time_ns,
                top.bid_price_ticks or None,
                top.ask_price_ticks or None,
                bid_depth,
                ask_depth,
                None if open_profit is None else position.realised_tick_lots + open_profit,
            )
        )
        if len(self.samples) > _MOST_SAMPLES:
            del self.samples[1::2]
            self._stride *= 2
