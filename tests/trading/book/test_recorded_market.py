from __future__ import annotations

import pytest

from tests.trading.book.books import BOOKS
from trading.book import RecordedMarket
from trading.records import EventType, FeedEvent, Side


@pytest.fixture(params=["reference", "native-mutex", "native-sequence-all"])
def market(request: pytest.FixtureRequest) -> RecordedMarket:
    return RecordedMarket(BOOKS[request.param]())


def event(event_type: EventType, order_id: int, side: Side, price_ticks: int, quantity_lots: int) -> FeedEvent:
    return FeedEvent(1, event_type, order_id, side, price_ticks, quantity_lots)


def test_a_change_of_an_order_never_seen_changes_nothing_and_is_counted(market: RecordedMarket) -> None:
    for event_type in (EventType.REDUCE, EventType.DELETE, EventType.EXECUTE):
        assert market.apply(event(event_type, 5, Side.BUY, 100, 1)) == []
    assert market.unseen_orders == 3
    assert len(market.book) == 0


def test_an_order_that_rests_proves_that_crossing_ones_are_gone(market: RecordedMarket) -> None:
    market.apply(event(EventType.ADD, 1, Side.SELL, 100, 5))
    market.apply(event(EventType.ADD, 2, Side.SELL, 101, 5))
    market.apply(event(EventType.ADD, 3, Side.SELL, 102, 5))
    assert market.apply(event(EventType.ADD, 4, Side.BUY, 101, 7)) == []
    assert market.evicted_orders == 2
    assert market.book.best_ask() == (102, 5)
    assert market.book.best_bid() == (101, 7)


def test_an_adopted_level_stands_in_for_orders_never_seen(market: RecordedMarket) -> None:
    market.adopt_level(Side.BUY, 100, 10, time_ns=1)
    assert market.apply(event(EventType.REDUCE, 7, Side.BUY, 100, 2)) == []
    [trade] = market.apply(event(EventType.EXECUTE, 8, Side.BUY, 100, 3))
    assert (trade.price_ticks, trade.quantity_lots, trade.aggressor_side) == (100, 3, Side.SELL)
    assert market.book.best_bid() == (100, 5)
    market.apply(event(EventType.DELETE, 9, Side.BUY, 100, 5))
    assert market.book.best_bid() == (0, 0)
    assert (market.adopted_levels, market.unseen_orders) == (1, 0)


def test_adopting_a_level_replaces_it_and_removes_all_that_contradicts_it(market: RecordedMarket) -> None:
    market.apply(event(EventType.ADD, 1, Side.BUY, 101, 1))
    market.apply(event(EventType.ADD, 2, Side.BUY, 100, 2))
    market.apply(event(EventType.ADD, 3, Side.BUY, 99, 3))
    market.apply(event(EventType.ADD, 4, Side.SELL, 102, 4))
    market.adopt_level(Side.BUY, 100, 50, time_ns=1)
    assert market.book.depth(Side.BUY, 9) == [(100, 50), (99, 3)]
    assert market.book.best_ask() == (102, 4)
    market.adopt_level(Side.SELL, 100, 6, time_ns=1)
    assert market.book.best_bid() == (99, 3)
    assert market.book.best_ask() == (100, 6)


def test_a_stand_in_that_is_too_small_counts_as_unseen(market: RecordedMarket) -> None:
    market.adopt_level(Side.SELL, 100, 2, time_ns=1)
    market.apply(event(EventType.EXECUTE, 8, Side.SELL, 100, 3))
    assert market.unseen_orders == 1
    assert market.book.best_ask() == (100, 2)


def test_a_level_that_holds_the_quantity_of_an_order_never_seen_is_pooled(market: RecordedMarket) -> None:
    market.apply(event(EventType.ADD, 1, Side.BUY, 100, 6))
    market.apply(event(EventType.ADD, 2, Side.BUY, 100, 4))
    market.apply(event(EventType.DELETE, 99, Side.BUY, 100, 7))
    assert market.book.best_bid() == (100, 3)
    assert (market.evicted_orders, market.unseen_orders) == (2, 0)
    market.apply(event(EventType.DELETE, 2, Side.BUY, 100, 3))
    assert market.book.best_bid() == (0, 0)


def test_a_cancel_takes_the_lots_that_the_record_says(market: RecordedMarket) -> None:
    market.apply(event(EventType.ADD, 1, Side.BUY, 100, 6))
    market.apply(event(EventType.DELETE, 1, Side.BUY, 100, 2))
    assert market.book.best_bid() == (100, 4)
