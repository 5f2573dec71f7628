from __future__ import annotations

from trading.records import Order, OrderType, Side
from trading.risk.recent_orders import NEVER_NS, RecentOrders


def order(time_ns: int, price: int = 100, quantity: int = 5, side: Side = Side.BUY) -> Order:
    return Order(1, side, OrderType.LIMIT, price, quantity, time_ns)


def test_orders_beyond_the_window_are_forgotten() -> None:
    under_test = RecentOrders(10, 3)
    for time_ns in range(0, 10_000, 2):
        under_test.add(order(time_ns, price=time_ns))
    assert under_test.sent_at_ns == {(time_ns, 5): time_ns for time_ns in range(9_990, 10_000, 2)}


def test_an_order_that_was_sent_again_is_kept_from_its_last_time_on() -> None:
    under_test = RecentOrders(10, 3)
    under_test.add(order(0))
    under_test.add(order(0))
    under_test.add(order(8, side=Side.SELL))
    under_test.add(order(9))
    under_test.add(order(12, price=101))
    assert under_test.sent_at_ns == {(100, -5): 8, (100, 5): 9, (101, 5): 12}
    under_test.add(order(100))
    assert under_test.sent_at_ns == {(100, 5): 100}


def test_the_times_are_those_of_the_last_messages() -> None:
    under_test = RecentOrders(10, 3)
    assert list(under_test.message_times_ns) == [NEVER_NS] * 3
    for time_ns in (1, 2, 3, 4):
        under_test.add(order(time_ns))
    assert list(under_test.message_times_ns) == [2, 3, 4]


def test_a_clock_that_is_set_back_counts_as_standing_still() -> None:
    under_test = RecentOrders(10, 3)
    for time_ns in (100, 50, 101):
        under_test.add(order(time_ns))
    assert list(under_test.message_times_ns) == [100, 100, 101]
    assert under_test.sent_at_ns == {(100, 5): 101}
