from __future__ import annotations

import pytest

from trading.book import LevelView, OrderView, PriceTimeBook, level_views, microprice, order_views
from trading.records import BookUpdate, Order, OrderType, Side


@pytest.fixture
def book() -> PriceTimeBook:
    book = PriceTimeBook()
    for order_id, price_ticks, lots in ((1, 99, 10), (2, 98, 7), (3, 99, 5)):
        book.submit(Order(order_id, Side.BUY, OrderType.LIMIT, price_ticks, lots, order_id))
    return book


def test_levels_carry_their_number_of_orders(book: PriceTimeBook) -> None:
    assert level_views(book, Side.BUY, 5) == [LevelView(99, 15, 2), LevelView(98, 7, 1)]
    assert level_views(book, Side.SELL, 5) == []


def test_orders_come_in_the_order_in_which_they_would_trade(book: PriceTimeBook) -> None:
    assert order_views(book, Side.BUY, 2) == [OrderView(1, 99, 10, 0), OrderView(3, 99, 5, 1), OrderView(2, 98, 7, 0)]
    assert len(order_views(book, Side.BUY, 1)) == 2


@pytest.mark.parametrize(
    ("top", "price_ticks"),
    [
        (BookUpdate(0, 99, 5, 101, 5), 100.0),
        (BookUpdate(0, 99, 30, 101, 10), 100.5),
        (BookUpdate(0, 99, 30, 0, 0), None),
        (BookUpdate(0, 0, 0, 101, 10), None),
    ],
)
def test_the_microprice_leans_towards_the_thinner_side(top: BookUpdate, price_ticks: float | None) -> None:
    assert microprice(top) == price_ticks
