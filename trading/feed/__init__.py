"""Feeds: market data from a seeded generator or a recording comes in, feed events in order of time go out."""

from __future__ import annotations

from trading.feed.arrivals import ArrivalParameters
from trading.feed.interface import Feed
from trading.feed.lobster import parse_lobster, read_lobster
from trading.feed.synthetic import generate
from trading.feed.zero_intelligence import MarketParameters

__all__ = ["ArrivalParameters", "Feed", "MarketParameters", "generate", "parse_lobster", "read_lobster"]
