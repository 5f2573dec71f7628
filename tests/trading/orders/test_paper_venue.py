from __future__ import annotations

import pytest

from trading.orders import PaperVenue
from trading.records import BookUpdate, Fill, Order, OrderType, Side

QUOTE = BookUpdate(time_ns=50, bid_price_ticks=99, bid_quantity_lots=10, ask_price_ticks=101, ask_quantity_lots=4)
EMPTY = BookUpdate(50, 0, 0, 0, 0)


def order(side: Side, order_type: OrderType, price_ticks: int, quantity_lots: int) -> Order:
    return Order(1, side, order_type, price_ticks, quantity_lots, 40, "ABC")


@pytest.mark.parametrize(
    ("side", "order_type", "price_ticks", "quantity_lots", "fill"),
    [
        (Side.BUY, OrderType.LIMIT, 101, 3, (101, 3)),
        (Side.BUY, OrderType.LIMIT, 105, 9, (101, 4)),
        (Side.BUY, OrderType.LIMIT, 100, 3, None),
        (Side.SELL, OrderType.LIMIT, 99, 3, (99, 3)),
        (Side.SELL, OrderType.LIMIT, 90, 30, (99, 10)),
        (Side.SELL, OrderType.LIMIT, 100, 3, None),
        (Side.BUY, OrderType.MARKET, 0, 3, (101, 3)),
        (Side.SELL, OrderType.MARKET, 0, 30, (99, 10)),
    ],
)
def test_a_marketable_order_takes_what_is_displayed_and_no_other_does(
    side: Side, order_type: OrderType, price_ticks: int, quantity_lots: int, fill: tuple[int, int] | None
) -> None:
    fills = PaperVenue().send(order(side, order_type, price_ticks, quantity_lots), QUOTE)
    assert fills == ([Fill(50, 1, side, *fill, "ABC")] if fill else [])


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("order_type", OrderType)
def test_an_empty_side_fills_nothing(side: Side, order_type: OrderType) -> None:
    assert PaperVenue().send(order(side, order_type, 100, 3), EMPTY) == []
