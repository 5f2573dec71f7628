from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trading.records import Order, OrderType, Side
from trading.risk.open_orders import OpenOrders


def order(order_id: int, side: Side, quantity: int) -> Order:
    return Order(order_id, side, OrderType.LIMIT, 100, quantity, 0)


def test_each_side_is_counted_by_itself() -> None:
    under_test = OpenOrders()
    under_test.add(order(1, Side.BUY, 10))
    under_test.add(order(2, Side.SELL, 7))
    under_test.execute(1, 4)
    under_test.execute(2, 2)
    assert (under_test.buy_lots, under_test.sell_lots, len(under_test)) == (6, 5, 2)
    under_test.close(1)
    under_test.execute(2, 5)
    assert (under_test.buy_lots, under_test.sell_lots, len(under_test)) == (0, 0, 0)


def test_the_same_id_again_replaces_the_order() -> None:
    under_test = OpenOrders()
    under_test.add(order(1, Side.BUY, 10))
    under_test.add(order(1, Side.SELL, 3))
    assert (under_test.buy_lots, under_test.sell_lots) == (0, 3)


def test_an_unknown_order_changes_nothing() -> None:
    under_test = OpenOrders()
    under_test.execute(9, 5)
    under_test.close(9)
    assert (under_test.buy_lots, under_test.sell_lots) == (0, 0)


STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "execute", "close"]), st.integers(1, 4), st.sampled_from(Side), st.integers(1, 9))
)


@given(STEPS)
def test_the_totals_are_the_sums_over_the_orders(steps: list[tuple[str, int, Side, int]]) -> None:
    under_test, model = OpenOrders(), dict[int, tuple[Side, int]]()
    for action, order_id, side, quantity in steps:
        if action == "add":
            under_test.add(order(order_id, side, quantity))
            model[order_id] = side, quantity
        elif action == "close":
            under_test.close(order_id)
            model.pop(order_id, None)
        else:
            under_test.execute(order_id, quantity)
            if order_id in model:
                open_side, lots = model.pop(order_id)
                if lots > quantity:
                    model[order_id] = open_side, lots - quantity
        for total, total_side in ((under_test.buy_lots, Side.BUY), (under_test.sell_lots, Side.SELL)):
            assert total == sum(lots for open_side, lots in model.values() if open_side is total_side)
        assert len(under_test) == len(model)
