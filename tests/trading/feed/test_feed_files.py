"""LOBSTER and ITCH: what is written is read again, and replays to the book that it was recorded from."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from trading.book import PriceTimeBook, RecordedMarket, as_recorded
from trading.errors import ConfigurationError, MissingPackageError
from trading.feed import FeedFormat, MarketParameters, format_of, generate, read_feed, write_feed
from trading.records import EventType, FeedEvent, Side

ROWS = [
    FeedEvent(1, EventType.HIDDEN_EXECUTE, 0, Side.SELL, 2_238_200, 1),
    FeedEvent(2, EventType.ADD, 5, Side.BUY, 2_238_100, 21),
    FeedEvent(3, EventType.REDUCE, 5, Side.BUY, 2_238_100, 1),
    FeedEvent(34_200_000_000_007, EventType.EXECUTE, 5, Side.BUY, 2_238_100, 4),
    FeedEvent(34_200_000_000_008, EventType.DELETE, 5, Side.BUY, 2_238_100, 16),
    FeedEvent(34_200_000_000_009, EventType.CROSS, 0, Side.BUY, 2_238_100, 500),
    FeedEvent(34_200_000_000_010, EventType.HALT, 0, Side.SELL, -1, 0),
    FeedEvent(34_200_000_000_011, EventType.HALT, 0, Side.SELL, 0, 0),
    FeedEvent(34_200_000_000_012, EventType.HALT, 0, Side.SELL, 1, 0),
]
NAMES = ["f.csv", "f.itch", "f.csv.gz", "f.itch.xz", "f.csv.zst", "f.itch.zst"]


@pytest.mark.parametrize(
    ("name", "feed_format"),
    [
        ("AMZN_2012-06-21_34200000_57600000_message_1.csv.xz", FeedFormat.LOBSTER),
        ("messages.txt", FeedFormat.LOBSTER),
        ("01302019.NASDAQ_ITCH50.gz", FeedFormat.ITCH),
        ("S081321-v50.txt.gz", FeedFormat.ITCH),
        ("day.itch", FeedFormat.ITCH),
    ],
)
def test_the_name_tells_the_format(name: str, feed_format: FeedFormat) -> None:
    assert format_of(Path("itch") / name) is feed_format


@pytest.mark.parametrize("name", NAMES)
def test_every_kind_of_event_is_written_and_read(tmp_path: Path, name: str) -> None:
    if name.endswith("zst"):
        pytest.importorskip("zstandard")
    assert write_feed(ROWS, tmp_path / name, "AMZN") == len(ROWS)
    assert list(read_feed(tmp_path / name)) == ROWS


def test_a_format_that_is_given_counts_more_than_the_name(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    write_feed(ROWS, path, "AMZN", FeedFormat.ITCH)
    assert list(read_feed(path, "AMZN", FeedFormat.ITCH)) == ROWS


@pytest.mark.parametrize("name", ["f.csv", "f.itch"])
@pytest.mark.parametrize("seed", range(3))
def test_a_recording_replays_to_the_book_that_it_was_recorded_from(tmp_path: Path, name: str, seed: int) -> None:
    recorded_book = PriceTimeBook()
    recorded = list(as_recorded(generate(4_000, seed, market=MarketParameters(live_orders=80)), recorded_book))
    write_feed(recorded, tmp_path / name, "SYNTH")
    market = RecordedMarket(PriceTimeBook())
    read = []
    for event in read_feed(tmp_path / name):
        market.apply(event)
        read.append(event)
    assert read == recorded
    assert (market.unseen_orders, market.evicted_orders) == (0, 0)
    for side in Side:
        depth = recorded_book.depth(side, 1_000)
        assert market.book.depth(side, 1_000) == depth
        assert [market.book.queue(side, price) for price, _ in depth] == [
            recorded_book.queue(side, price) for price, _ in depth
        ]


@pytest.mark.parametrize("name", ["f.csv", "f.itch"])
def test_a_market_order_is_refused_and_no_file_is_left(tmp_path: Path, name: str) -> None:
    flow = [ROWS[1], FeedEvent(9, EventType.MARKET, 6, Side.SELL, 0, 1)]
    with pytest.raises(ConfigurationError, match="event 2 is a market order"):
        write_feed(flow, tmp_path / name, "AMZN")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "change", [{"time_ns": 2**48}, {"order_id": 2**64}, {"price_ticks": -1}, {"quantity_lots": 2**32}, {"time_ns": -1}]
)
def test_an_event_that_does_not_fit_an_itch_message_is_refused(tmp_path: Path, change: dict[str, int]) -> None:
    event = FeedEvent(**{**ROWS[1]._asdict(), **change})
    with pytest.raises(ConfigurationError, match="event 1 does not fit an ITCH message"):
        write_feed([event], tmp_path / "f.itch", "AMZN")


@pytest.mark.parametrize("symbol", ["", "NINE_CHAR", " A", "Ä"])
def test_a_symbol_that_does_not_fit_is_refused(tmp_path: Path, symbol: str) -> None:
    with pytest.raises(ConfigurationError, match="1 to 8 ASCII characters"):
        write_feed(ROWS, tmp_path / "f.itch", symbol)


def test_a_package_that_is_missing_is_a_typed_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(MissingPackageError, match="zstandard"):
        list(read_feed(tmp_path / "f.itch.zst"))
