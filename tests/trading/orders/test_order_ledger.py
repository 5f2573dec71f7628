from __future__ import annotations

import pytest

from trading.errors import OrderStateError
from trading.orders import OrderLedger, OrderState, PaperVenue
from trading.records import BookUpdate, Order, OrderType, Side

QUOTE = BookUpdate(time_ns=50, bid_price_ticks=99, bid_quantity_lots=10, ask_price_ticks=101, ask_quantity_lots=4)


@pytest.fixture
def ledger() -> OrderLedger:
    return OrderLedger(PaperVenue())


@pytest.mark.parametrize(
    ("price_ticks", "quantity_lots", "state", "filled_lots"),
    [
        (101, 4, OrderState.FILLED, 4),
        (101, 9, OrderState.CANCELLED, 4),
        (100, 4, OrderState.CANCELLED, 0),
    ],
)
def test_an_order_ends_filled_or_cancelled(
    ledger: OrderLedger, price_ticks: int, quantity_lots: int, state: OrderState, filled_lots: int
) -> None:
    fills = ledger.send(Order(1, Side.BUY, OrderType.LIMIT, price_ticks, quantity_lots, 40), QUOTE)
    assert sum(fill.quantity_lots for fill in fills) == filled_lots
    assert ledger.state_of(1) is state
    assert ledger.filled_lots_of(1) == filled_lots
    assert len(ledger) == 1


def test_an_order_is_sent_once(ledger: OrderLedger) -> None:
    order = Order(1, Side.BUY, OrderType.MARKET, 0, 1, 40)
    ledger.send(order, QUOTE)
    with pytest.raises(OrderStateError, match="order 1 was sent before"):
        ledger.send(order, QUOTE)


def test_an_order_that_was_never_sent_has_no_state(ledger: OrderLedger) -> None:
    with pytest.raises(OrderStateError, match="order 9 was never sent"):
        ledger.state_of(9)
    with pytest.raises(OrderStateError, match="order 9 was never sent"):
        ledger.filled_lots_of(9)
