"""Order books: orders and feed events in, trades and the state of both sides out."""

from __future__ import annotations

from trading.book.interface import NativeOrderBook, OrderBook
from trading.book.matching_engine import PLAIN, MatchingEngine
from trading.book.order_result import OrderResult, Outcome
from trading.book.packed_events import pack_events
from trading.book.price_time_book import PriceTimeBook
from trading.book.recorded_market import RecordedMarket
from trading.book.recording import as_recorded
from trading.book.views import LevelView, OrderView, level_views, microprice, order_views

__all__ = [
    "PLAIN",
    "LevelView",
    "MatchingEngine",
    "NativeOrderBook",
    "OrderBook",
    "OrderResult",
    "OrderView",
    "Outcome",
    "PriceTimeBook",
    "RecordedMarket",
    "as_recorded",
    "level_views",
    "microprice",
    "order_views",
    "pack_events",
]
