from __future__ import annotations

import pytest

from trading import native
from trading.memory import AllocationCounts
from trading.records import Order, OrderType, Side

KERNELS = native.load("plain")
FIELDS = (2, Side.SELL, OrderType.MARKET, 0, 6, 35, "ABC", "CLIENT")


@pytest.mark.parametrize("order_pool", [False, True])
def test_orders_are_ordinary_and_counted(order_pool: bool) -> None:  # noqa: FBT001 - a parameter
    memory = KERNELS.NativeOrderMemory(order_pool=order_pool)
    assert memory.counts == AllocationCounts(0, 0, 0)
    first = memory.acquire(1, Side.BUY, OrderType.LIMIT, 100, 5, time_ns=34)
    assert first == Order(1, Side.BUY, OrderType.LIMIT, 100, 5, 34)
    assert memory.acquire(*FIELDS) == Order(*FIELDS)
    memory.release(first)
    assert memory.counts == AllocationCounts(acquired=2, released=1, allocated=2)


def test_a_pool_hands_out_the_order_that_was_given_back() -> None:
    memory = KERNELS.NativeOrderMemory(order_pool=True)
    order = memory.acquire(1, Side.BUY, OrderType.LIMIT, 100, 5, 34)
    place = id(order)
    memory.release(order)
    del order
    again = memory.acquire(*FIELDS)
    assert id(again) == place
    assert again == Order(*FIELDS)
    assert memory.counts == AllocationCounts(acquired=2, released=1, allocated=1)


def test_an_order_that_somebody_kept_is_not_handed_out_again() -> None:
    memory = KERNELS.NativeOrderMemory(order_pool=True)
    kept = memory.acquire(1, Side.BUY, OrderType.LIMIT, 100, 5, 34)
    memory.release(kept)
    assert memory.acquire(*FIELDS) is not kept
    assert kept == Order(1, Side.BUY, OrderType.LIMIT, 100, 5, 34)
    assert memory.counts.allocated == 2


def test_an_order_that_was_released_twice_is_handed_out_once() -> None:
    memory = KERNELS.NativeOrderMemory(order_pool=True)
    order = memory.acquire(1, Side.BUY, OrderType.LIMIT, 100, 5, 34)
    memory.release(order)
    memory.release(order)
    del order
    first, second = memory.acquire(*FIELDS), memory.acquire(*FIELDS)
    assert first is not second


def test_what_is_no_order_is_counted_and_not_kept() -> None:
    memory = KERNELS.NativeOrderMemory(order_pool=True)
    memory.release((1, 2))  # type: ignore[arg-type]  # what the types forbid
    assert memory.acquire(*FIELDS) == Order(*FIELDS)
    assert memory.counts == AllocationCounts(1, 1, 1)


def test_the_pool_lets_go_of_what_an_order_held() -> None:
    memory = KERNELS.NativeOrderMemory(order_pool=True)

    gone: list[str] = []

    class Name(str):
        """Tells when it is gone."""

        __slots__ = ()

        def __del__(self) -> None:
            gone.append(str(self))

    memory.release(memory.acquire(1, Side.BUY, OrderType.LIMIT, 100, 5, 34, Name("FIRST")))
    memory.release(memory.acquire(1, Side.BUY, OrderType.LIMIT, 100, 5, 34, Name("SECOND")))
    assert gone == ["FIRST"]
    del memory
    assert gone == ["FIRST", "SECOND"]


def test_a_pool_keeps_a_bounded_number_of_orders() -> None:
    memory = KERNELS.NativeOrderMemory(order_pool=True)
    orders = [memory.acquire(number, Side.BUY, OrderType.LIMIT, 1, 1, 1) for number in range(5_000)]
    for order in orders:
        memory.release(order)
    del order, orders
    assert [memory.acquire(number, Side.BUY, OrderType.LIMIT, 1, 1, 1).order_id for number in range(5_000)]
    assert memory.counts == AllocationCounts(acquired=10_000, released=5_000, allocated=10_000 - 4_096)
