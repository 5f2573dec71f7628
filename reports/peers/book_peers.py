"""Matching books of PyPI, each behind the one face of :mod:`reports.peers.matching_book`.

Every function here imports a package and returns what builds empty books of it. Prices go in as integers of ticks where
a package takes them, which suits it best.
"""

from __future__ import annotations

import logging
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from reports.peers.matching_book import RestingFill
from reports.peers.sorted_book import SortedBook
from trading.records import EventType

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reports.peers.matching_book import MatchingBook
    from reports.peers.records import Call
    from trading.records import FeedEvent

_SYMBOL = "SYNTH"
_BEYOND_ANY_PRICE = 1_000_000


class LimitOrderBook:
    """limit-order-book 2 and 3: C++ behind ctypes. It reports no trades."""

    tells_trades = False

    def __init__(self, package: Any) -> None:
        self._book = package.LimitOrderBook()

    def bind(self, events: Sequence[FeedEvent]) -> list[Call]:
        """Make one call an event."""
        book = self._book
        calls: list[Call] = []
        for event in events:
            is_buy = event.side > 0
            if event.event_type is EventType.DELETE:
                calls.append(partial(book.cancel, event.order_id))
            elif event.event_type is EventType.MARKET:
                market = book.market_buy if is_buy else book.market_sell
                calls.append(partial(market, event.order_id, event.quantity_lots))
            else:
                limit = book.limit_buy if is_buy else book.limit_sell
                calls.append(partial(limit, event.order_id, event.quantity_lots, event.price_ticks))
        return calls

    def fills(self, result: object) -> list[RestingFill]:
        """Know of none: calls return nothing."""
        del result
        return []

    def best_prices(self) -> tuple[int, int]:
        """Best bid and best ask in ticks."""
        return self._book.best_buy(), self._book.best_sell()


class LightMatchingEngine:
    """lightmatchingengine: plain Python; price 0 is a market order, and ids count up from 1 as those of the flow do."""

    tells_trades = True

    def __init__(self, package: Any) -> None:
        self._engine = package.LightMatchingEngine()
        self._buy, self._sell = package.Side.BUY, package.Side.SELL

    def bind(self, events: Sequence[FeedEvent]) -> list[Call]:
        """Make one call an event."""
        add, cancel = self._engine.add_order, self._engine.cancel_order
        return [
            partial(cancel, event.order_id, _SYMBOL)
            if event.event_type is EventType.DELETE
            else partial(
                add,
                _SYMBOL,
                float(event.price_ticks),
                float(event.quantity_lots),
                self._buy if event.side > 0 else self._sell,
            )
            for event in events
        ]

    def fills(self, result: Any) -> list[RestingFill]:
        """Leave out the trades of the aggressor: there is one a level, beside those of the resting orders."""
        if not isinstance(result, tuple):
            return []
        order, trades = result
        return [
            RestingFill(trade.order_id, int(trade.trade_price), int(trade.trade_qty))
            for trade in trades
            if trade.order_id != order.order_id
        ]

    def best_prices(self) -> tuple[int, int]:
        """Best bid and best ask in ticks."""
        book = self._engine.order_books[_SYMBOL]
        return int(max(book.bids, default=0)), int(min(book.asks, default=0))


class PyOrderBook:
    """pyorderbook: plain Python. It has no market orders: a limit beyond any price stands in."""

    tells_trades = True

    def __init__(self, package: Any) -> None:
        self._package = package
        self._book = package.Book()
        self._order_at: dict[int, Any] = {}
        self._id_of: dict[Any, int] = {}

    def bind(self, events: Sequence[FeedEvent]) -> list[Call]:
        """Make one call an event, and the order that it takes."""
        match, cancel = self._book.match, self._book.cancel
        calls: list[Call] = []
        for event in events:
            if event.event_type is EventType.DELETE:
                calls.append(partial(cancel, self._order_at.pop(event.order_id)))
                continue
            is_buy = event.side > 0
            price = event.price_ticks or (_BEYOND_ANY_PRICE if is_buy else 1)
            make = self._package.bid if is_buy else self._package.ask
            order = make(_SYMBOL, price, event.quantity_lots)
            self._order_at[event.order_id] = order
            self._id_of[order.id] = event.order_id
            calls.append(partial(match, order))
        return calls

    def fills(self, result: Any) -> list[RestingFill]:
        """Read the blotter."""
        return [
            RestingFill(self._id_of[trade.standing_order_id], int(trade.fill_price), trade.fill_quantity)
            for trade in (result.trades if result is not None else [])
        ]

    def best_prices(self) -> tuple[int, int]:
        """Best bid and best ask in ticks; levels whose orders were all cancelled stay in the package's heaps."""
        side = self._package.Side
        best = []
        for one, choose in ((side.BID, max), (side.ASK, min)):
            prices = [level.price for level in self._book.levels[_SYMBOL][one] if level.orders]
            best.append(int(choose(prices, default=0)))
        return best[0], best[1]


class CythonOrderBook:
    """cython-orderbook: Cython over sortedcontainers."""

    tells_trades = True

    def __init__(self, package: Any) -> None:
        self._package = package
        self._book = package.OrderBook()
        self._peer_id_of: dict[int, str] = {}
        self._id_of: dict[str, int] = {}
        self._trades_read = 0

    def bind(self, events: Sequence[FeedEvent]) -> list[Call]:
        """Make one call an event, and the order that it takes."""
        book, sides, make = self._book, self._package.OrderSide, self._package.Order
        calls: list[Call] = []
        for event in events:
            if event.event_type is EventType.DELETE:
                calls.append(partial(book.cancel_order, self._peer_id_of.pop(event.order_id)))
                continue
            is_market = event.event_type is EventType.MARKET
            side = sides.BID if event.side > 0 else sides.ASK
            order = make(side, event.quantity_lots, None if is_market else event.price_ticks)
            self._peer_id_of[event.order_id] = order.order_id
            self._id_of[order.order_id] = event.order_id
            calls.append(partial(book.add_market_order if is_market else book.add_limit_order, order))
        return calls

    def fills(self, result: object) -> list[RestingFill]:
        """Read what the book's log has more than at the last time."""
        del result
        new = self._book.trade_log[self._trades_read :]
        self._trades_read += len(new)
        return [RestingFill(self._id_of[trade.filler_id], trade.price, trade.quantity_filled) for trade in new]

    def best_prices(self) -> tuple[int, int]:
        """Best bid and best ask in ticks."""
        return self._book.best_bid() or 0, self._book.best_ask() or 0


def limit_order_book() -> Callable[[], MatchingBook]:
    """Import limit-order-book."""
    return partial(LimitOrderBook, import_module("limit_order_book"))


def sorted_containers() -> Callable[[], MatchingBook]:
    """Import sortedcontainers, for a book of our own over it."""
    return partial(SortedBook, import_module("sortedcontainers").SortedDict)


def light_matching_engine() -> Callable[[], MatchingBook]:
    """Import lightmatchingengine."""
    return partial(LightMatchingEngine, import_module("lightmatchingengine.lightmatchingengine"))


def py_order_book() -> Callable[[], MatchingBook]:
    """Import pyorderbook, and silence the log lines that it writes for each order: printing is not matching."""
    package = import_module("pyorderbook")
    logging.getLogger("pyorderbook").setLevel(logging.CRITICAL)
    return partial(PyOrderBook, package)


def cython_order_book() -> Callable[[], MatchingBook]:
    """Import cython-orderbook."""
    return partial(CythonOrderBook, import_module("cython_orderbook"))


PEERS: tuple[tuple[str, Callable[[], Callable[[], MatchingBook]]], ...] = (
    ("limit-order-book", limit_order_book),
    ("sortedcontainers", sorted_containers),
    ("lightmatchingengine", light_matching_engine),
    ("pyorderbook", py_order_book),
    ("cython-orderbook", cython_order_book),
)
"""The distribution's name, and what imports it."""
