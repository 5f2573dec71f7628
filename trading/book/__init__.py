"""Order books: orders and feed events in, trades and the state of both sides out."""

from __future__ import annotations

from trading.book.interface import OrderBook
from trading.book.price_time_book import PriceTimeBook
from trading.book.recorded_market import RecordedMarket

__all__ = ["OrderBook", "PriceTimeBook", "RecordedMarket"]
