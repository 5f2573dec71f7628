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


@pytest.mark.parametrize("filled_lots", [0, 4])
@pytest.mark.parametrize("is_accepted", [True, False])
def test_a_change_leads_back_to_the_state_before_it(life: OrderLife, filled_lots: int, *, is_accepted: bool) -> None:
    if filled_lots:
        life.mark_filled(filled_lots)
    before = life.state
    life.mark_replacing(15)
    assert (life.state, life.quantity_lots, life.replacement_lots) == (OrderState.REPLACING, 10, 15)
    if is_accepted:
        life.mark_replaced()
    else:
        life.mark_replace_refused()
    assert (life.state, life.quantity_lots, life.replacement_lots) == (before, 15 if is_accepted else 10, 0)


def test_an_order_trades_while_its_change_is_on_its_way(life: OrderLife) -> None:
    life.mark_replacing(15)
    life.mark_filled(4)
    assert (life.state, life.filled_lots) == (OrderState.REPLACING, 4)
    life.mark_replaced()
    states = [life.state]
    life.mark_filled(11)
    assert [*states, life.state] == [OrderState.PARTIALLY_FILLED, OrderState.FILLED]


def test_a_fill_of_the_whole_order_overtakes_its_change(life: OrderLife) -> None:
    life.mark_replacing(15)
    life.mark_filled(10)
    assert life.state is OrderState.FILLED
    with pytest.raises(OrderStateError, match="order 7 is filled, and no change of it is on its way"):
        life.mark_replaced()


def test_a_change_that_the_fills_used_up_must_be_refused_by_the_venue(life: OrderLife) -> None:
    life.mark_replacing(3)
    life.mark_filled(3)
    with pytest.raises(OrderStateError, match="order 7 cannot become one of 3 lots: 3 are filled"):
        life.mark_replaced()
    life.mark_replace_refused()
    assert (life.state, life.quantity_lots) == (OrderState.PARTIALLY_FILLED, 10)


def test_one_change_at_a_time_and_to_more_than_is_filled(life: OrderLife) -> None:
    life.mark_filled(4)
    with pytest.raises(OrderStateError, match="order 7 cannot become one of 4 lots: 4 are filled"):
        life.mark_replacing(4)
    life.mark_replacing(5)
    with pytest.raises(OrderStateError, match="order 7 is replacing already"):
        life.mark_replacing(6)


@pytest.mark.parametrize("end", [OrderLife.mark_cancelled, OrderLife.mark_expired])
@pytest.mark.parametrize("is_replacing", [True, False])
def test_an_order_can_end_unfilled_at_any_time(
    life: OrderLife, end: Callable[[OrderLife], None], *, is_replacing: bool
) -> None:
    life.mark_filled(4)
    if is_replacing:
        life.mark_replacing(9)
    end(life)
    assert life.state.is_final
    assert life.filled_lots == 4


@pytest.mark.parametrize("quantity_lots", [0, -1, 11])
def test_an_impossible_fill_is_refused_and_changes_nothing(life: OrderLife, quantity_lots: int) -> None:
    with pytest.raises(OrderStateError, match=f"order 7 of 10 lots cannot fill {quantity_lots} more: 0 are filled"):
        life.mark_filled(quantity_lots)
    assert (life.state, life.filled_lots) == (OrderState.SENT, 0)


END: dict[OrderState, Callable[[OrderLife], None]] = {
    OrderState.FILLED: lambda life: life.mark_filled(10),
    OrderState.CANCELLED: OrderLife.mark_cancelled,
    OrderState.REJECTED: OrderLife.mark_rejected,
    OrderState.EXPIRED: OrderLife.mark_expired,
}


@pytest.mark.parametrize("state", END)
def test_nothing_happens_to_an_order_after_its_end(life: OrderLife, state: OrderState) -> None:
    END[state](life)
    assert life.state is state
    assert state.is_final
    moves = (OrderLife.mark_sent, OrderLife.mark_cancelled, OrderLife.mark_rejected, OrderLife.mark_expired)
    for move in (*moves, lambda life: life.mark_replacing(20)):
        with pytest.raises(OrderStateError, match=f"order 7 is {state.label} and cannot become"):
            move(life)
    for answer in (OrderLife.mark_replaced, OrderLife.mark_replace_refused):
        with pytest.raises(OrderStateError, match="no change of it is on its way"):
            answer(life)
