"""A matching book over sortedcontainers: what a good Python programmer writes with that package in an afternoon.

Limit orders, market orders and cancels come in, tuples of trades go out. Our own code and kept plain: it stands for the
advice that is usually given.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from reports.peers.matching_book import RestingFill
from trading.records import EventType

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reports.peers.records import Call
    from trading.records import FeedEvent


class SortedBook:
    """Keeps, on each side, a sorted dictionary from price to the orders there in order of arrival.

    Parameters
    ----------
    make_dictionary
        ``sortedcontainers.SortedDict``.
    """

    tells_trades = True

    def __init__(self, make_dictionary: Callable[[], Any]) -> None:
        # Bids under their negative prices: on both sides the best price is then the first one.
        self._levels: dict[int, Any] = {1: make_dictionary(), -1: make_dictionary()}
        self._place_of: dict[int, tuple[int, int]] = {}

    def limit(self, order_id: int, side: int, price: int, quantity: int) -> list[tuple[int, int, int]]:
        """Match an order, and let the rest of it rest."""
        trades, rest = self._match(-side, quantity, price)
        if rest:
            key = -price * side
            levels = self._levels[side]
            level = levels.get(key)
            if level is None:
                level = levels[key] = {}
            level[order_id] = rest
            self._place_of[order_id] = side, key
        return trades

    def market(self, side: int, quantity: int) -> list[tuple[int, int, int]]:
        """Match an order at any price."""
        return self._match(-side, quantity, None)[0]

    def cancel(self, order_id: int) -> None:
        """Take an order out."""
        side, key = self._place_of.pop(order_id)
        levels = self._levels[side]
        level = levels[key]
        del level[order_id]
        if not level:
            del levels[key]

    def _match(self, side: int, quantity: int, limit: int | None) -> tuple[list[tuple[int, int, int]], int]:
        trades: list[tuple[int, int, int]] = []
        levels = self._levels[side]
        while quantity and levels:
            key, level = levels.peekitem(0)
            price = -key * side
            if limit is not None and (limit - price) * side > 0:
                break
            while quantity and level:
                order_id = next(iter(level))
                resting = level[order_id]
                if resting > quantity:
                    level[order_id] = resting - quantity
                    trades.append((order_id, price, quantity))
                    quantity = 0
                else:
                    del level[order_id], self._place_of[order_id]
                    trades.append((order_id, price, resting))
                    quantity -= resting
            if not level:
                del levels[key]
        return trades, quantity

    def bind(self, events: Sequence[FeedEvent]) -> list[Call]:
        """Make one call an event."""
        calls: list[Call] = []
        for event in events:
            side = int(event.side)
            if event.event_type is EventType.DELETE:
                calls.append(partial(self.cancel, event.order_id))
            elif event.event_type is EventType.MARKET:
                calls.append(partial(self.market, side, event.quantity_lots))
            else:
                calls.append(partial(self.limit, event.order_id, side, event.price_ticks, event.quantity_lots))
        return calls

    def fills(self, result: Any) -> list[RestingFill]:
        """Name the parts of each trade."""
        return [RestingFill(*trade) for trade in result or ()]

    def best_prices(self) -> tuple[int, int]:
        """Best bid and best ask in ticks."""
        bids, asks = self._levels[1], self._levels[-1]
        return -bids.peekitem(0)[0] if bids else 0, asks.peekitem(0)[0] if asks else 0
