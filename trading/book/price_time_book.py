"""The plain order book, oracle of every faster one: orders and feed events in, trades and top of book out.

Two dictionaries and one sorted list do the work. ``_level_of`` finds an order's price level, a level's ``queue`` holds
its orders in order of arrival (dictionaries keep it), and each side keeps its prices sorted with the best one last,
where taking it off is cheapest, and its best level at hand. So a cancel is O(1), a new level O(log levels) to find and
a short move to insert, and the best price with its total quantity is there to be read.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import NoReturn

from trading.errors import BookError
from trading.records import (
    MAXIMUM_PRICE_TICKS,
    MAXIMUM_QUANTITY_LOTS,
    BookUpdate,
    EventType,
    FeedEvent,
    Order,
    OrderType,
    Side,
    Trade,
)

# An enumeration's member costs a descriptor call at each look-up; these are read for each event.
_BUY, _SELL = Side.BUY, Side.SELL
_LIMIT = OrderType.LIMIT
_ADD, _REDUCE, _DELETE, _EXECUTE = EventType.ADD, EventType.REDUCE, EventType.DELETE, EventType.EXECUTE
_MARKET = EventType.MARKET

_ANONYMOUS_ORDER_ID = 0


class _Level:
    """All orders of one side at one price."""

    __slots__ = ("half", "price_ticks", "quantity_lots", "queue")

    def __init__(self, half: _Half, price_ticks: int) -> None:
        self.half = half
        self.price_ticks = price_ticks
        self.quantity_lots = 0
        # order id -> lots. The front is the first key; reading it past removed ones is a short scan of the table.
        self.queue: dict[int, int] = {}


class _Half:
    """One side of the book.

    A price's *rank* is the price times the sign of the side, so that on both sides a greater rank is a better price.
    """

    __slots__ = ("best", "level_at", "none", "ranks", "side", "sign")

    def __init__(self, side: Side) -> None:
        self.side = side
        self.sign = int(side)
        self.ranks: list[int] = []
        self.level_at: dict[int, _Level] = {}
        # Stands in as the best level of an empty side: readers of the top need not ask whether there is one.
        self.none = _Level(self, 0)
        self.best = self.none

    def add(self, price_ticks: int) -> _Level:
        """Open a level at a price that has none."""
        rank = price_ticks * self.sign
        level = self.level_at[rank] = _Level(self, price_ticks)
        ranks = self.ranks
        insort(ranks, rank)
        if ranks[-1] == rank:
            self.best = level
        return level

    def remove(self, level: _Level) -> None:
        """Forget a level whose last order is gone."""
        rank = level.price_ticks * self.sign
        del self.level_at[rank]
        ranks = self.ranks
        if level is self.best:
            ranks.pop()
            self.best = self.level_at[ranks[-1]] if ranks else self.none
        else:
            del ranks[bisect_left(ranks, rank)]

    def quantity_of_best(self, levels: int) -> int:
        """Lots in the best levels together."""
        if levels == 1:
            return self.best.quantity_lots
        level_at = self.level_at
        lots = 0
        for rank in self.ranks[-levels:]:
            lots += level_at[rank].quantity_lots
        return lots


class PriceTimeBook:
    """An order book of one symbol with price-time priority; see :class:`trading.book.interface.OrderBook`.

    Not safe for use from several threads at once.
    """

    __slots__ = ("_asks", "_bids", "_level_of")

    def __init__(self) -> None:
        self._bids = _Half(_BUY)
        self._asks = _Half(_SELL)
        self._level_of: dict[int, _Level] = {}

    def submit(self, order: Order) -> list[Trade]:
        """Match an incoming order; the rest of a limit order rests, the rest of a market order is dropped."""
        order_id, side, order_type, price_ticks, quantity_lots, time_ns, _, _ = order
        if order_type == _LIMIT:
            return self._enter_limit(order_id, side, price_ticks, quantity_lots, time_ns)
        return self._enter_market(order_id, side, quantity_lots, time_ns)

    def _enter_limit(self, order_id: int, side: Side, price_ticks: int, lots: int, time_ns: int) -> list[Trade]:
        if (
            not 0 < lots <= MAXIMUM_QUANTITY_LOTS
            or not 0 < price_ticks <= MAXIMUM_PRICE_TICKS
            or order_id in self._level_of
        ):
            self._refuse(order_id, lots, price_ticks)
        own, opposite = (self._bids, self._asks) if side > 0 else (self._asks, self._bids)
        trades: list[Trade] = []
        worst_rank = price_ticks * opposite.sign
        ranks = opposite.ranks
        if ranks and ranks[-1] >= worst_rank:
            lots = self._match(opposite, worst_rank, order_id, lots, time_ns, trades)
            if not lots:
                return trades
        level = own.level_at.get(price_ticks * own.sign) or own.add(price_ticks)
        level.queue[order_id] = lots
        level.quantity_lots += lots
        self._level_of[order_id] = level
        return trades

    def _enter_market(self, order_id: int, side: Side, lots: int, time_ns: int) -> list[Trade]:
        if not 0 < lots <= MAXIMUM_QUANTITY_LOTS or order_id in self._level_of:
            self._refuse(order_id, lots)
        opposite = self._asks if side > 0 else self._bids
        trades: list[Trade] = []
        if opposite.ranks:
            # The worst price that there is is acceptable.
            self._match(opposite, opposite.ranks[0], order_id, lots, time_ns, trades)
        return trades

    def _match(
        self, opposite: _Half, worst_rank: int, aggressor_id: int, lots: int, time_ns: int, trades: list[Trade]
    ) -> int:
        """Trade against the other side while its rank is at least the worst accepted; return the lots left over."""
        aggressor_side = _SELL if opposite.sign > 0 else _BUY
        level_of = self._level_of
        ranks = opposite.ranks
        while lots and ranks and ranks[-1] >= worst_rank:
            level = opposite.best
            price_ticks = level.price_ticks
            queue = level.queue
            filled: list[int] = []
            lots_before = lots
            for resting_id, resting_lots in queue.items():
                if resting_lots > lots:
                    # Changing the value of a key that exists keeps the order's place in the queue.
                    queue[resting_id] = resting_lots - lots
                    trades.append(Trade(time_ns, resting_id, aggressor_id, aggressor_side, price_ticks, lots))
                    lots = 0
                    break
                trades.append(Trade(time_ns, resting_id, aggressor_id, aggressor_side, price_ticks, resting_lots))
                filled.append(resting_id)
                lots -= resting_lots
                if not lots:
                    break
            level.quantity_lots -= lots_before - lots
            for resting_id in filled:
                del queue[resting_id], level_of[resting_id]
            if not queue:
                opposite.remove(level)
        return lots

    def _refuse(self, order_id: int, lots: int, price_ticks: int = 1) -> NoReturn:
        """Say what is wrong with an incoming order."""
        if order_id in self._level_of:
            raise BookError(f"order {order_id} is resting already; give each order its own id")
        if lots <= 0:
            raise BookError(f"order {order_id} has quantity {lots}; it must be at least 1 lot")
        if lots > MAXIMUM_QUANTITY_LOTS:
            raise BookError(f"order {order_id} has quantity {lots}; it must be at most {MAXIMUM_QUANTITY_LOTS} lots")
        if price_ticks <= 0:
            raise BookError(f"limit order {order_id} has price {price_ticks}; it must be at least 1 tick")
        raise BookError(
            f"limit order {order_id} has price {price_ticks}; it must be at most {MAXIMUM_PRICE_TICKS} ticks"
        )

    def cancel(self, order_id: int) -> int:
        """Take a resting order out of the book and return the lots it still had."""
        level = self._level_of.pop(order_id, None)
        if level is None:
            _refuse_unknown(order_id)
        queue = level.queue
        removed_lots = queue.pop(order_id)
        level.quantity_lots -= removed_lots
        if not queue:
            level.half.remove(level)
        return removed_lots

    def reduce(self, order_id: int, quantity_lots: int) -> int:
        """Take lots off a resting order, which keeps its priority, and return the lots that remain; 0 removes it."""
        return self._take(order_id, quantity_lots)[1]

    def execute(self, order_id: int, quantity_lots: int, time_ns: int = 0) -> Trade:
        """Trade lots of one named resting order against an anonymous aggressor."""
        level, _ = self._take(order_id, quantity_lots)
        aggressor_side = _SELL if level.half.sign > 0 else _BUY
        return Trade(time_ns, order_id, _ANONYMOUS_ORDER_ID, aggressor_side, level.price_ticks, quantity_lots)

    def _take(self, order_id: int, quantity_lots: int) -> tuple[_Level, int]:
        """Take lots off a resting order; return its level and the lots that remain of it."""
        level = self._level_of.get(order_id)
        if level is None:
            _refuse_unknown(order_id)
        queue = level.queue
        remaining_lots = queue[order_id] - quantity_lots
        if quantity_lots <= 0 or remaining_lots < 0:
            raise BookError(f"cannot take {quantity_lots} lots off order {order_id}, which has {queue[order_id]}")
        level.quantity_lots -= quantity_lots
        if remaining_lots:
            queue[order_id] = remaining_lots
        else:
            del queue[order_id], self._level_of[order_id]
            if not queue:
                level.half.remove(level)
        return level, remaining_lots

    def apply(self, event: FeedEvent) -> list[Trade]:
        """Apply one feed event and return the trades that it caused on the visible book."""
        time_ns, event_type, order_id, side, price_ticks, quantity_lots = event
        if event_type == _ADD:
            return self._enter_limit(order_id, side, price_ticks, quantity_lots, time_ns)
        if event_type == _DELETE:
            self.cancel(order_id)
        elif event_type == _MARKET:
            return self._enter_market(order_id, side, quantity_lots, time_ns)
        elif event_type == _REDUCE:
            self._take(order_id, quantity_lots)
        elif event_type == _EXECUTE:
            return [self.execute(order_id, quantity_lots, time_ns)]
        return []

    def best_bid(self) -> tuple[int, int]:
        """Price in ticks and total lots of the highest bid level; ``(0, 0)`` when there is none."""
        best = self._bids.best
        return best.price_ticks, best.quantity_lots

    def best_ask(self) -> tuple[int, int]:
        """Price in ticks and total lots of the lowest ask level; ``(0, 0)`` when there is none."""
        best = self._asks.best
        return best.price_ticks, best.quantity_lots

    def top(self, time_ns: int) -> BookUpdate:
        """Best bid and best ask together, stamped with the time of the event that led to them."""
        bid, ask = self._bids.best, self._asks.best
        return BookUpdate(time_ns, bid.price_ticks, bid.quantity_lots, ask.price_ticks, ask.quantity_lots)

    def imbalance(self, levels: int) -> float:
        """(bid lots - ask lots) / (bid lots + ask lots) over the best levels: -1..1, and 0 for an empty book."""
        bid_lots = self._bids.quantity_of_best(levels)
        ask_lots = self._asks.quantity_of_best(levels)
        total_lots = bid_lots + ask_lots
        return (bid_lots - ask_lots) / total_lots if total_lots else 0.0

    def depth(self, side: Side, levels: int) -> list[tuple[int, int]]:
        """Price in ticks and total lots of the best levels of one side, best first."""
        half = self._bids if side > 0 else self._asks
        best_levels = [half.level_at[rank] for rank in half.ranks[: -levels - 1 : -1]]
        return [(level.price_ticks, level.quantity_lots) for level in best_levels]

    def queue(self, side: Side, price_ticks: int) -> list[tuple[int, int]]:
        """Order id and lots of every order at one price, first in priority first; empty when there is none."""
        half = self._bids if side > 0 else self._asks
        level = half.level_at.get(price_ticks * half.sign)
        return list(level.queue.items()) if level is not None else []

    def quantity_of(self, order_id: int) -> int:
        """Lots that a resting order still has; 0 when no such order is resting."""
        level = self._level_of.get(order_id)
        return level.queue[order_id] if level is not None else 0

    def __len__(self) -> int:
        """Count the resting orders."""
        return len(self._level_of)

    def __contains__(self, order_id: int) -> bool:
        """Tell whether an order of that id is resting."""
        return order_id in self._level_of


def _refuse_unknown(order_id: int) -> NoReturn:
    raise BookError(f"order {order_id} is not resting; it was never added, or it was filled or cancelled")
