"""Feeds: market data from a seeded generator or a recording comes in, feed events in order of time go out."""

from __future__ import annotations

from trading.feed.arrival_statistics import ArrivalStatistics, arrival_statistics
from trading.feed.arrivals import ArrivalParameters
from trading.feed.feed_files import FeedFormat, format_of, read_feed, write_feed
from trading.feed.interface import Feed
from trading.feed.itch_reader import ItchReader
from trading.feed.itch_writer import write_itch
from trading.feed.lobster import parse_lobster, read_lobster
from trading.feed.lobster_writer import write_lobster
from trading.feed.synthetic import generate
from trading.feed.zero_intelligence import MarketParameters

__all__ = [
    "ArrivalParameters",
    "ArrivalStatistics",
    "Feed",
    "FeedFormat",
    "ItchReader",
    "MarketParameters",
    "arrival_statistics",
    "format_of",
    "generate",
    "parse_lobster",
    "read_feed",
    "read_lobster",
    "write_feed",
    "write_itch",
    "write_lobster",
]
