from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from trading import native
from trading.errors import OrderStateError
from trading.orders import OrderLedger, OrderState, PaperVenue
from trading.records import BookUpdate, Fill, Order, OrderType, Side

if TYPE_CHECKING:
    from collections.abc import Callable

    from trading.orders import OrderManager

QUOTE = BookUpdate(time_ns=50, bid_price_ticks=99, bid_quantity_lots=10, ask_price_ticks=101, ask_quantity_lots=4)


KERNELS = native.load("plain")
KINDS: dict[str, Callable[[], OrderManager]] = {
    "reference": lambda: OrderLedger(PaperVenue()),
    "native": KERNELS.NativeOrderLedger,
    "native with a pool": partial(KERNELS.NativeOrderLedger, order_pool=True),
}


@pytest.fixture(params=KINDS)
def ledger(request: pytest.FixtureRequest) -> OrderManager:
    return KINDS[request.param]()


@pytest.mark.parametrize(
    ("price_ticks", "quantity_lots", "state", "filled_lots"),
    [
        (101, 4, OrderState.FILLED, 4),
        (101, 9, OrderState.CANCELLED, 4),
        (100, 4, OrderState.CANCELLED, 0),
    ],
)
def test_an_order_ends_filled_or_cancelled(
    ledger: OrderManager, price_ticks: int, quantity_lots: int, state: OrderState, filled_lots: int
) -> None:
    fills = ledger.send(Order(1, Side.BUY, OrderType.LIMIT, price_ticks, quantity_lots, 40), QUOTE)
    assert sum(fill.quantity_lots for fill in fills) == filled_lots
    assert ledger.state_of(1) is state
    assert ledger.filled_lots_of(1) == filled_lots
    assert len(ledger) == 1


def test_an_order_is_sent_once(ledger: OrderManager) -> None:
    order = Order(1, Side.BUY, OrderType.MARKET, 0, 1, 40)
    ledger.send(order, QUOTE)
    with pytest.raises(OrderStateError, match="order 1 was sent before"):
        ledger.send(order, QUOTE)


def test_an_order_that_was_never_sent_has_no_state(ledger: OrderManager) -> None:
    with pytest.raises(OrderStateError, match="order 9 was never sent"):
        ledger.state_of(9)
    with pytest.raises(OrderStateError, match="order 9 was never sent"):
        ledger.filled_lots_of(9)


@pytest.mark.parametrize("order_id", [9, 2**64, -(2**80)])
def test_no_id_is_too_great_to_be_unknown(ledger: OrderManager, order_id: int) -> None:
    with pytest.raises(OrderStateError, match=f"order {order_id} was never sent"):
        ledger.state_of(order_id)


@pytest.mark.parametrize(("quantity_lots", "displayed_lots"), [(0, 4), (-3, 4), (5, -2)])
def test_a_fill_that_the_order_does_not_have_is_refused(
    ledger: OrderManager, quantity_lots: int, displayed_lots: int
) -> None:
    order = Order(1, Side.BUY, OrderType.MARKET, 0, quantity_lots, 40)
    lots = min(quantity_lots, displayed_lots)
    with pytest.raises(OrderStateError, match=f"order 1 of {quantity_lots} lots cannot fill {lots} more: 0 are filled"):
        ledger.send(order, QUOTE._replace(ask_quantity_lots=displayed_lots))
    assert ledger.state_of(1) is OrderState.SENT


def test_a_fill_is_of_the_order_at_the_price_and_time_of_the_quote(ledger: OrderManager) -> None:
    order = Order(7, Side.SELL, OrderType.LIMIT, 90, 3, 40, "ABC")
    assert ledger.send(order, QUOTE) == [Fill(50, 7, Side.SELL, 99, 3, "ABC")]


@pytest.mark.parametrize("field", ["order_id", "price_ticks", "quantity_lots"])
def test_a_native_ledger_refuses_what_64_bits_do_not_hold_and_stays_as_it_was(field: str) -> None:
    ledger = KERNELS.NativeOrderLedger()
    order = Order(1, Side.BUY, OrderType.LIMIT, 101, 4, 40)
    with pytest.raises(OverflowError, match="does not fit in 64 bits"):
        ledger.send(Order._make(2**63 if name == field else value for name, value in order._asdict().items()), QUOTE)
    assert len(ledger) == 0


def test_a_pool_takes_memory_for_many_orders_at_once() -> None:
    allocations = []
    for has_pool in (False, True):
        ledger: Any = KERNELS.NativeOrderLedger(order_pool=has_pool)
        for order_id in range(1_000):
            ledger.send(Order(order_id, Side.BUY, OrderType.MARKET, 0, 1, 40), QUOTE)
        allocations.append(ledger.allocations)
    assert allocations == [1_000, 2]
