"""The market inside the synthetic feed: random numbers come in, one order's arrival or cancel at a time goes out.

Traders without intelligence (Farmer, Patelli and Zovko, "The predictive power of zero intelligence in financial
markets", 2005): limit orders land at random distances from the opposite best price, cancels hit any live order alike,
market orders come with a fixed share. So that each cancel names an order that is still there, the market matches its
own orders; it is kept apart from the order books that it is there to test, and does only what a generator needs.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass
from math import ceil, exp, log, log1p
from statistics import NormalDist
from typing import TYPE_CHECKING

from trading.errors import ConfigurationError
from trading.records import EventType, FeedEvent, Side

if TYPE_CHECKING:
    from random import Random

# Distances and quantities are drawn from tables of so many equally likely values: one random number, no logarithm.
_TABLE_SIZE = 4_096
_FEWEST_LIVE_ORDERS = 50

_ADD, _REDUCE, _DELETE, _MARKET = EventType.ADD, EventType.REDUCE, EventType.DELETE, EventType.MARKET
_BUY, _SELL = Side.BUY, Side.SELL


@dataclass(frozen=True, slots=True)
class MarketParameters:
    """What the traders do; by default about 54 % of the events are limit orders, 41 % cancels, 5 % market orders.

    Attributes
    ----------
    start_price_ticks
        Where the first orders land; the mid price wanders around it.
    live_orders
        Size of the book at which cancels have the share below; a fuller book is cancelled more, an emptier one less.
    cancel_share, market_share
        Shares of the events; the rest are limit orders.
    partial_cancel_share
        Share of the cancels that take off a part only.
    marketable_share
        Share of the limit orders priced through the opposite best price by one tick.
    distance_probability
        Limit orders stand a geometric number of ticks from the opposite best price; this is its parameter.
    quantity_log_mean, quantity_log_deviation
        Quantities in lots are log-normal; mean and standard deviation of the logarithm.
    pull_per_tick
        How much less likely a buy gets for each tick of the price above its start, which keeps it from wandering off.
    """

    start_price_ticks: int = 10_000
    live_orders: int = 1_500
    cancel_share: float = 0.42
    market_share: float = 0.05
    partial_cancel_share: float = 0.03
    marketable_share: float = 0.07
    distance_probability: float = 0.12
    quantity_log_mean: float = 4.2
    quantity_log_deviation: float = 0.9
    pull_per_tick: float = 0.0005

    def __post_init__(self) -> None:
        shares = (self.cancel_share, self.market_share, self.partial_cancel_share, self.marketable_share)
        if not all(0 <= share < 1 for share in shares) or self.cancel_share + self.market_share >= 1:
            raise ConfigurationError(
                f"shares must be in [0, 1), and cancels and market orders together below 1: {self}"
            )
        if self.start_price_ticks < 1 or self.live_orders < _FEWEST_LIVE_ORDERS or self.pull_per_tick < 0:
            raise ConfigurationError(
                f"the start price must be positive, live orders at least {_FEWEST_LIVE_ORDERS}, the pull not negative:"
                f" {self}"
            )
        if not 0 < self.distance_probability < 1 or self.quantity_log_deviation <= 0:
            raise ConfigurationError(f"the distance probability must be in (0, 1), the deviation positive: {self}")


class _LiveOrder:
    """A resting order, and where it stands in the list from which cancels draw."""

    __slots__ = ("order_id", "place", "price_ticks", "quantity_lots", "side")

    def __init__(self, order_id: int, side: Side, price_ticks: int, quantity_lots: int, place: int) -> None:
        self.order_id = order_id
        self.side = side
        self.price_ticks = price_ticks
        self.quantity_lots = quantity_lots
        self.place = place


class ZeroIntelligenceMarket:
    """Draws one event after the other.

    Parameters
    ----------
    random
        The source of all randomness; the same state of it gives the same events.
    parameters
        What the traders do.
    """

    def __init__(self, random: Random, parameters: MarketParameters) -> None:
        self._draw = random.random
        self._parameters = parameters
        self._distances = _geometric_table(parameters.distance_probability)
        self._quantities = _log_normal_table(parameters.quantity_log_mean, parameters.quantity_log_deviation)
        self._live: list[_LiveOrder] = []
        # One queue a price, first in first; prices sorted with the best one last: bids as they are, asks negated.
        self._queues: dict[Side, dict[int, dict[int, _LiveOrder]]] = {_BUY: {}, _SELL: {}}
        self._ranks: dict[Side, list[int]] = {_BUY: [], _SELL: []}
        self._last_order_id = 0

    def next_event(self, time_ns: int) -> FeedEvent:
        """Draw the event that happens at that time, and let it happen."""
        draw = self._draw
        parameters = self._parameters
        live_orders = len(self._live)
        kind = draw()
        if live_orders > _FEWEST_LIVE_ORDERS:
            cancel_share = parameters.cancel_share * live_orders / parameters.live_orders
            if kind < cancel_share:
                return self._cancel(time_ns, is_partial=kind / cancel_share < parameters.partial_cancel_share)
            is_market_order = kind < cancel_share + parameters.market_share
        else:
            is_market_order = False

        bid_ranks, ask_ranks = self._ranks[_BUY], self._ranks[_SELL]
        start = parameters.start_price_ticks
        bid = bid_ranks[-1] if bid_ranks else start - 1
        ask = -ask_ranks[-1] if ask_ranks else start + 1
        side = _BUY if draw() < 0.5 + parameters.pull_per_tick * (start - bid) else _SELL
        quantity_lots = self._quantities[int(draw() * _TABLE_SIZE)]
        self._last_order_id = order_id = self._last_order_id + 1
        if is_market_order:
            self._match(side, quantity_lots, None)
            return FeedEvent(time_ns, _MARKET, order_id, side, 0, quantity_lots)

        distance_ticks = -1 if draw() < parameters.marketable_share else self._distances[int(draw() * _TABLE_SIZE)]
        price_ticks = ask - distance_ticks if side > 0 else bid + distance_ticks
        price_ticks = max(price_ticks, 1)
        remaining_lots = self._match(side, quantity_lots, price_ticks)
        if remaining_lots:
            self._rest(order_id, side, price_ticks, remaining_lots)
        return FeedEvent(time_ns, _ADD, order_id, side, price_ticks, quantity_lots)

    def _cancel(self, time_ns: int, *, is_partial: bool) -> FeedEvent:
        order = self._live[int(self._draw() * len(self._live))]
        quantity_lots = order.quantity_lots
        if is_partial and quantity_lots > 1:
            taken_lots = quantity_lots // 2
            order.quantity_lots = quantity_lots - taken_lots
            return FeedEvent(time_ns, _REDUCE, order.order_id, order.side, order.price_ticks, taken_lots)
        side = order.side
        rank = order.price_ticks * side
        queue = self._queues[side][rank]
        del queue[order.order_id]
        if not queue:
            self._remove_price(side, rank)
        self._forget(order)
        return FeedEvent(time_ns, _DELETE, order.order_id, side, order.price_ticks, quantity_lots)

    def _match(self, side: Side, quantity_lots: int, limit_ticks: int | None) -> int:
        """Trade with the other side up to a limit, if there is one, and return the lots left over."""
        opposite = _SELL if side > 0 else _BUY
        ranks = self._ranks[opposite]
        while ranks and quantity_lots:
            rank = ranks[-1]
            if limit_ticks is not None and rank < limit_ticks * opposite:
                break
            queue = self._queues[opposite][rank]
            filled: list[_LiveOrder] = []
            for order in queue.values():
                if order.quantity_lots > quantity_lots:
                    order.quantity_lots -= quantity_lots
                    quantity_lots = 0
                    break
                quantity_lots -= order.quantity_lots
                filled.append(order)
                if not quantity_lots:
                    break
            for order in filled:
                del queue[order.order_id]
                self._forget(order)
            if not queue:
                self._remove_price(opposite, rank)
        return quantity_lots

    def _rest(self, order_id: int, side: Side, price_ticks: int, quantity_lots: int) -> None:
        order = _LiveOrder(order_id, side, price_ticks, quantity_lots, len(self._live))
        self._live.append(order)
        rank = price_ticks * side
        queues = self._queues[side]
        queue = queues.get(rank)
        if queue is None:
            queue = queues[rank] = {}
            insort(self._ranks[side], rank)
        queue[order_id] = order

    def _remove_price(self, side: Side, rank: int) -> None:
        del self._queues[side][rank]
        ranks = self._ranks[side]
        del ranks[bisect_left(ranks, rank)]

    def _forget(self, order: _LiveOrder) -> None:
        """Take an order off the list of live ones by moving the last one into its place."""
        last = self._live.pop()
        if last is not order:
            self._live[order.place] = last
            last.place = order.place


def _middles() -> list[float]:
    return [(index + 0.5) / _TABLE_SIZE for index in range(_TABLE_SIZE)]


def _geometric_table(probability: float) -> list[int]:
    """Equally likely values of a geometric distribution over 1, 2, 3, ..."""
    return [ceil(log(1.0 - middle) / log1p(-probability)) for middle in _middles()]


def _log_normal_table(log_mean: float, log_deviation: float) -> list[int]:
    """Equally likely values of a log-normal distribution, rounded, at least 1."""
    inverse = NormalDist(log_mean, log_deviation).inv_cdf
    return [max(1, round(exp(inverse(middle)))) for middle in _middles()]
