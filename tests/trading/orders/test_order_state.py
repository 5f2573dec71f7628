from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from trading.errors import OrderStateError
from trading.orders import OrderLife, OrderState

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def life() -> OrderLife:
    life = OrderLife(7, 10)
    life.mark_sent()
    return life


def test_an_order_is_created_before_it_is_sent() -> None:
    life = OrderLife(7, 10)
    states = [life.state]
    life.mark_sent()
    assert [*states, life.state] == [OrderState.CREATED, OrderState.SENT]


def test_fills_add_up_to_a_filled_order(life: OrderLife) -> None:
    life.mark_filled(4)
    assert (life.state, life.filled_lots) == (OrderState.PARTIALLY_FILLED, 4)
    life.mark_filled(3)
    assert life.state is OrderState.PARTIALLY_FILLED
    life.mark_filled(3)
    assert (life.state, life.filled_lots) == (OrderState.FILLED, 10)
    assert life.state.is_final


def test_the_rest_of_a_partly_filled_order_can_be_cancelled(life: OrderLife) -> None:
    life.mark_filled(4)
    life.mark_cancelled()
    assert (life.state, life.filled_lots) == (OrderState.CANCELLED, 4)


def test_a_partly_filled_order_cannot_be_rejected(life: OrderLife) -> None:
    life.mark_filled(4)
    with pytest.raises(OrderStateError, match="order 7 is partially filled and cannot become rejected"):
        life.mark_rejected()


@pytest.mark.parametrize("quantity_lots", [0, -1, 11])
def test_an_impossible_fill_is_refused_and_changes_nothing(life: OrderLife, quantity_lots: int) -> None:
    with pytest.raises(OrderStateError, match=f"order 7 of 10 lots cannot fill {quantity_lots} more: 0 are filled"):
        life.mark_filled(quantity_lots)
    assert (life.state, life.filled_lots) == (OrderState.SENT, 0)


END: dict[OrderState, Callable[[OrderLife], None]] = {
    OrderState.FILLED: lambda life: life.mark_filled(10),
    OrderState.CANCELLED: OrderLife.mark_cancelled,
    OrderState.REJECTED: OrderLife.mark_rejected,
}


@pytest.mark.parametrize("state", END)
def test_nothing_happens_to_an_order_after_its_end(life: OrderLife, state: OrderState) -> None:
    END[state](life)
    assert life.state is state
    assert state.is_final
    for move in (OrderLife.mark_sent, OrderLife.mark_cancelled, OrderLife.mark_rejected):
        with pytest.raises(OrderStateError, match=f"order 7 is {state.label} and cannot become"):
            move(life)
