"""The order flow that every book gets: a number of events comes in, the same events every time go out.

54 % limit orders, 41 % cancels, 5 % market orders around a book of some 1,500 orders: traders without intelligence, as
in :mod:`trading.feed`, but drawn here, so that a change of that feed does not move these figures. A shorter flow is the
beginning of a longer one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trading.book import PriceTimeBook
from trading.records import EventType, FeedEvent, Order, OrderType, Side

if TYPE_CHECKING:
    from numpy.typing import NDArray

FULL_LENGTH = 200_000
"""Events of the flow that the published figures are of."""

SEED = 20240607

NAMES = {EventType.ADD: "limit order", EventType.DELETE: "cancel", EventType.MARKET: "market order"}
"""What each type of event is called in tables."""

_MIDDLE_TICKS = 10_000
_LOWEST_TICKS, _HIGHEST_TICKS = 8_000, 12_000
_FEWEST_LIVE = 50
_USUAL_LIVE = 1_500
_CANCEL_SHARE, _MARKET_SHARE, _MARKETABLE_SHARE = 0.46, 0.05, 0.06


def order_flow(events: int = FULL_LENGTH) -> list[FeedEvent]:
    """Make events of the types ADD (which may match at once), DELETE and MARKET for a book that is empty at first.

    Order ids count up from 1 over limit and market orders together.
    """
    return _Flow(max(events, FULL_LENGTH)).events(events)


class _Flow:
    """Draws each event for the state that the earlier ones led to; the reference book says what that is."""

    def __init__(self, length: int) -> None:
        generator = np.random.default_rng(SEED)
        self._kind = generator.random(length)
        self._distance: NDArray[np.int64] = generator.geometric(0.12, length)
        self._quantity = np.maximum(1, np.round(generator.lognormal(4.2, 0.9, length))).astype(int)
        self._is_buy = generator.random(length) < 0.5  # noqa: PLR2004 - a fair coin
        self._pick = generator.random(length)
        self._is_marketable = generator.random(length) < _MARKETABLE_SHARE
        self._book = PriceTimeBook()
        # Cancels draw from a list; a place that falls free is filled with the last one.
        self._live: list[int] = []
        self._place: dict[int, int] = {}
        self._resting: dict[int, FeedEvent] = {}
        self._last_id = 0

    def events(self, count: int) -> list[FeedEvent]:
        return [self._next(number) for number in range(count)]

    def _next(self, number: int) -> FeedEvent:
        live = len(self._live)
        cancel_share = min(_CANCEL_SHARE, _CANCEL_SHARE * live / _USUAL_LIVE)
        kind = self._kind[number]
        if live > _FEWEST_LIVE and kind < cancel_share:
            return self._cancel(number, self._live[int(self._pick[number] * live)])
        self._last_id += 1
        side = Side.BUY if self._is_buy[number] else Side.SELL
        quantity_lots = int(self._quantity[number])
        bid, ask = self._book.best_bid()[0], self._book.best_ask()[0]
        if live > _FEWEST_LIVE and kind < cancel_share + _MARKET_SHARE and bid and ask:
            event = FeedEvent(number, EventType.MARKET, self._last_id, side, 0, quantity_lots)
            self._match(event)
            return event
        opposite = (ask or _MIDDLE_TICKS + 1) if side > 0 else (bid or _MIDDLE_TICKS - 1)
        price_ticks = opposite + side if self._is_marketable[number] else opposite - int(self._distance[number]) * side
        price_ticks = min(max(price_ticks, _LOWEST_TICKS), _HIGHEST_TICKS)
        event = FeedEvent(number, EventType.ADD, self._last_id, side, price_ticks, quantity_lots)
        self._match(event)
        if event.order_id in self._book:
            self._resting[event.order_id] = event
            self._place[event.order_id] = len(self._live)
            self._live.append(event.order_id)
        return event

    def _cancel(self, number: int, order_id: int) -> FeedEvent:
        self._forget(order_id)
        placed = self._resting.pop(order_id)
        lots = self._book.cancel(order_id)
        return FeedEvent(number, EventType.DELETE, order_id, placed.side, placed.price_ticks, lots)

    def _match(self, event: FeedEvent) -> None:
        for trade in self._book.apply(event):
            if trade.resting_order_id not in self._book:
                self._forget(trade.resting_order_id)
                del self._resting[trade.resting_order_id]

    def _forget(self, order_id: int) -> None:
        place, last = self._place.pop(order_id), self._live.pop()
        if last != order_id:
            self._live[place] = last
            self._place[last] = place


def order_of(event: FeedEvent) -> Order:
    """Turn an ADD or MARKET event into the order that it stands for."""
    order_type = OrderType.MARKET if event.event_type is EventType.MARKET else OrderType.LIMIT
    return Order(event.order_id, event.side, order_type, event.price_ticks, event.quantity_lots, event.time_ns)
