from __future__ import annotations

from trading.memory import AllocationCounts, PlainOrderMemory
from trading.records import Order, OrderType, Side


def test_orders_are_ordinary_and_counted() -> None:
    memory = PlainOrderMemory()
    assert memory.counts == AllocationCounts(0, 0, 0)
    first = memory.acquire(1, Side.BUY, OrderType.LIMIT, 100, 5, 34)
    second = memory.acquire(2, Side.SELL, OrderType.MARKET, 0, 6, 35, "ABC", "CLIENT")
    assert first == Order(1, Side.BUY, OrderType.LIMIT, 100, 5, 34)
    assert second == Order(2, Side.SELL, OrderType.MARKET, 0, 6, 35, "ABC", "CLIENT")
    memory.release(first)
    assert memory.counts == AllocationCounts(acquired=2, released=1, allocated=2)
    assert memory.counts.live == 1
