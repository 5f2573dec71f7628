"""The whole system as one loop: feed -> book -> signals -> risk -> orders -> positions.

Components and a stream of feed events come in; a summary goes out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, ParamSpec, Protocol, TypeVar

from trading.latency import LatencyHistogram, timed, timed_items
from trading.records import BookUpdate
from trading.replay_summary import Latency, ReplaySummary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from trading.book import OrderBook
    from trading.orders import OrderManager
    from trading.positions import Positions
    from trading.records import FeedEvent, Fill, Order, Position, Signal, Trade
    from trading.risk import RiskCheck
    from trading.signals import SignalSource

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")

_STAGES = ("feed", "book", "top of book", "signals", "strategy", "risk", "orders", "positions", "event to order")
_EMPTY_TOP = BookUpdate(0, 0, 0, 0, 0)


class Market(Protocol):
    """What feed events are applied to: an order book, or a book kept true to a recording."""

    def apply(self, event: FeedEvent) -> list[Trade]:
        """Apply one event and return the trades that it caused."""


class Strategy(Protocol):
    """What turns indicator values into own orders."""

    def decide(self, signal: Signal, top: BookUpdate) -> Order | None:
        """Answer a tick with an order, or with None."""


@dataclass(frozen=True, slots=True)
class Components:
    """The parts of one system for one symbol, as :mod:`trading.assembly` builds them."""

    symbol: str
    market: Market
    book: OrderBook
    signals: SignalSource
    strategy: Strategy
    risk: RiskCheck
    orders: OrderManager
    positions: Positions


class Counts(NamedTuple):
    """What a pipeline counts."""

    events: int
    trades: int
    orders_sent: int
    fills: int
    filled_lots: int


class Pipeline:
    """Runs feed events through the components, in one thread.

    Parameters
    ----------
    components
        The parts.
    clock
        Gives nanoseconds of a monotonic clock. With it, every call of a component is timed; without it, none is, and
        timing costs nothing.

    Attributes
    ----------
    components
        The same parts; what they hold is theirs to be asked for.
    """

    def __init__(self, components: Components, clock: Callable[[], int] | None = None) -> None:
        self.components = components
        self._clock = clock
        self._histograms = {stage: LatencyHistogram() for stage in _STAGES} if clock else {}
        self._apply = self._timed("book", components.market.apply)
        self._read_top = self._timed("top of book", components.book.top)
        self._read_signals = self._timed("signals", components.signals.on_update)
        self._decide = self._timed("strategy", components.strategy.decide)
        self._tell_risk = components.risk.on_update
        self._check = self._timed("risk", components.risk.check)
        self._send = self._timed("orders", components.orders.send)
        self._book_fill = self._timed("positions", components.positions.apply)
        self._top = _EMPTY_TOP
        self._events = self._trades = self._orders_sent = self._fills = self._filled_lots = 0

    def run(self, events: Iterable[FeedEvent]) -> None:
        """Process events to the end of the feed; what was done before an exception stays in the summary."""
        on_event = self.on_event
        if self._clock:
            events = timed_items(events, self._histograms["feed"], self._clock)
            on_event = self._timed("event to order", on_event)
        for event in events:
            on_event(event)

    def on_event(self, event: FeedEvent) -> list[Fill]:
        """Process one event and return the fills of the own order that it led to, if any."""
        trades = self._apply(event)
        self._trades += len(trades)
        self._events += 1
        top = self._read_top(event.time_ns)
        if top[1:] == self._top[1:]:
            return []  # The top of the book is what it was: no tick.
        self._top = top
        self._tell_risk(top)
        signal = self._read_signals(top)
        order = self._decide(signal, top)
        if order is None or self._check(order) is not None:
            return []
        risk = self.components.risk
        risk.on_sent(order)
        fills = self._send(order, top)
        self._orders_sent += 1
        for fill in fills:
            self._book_fill(fill)
            risk.on_fill(fill)
            self._fills += 1
            self._filled_lots += fill.quantity_lots
        risk.on_closed(order.order_id)
        return fills

    def summary(self, duration_ns: int = 0) -> ReplaySummary:
        """Tell what happened so far.

        Parameters
        ----------
        duration_ns
            How long it took, for the number of events a second; 0 when that is not known.
        """
        counts = Counts(self._events, self._trades, self._orders_sent, self._fills, self._filled_lots)
        latencies = tuple(_latency(stage, histogram) for stage, histogram in self._histograms.items())
        return summarize(self.components, counts, self._top, duration_ns, latencies)

    def _timed(self, stage: str, function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
        return timed(function, self._histograms[stage], self._clock) if self._clock else function


def summarize(
    components: Components,
    counts: Counts,
    top: BookUpdate,
    duration_ns: int,
    latencies: tuple[Latency, ...] = (),
) -> ReplaySummary:
    """Put together what a pipeline counted and what its components hold."""
    position = components.positions.position(components.symbol)
    return ReplaySummary(
        symbol=components.symbol,
        events=counts.events,
        trades=counts.trades,
        orders_sent=counts.orders_sent,
        orders_refused={reason.name.lower(): count for reason, count in components.risk.refusal_counts.items()},
        fills=counts.fills,
        filled_lots=counts.filled_lots,
        position_lots=position.quantity_lots,
        realised_tick_lots=position.realised_tick_lots,
        unrealised_tick_lots=unrealised(components.positions, position, top),
        resting_orders=len(components.book),
        top=top,
        duration_ns=duration_ns,
        latencies=latencies,
    )


def unrealised(positions: Positions, position: Position, top: BookUpdate) -> int | None:
    """Value a position at what closing it at the best price would bring, in tick lots; None on an empty side."""
    price_ticks = top.bid_price_ticks if position.quantity_lots > 0 else top.ask_price_ticks
    is_valued = price_ticks > 0 or position.quantity_lots == 0
    return positions.unrealised(position.symbol, price_ticks) if is_valued else None


def _latency(stage: str, histogram: LatencyHistogram) -> Latency:
    quantile_ns = histogram.quantile_ns
    return Latency(stage, histogram.calls, quantile_ns(0.5), quantile_ns(0.99), quantile_ns(0.999))
