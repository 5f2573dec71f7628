from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.trading.book.books import BOOKS
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

if TYPE_CHECKING:
    from trading.book import OrderBook


@pytest.fixture(params=["reference", "native-mutex", "native-sequence-all"])
def empty(request: pytest.FixtureRequest) -> OrderBook:
    return BOOKS[request.param]()


@pytest.fixture
def book(empty: OrderBook) -> OrderBook:
    """Bids 99 (orders 1: 10 lots, 2: 5 lots) and 98 (order 3: 7 lots), asks 101 (order 4: 8) and 103 (order 5: 20)."""
    resting = [
        (1, Side.BUY, 99, 10),
        (2, Side.BUY, 99, 5),
        (3, Side.BUY, 98, 7),
        (4, Side.SELL, 101, 8),
        (5, Side.SELL, 103, 20),
    ]
    for order_id, side, price_ticks, quantity_lots in resting:
        assert empty.submit(limit(order_id, side, price_ticks, quantity_lots)) == []
    return empty


def limit(order_id: int, side: Side, price_ticks: int, quantity_lots: int) -> Order:
    return Order(order_id, side, OrderType.LIMIT, price_ticks, quantity_lots, 1_000)


def market(order_id: int, side: Side, quantity_lots: int) -> Order:
    return Order(order_id, side, OrderType.MARKET, 0, quantity_lots, 1_000)


def test_best_prices_carry_the_total_of_their_level(book: OrderBook) -> None:
    assert book.best_bid() == (99, 15)
    assert book.best_ask() == (101, 8)
    assert book.top(77) == BookUpdate(77, 99, 15, 101, 8)


def test_an_empty_book_has_zeros_at_the_top_and_no_imbalance(empty: OrderBook) -> None:
    assert empty.top(1) == BookUpdate(1, 0, 0, 0, 0)
    assert empty.imbalance(5) == 0.0
    assert len(empty) == 0


def test_an_aggressor_trades_at_the_resting_price_in_order_of_arrival(book: OrderBook) -> None:
    trades = book.submit(limit(9, Side.SELL, 98, 12))
    assert trades == [Trade(1_000, 1, 9, Side.SELL, 99, 10), Trade(1_000, 2, 9, Side.SELL, 99, 2)]
    assert book.best_bid() == (99, 3)
    assert 9 not in book


def test_what_a_limit_order_leaves_over_rests_at_its_own_price(book: OrderBook) -> None:
    trades = book.submit(limit(9, Side.BUY, 102, 10))
    assert trades == [Trade(1_000, 4, 9, Side.BUY, 101, 8)]
    assert book.best_bid() == (102, 2)
    assert book.best_ask() == (103, 20)


def test_what_a_market_order_leaves_over_is_dropped(book: OrderBook) -> None:
    trades = book.submit(market(9, Side.BUY, 100))
    assert [trade.price_ticks for trade in trades] == [101, 103]
    assert book.best_ask() == (0, 0)
    assert 9 not in book


def test_a_market_order_finds_an_empty_side(empty: OrderBook) -> None:
    assert empty.submit(market(1, Side.SELL, 5)) == []


def test_cancel_returns_the_lots_and_forgets_an_emptied_level(book: OrderBook) -> None:
    assert book.cancel(4) == 8
    assert book.best_ask() == (103, 20)
    assert book.cancel(5) == 20
    assert book.best_ask() == (0, 0)


def test_cancel_of_a_level_behind_the_best_leaves_the_best(book: OrderBook) -> None:
    assert book.cancel(3) == 7
    assert book.depth(Side.BUY, 5) == [(99, 15)]


def test_reduce_keeps_the_place_in_the_queue(book: OrderBook) -> None:
    assert book.reduce(1, 4) == 6
    assert book.queue(Side.BUY, 99) == [(1, 6), (2, 5)]
    assert book.reduce(1, 6) == 0
    assert book.queue(Side.BUY, 99) == [(2, 5)]
    assert book.best_bid() == (99, 5)


def test_execute_trades_a_named_order_out_of_turn(book: OrderBook) -> None:
    assert book.execute(2, 5, 123) == Trade(123, 2, 0, Side.SELL, 99, 5)
    assert book.queue(Side.BUY, 99) == [(1, 10)]


def test_depth_and_imbalance_count_the_levels_asked_for(book: OrderBook) -> None:
    assert book.depth(Side.BUY, 1) == [(99, 15)]
    assert book.depth(Side.SELL, 9) == [(101, 8), (103, 20)]
    assert book.depth(Side.SELL, 0) == []
    assert book.imbalance(1) == (15 - 8) / 23
    assert book.imbalance(9) == (22 - 28) / 50


@pytest.mark.parametrize(
    ("order", "message"),
    [
        (limit(1, Side.BUY, 90, 1), "order 1 is resting already"),
        (limit(9, Side.BUY, 90, 0), "order 9 has quantity 0"),
        (market(9, Side.BUY, -3), "order 9 has quantity -3"),
        (limit(9, Side.BUY, 0, 1), "limit order 9 has price 0"),
        (limit(9, Side.BUY, 4_294_967_296, 1), "price 4294967296; it must be at most 4294967295 ticks"),
        (limit(9, Side.BUY, 90, 1_000_000_001), "quantity 1000000001; it must be at most 1000000000 lots"),
        (market(9, Side.BUY, 1_000_000_001), "quantity 1000000001; it must be at most 1000000000 lots"),
    ],
)
def test_a_bad_order_is_refused_and_changes_nothing(book: OrderBook, order: Order, message: str) -> None:
    before = (book.depth(Side.BUY, 9), book.depth(Side.SELL, 9), len(book))
    with pytest.raises(BookError, match=message):
        book.submit(order)
    assert (book.depth(Side.BUY, 9), book.depth(Side.SELL, 9), len(book)) == before


def test_orders_at_the_limits_are_taken(empty: OrderBook) -> None:
    assert empty.submit(limit(1, Side.SELL, MAXIMUM_PRICE_TICKS, MAXIMUM_QUANTITY_LOTS)) == []
    assert empty.submit(limit(2, Side.SELL, MAXIMUM_PRICE_TICKS, MAXIMUM_QUANTITY_LOTS)) == []
    assert empty.best_ask() == (MAXIMUM_PRICE_TICKS, 2 * MAXIMUM_QUANTITY_LOTS)
    [trade] = empty.submit(limit(3, Side.BUY, MAXIMUM_PRICE_TICKS, MAXIMUM_QUANTITY_LOTS))
    assert trade == Trade(1_000, 1, 3, Side.BUY, MAXIMUM_PRICE_TICKS, MAXIMUM_QUANTITY_LOTS)


def test_twice_the_worth_of_the_greatest_order_fits_63_bits() -> None:
    assert 2 * MAXIMUM_PRICE_TICKS * MAXIMUM_QUANTITY_LOTS < 2**63


def test_unknown_orders_are_refused_by_id(book: OrderBook) -> None:
    for operation in (partial(book.cancel, 77), partial(book.reduce, 77, 1), partial(book.execute, 77, 1)):
        with pytest.raises(BookError, match="order 77 is not resting"):
            operation()
    assert book.quantity_of(77) == 0


@pytest.mark.parametrize("quantity_lots", [0, -1, 11])
def test_taking_an_impossible_quantity_is_refused_and_changes_nothing(book: OrderBook, quantity_lots: int) -> None:
    with pytest.raises(BookError, match=f"cannot take {quantity_lots} lots off order 1, which has 10"):
        book.reduce(1, quantity_lots)
    with pytest.raises(BookError, match="cannot take"):
        book.execute(1, quantity_lots)
    assert book.best_bid() == (99, 15)


@pytest.mark.parametrize(
    ("event_type", "order_id", "quantity_lots", "best_bid", "trades"),
    [
        (EventType.ADD, 9, 4, (99, 19), 0),
        (EventType.REDUCE, 1, 4, (99, 11), 0),
        (EventType.DELETE, 1, 10, (99, 5), 0),
        (EventType.EXECUTE, 1, 4, (99, 11), 1),
        (EventType.HIDDEN_EXECUTE, 0, 4, (99, 15), 0),
        (EventType.CROSS, 0, 4, (99, 15), 0),
        (EventType.HALT, 0, 4, (99, 15), 0),
    ],
)
def test_apply_does_what_the_event_says(
    book: OrderBook,
    event_type: EventType,
    order_id: int,
    quantity_lots: int,
    best_bid: tuple[int, int],
    trades: int,
) -> None:
    event = FeedEvent(5, event_type, order_id, Side.BUY, 99, quantity_lots)
    assert len(book.apply(event)) == trades
    assert book.best_bid() == best_bid


def test_apply_of_a_market_order_matches_it(book: OrderBook) -> None:
    trades = book.apply(FeedEvent(5, EventType.MARKET, 9, Side.SELL, 0, 11))
    assert trades == [Trade(5, 1, 9, Side.SELL, 99, 10), Trade(5, 2, 9, Side.SELL, 99, 1)]
