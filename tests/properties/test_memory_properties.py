"""Every source of memory gives out what the plain one does, and nothing that anybody holds ever changes."""

from __future__ import annotations

import struct
from math import isnan
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from trading import native
from trading.memory import PlainOrderMemory, PlainRequestMemory, TradeList
from trading.records import MAXIMUM_PRICE_TICKS, MAXIMUM_QUANTITY_LOTS, Order, OrderType, Side, Trade

if TYPE_CHECKING:
    from collections.abc import Callable

    from trading.memory import OrderMemory, RequestMemory, TradeStore

KERNELS = native.load("plain")
ORDER_MEMORIES: dict[str, Callable[[], OrderMemory]] = {
    "reference": PlainOrderMemory,
    "native": KERNELS.NativeOrderMemory,
    "order-pool": lambda: KERNELS.NativeOrderMemory(order_pool=True),
}
REQUEST_MEMORIES: dict[str, Callable[[], RequestMemory]] = {
    "reference": PlainRequestMemory,
    "native": KERNELS.NativeRequestMemory,
    "small-vectors": lambda: KERNELS.NativeRequestMemory(small_vectors=True),
    "request-arena": lambda: KERNELS.NativeRequestMemory(request_arena=True),
}
TRADE_STORES: dict[str, Callable[[], TradeStore]] = {
    "reference": TradeList,
    "native": KERNELS.NativeTradeStore,
    "soa-trades": lambda: KERNELS.NativeTradeStore(soa_trades=True),
}
FIELDS = st.tuples(
    st.integers(),
    st.sampled_from(Side),
    st.sampled_from(OrderType),
    st.integers(),
    st.integers(),
    st.integers(),
    st.text(max_size=5),
    st.text(max_size=5),
)
WHOLE = st.integers(-(2**63), 2**63 - 1)
TRADES = st.builds(
    Trade,
    WHOLE,
    WHOLE,
    WHOLE,
    st.sampled_from(Side),
    st.integers(0, MAXIMUM_PRICE_TICKS) | st.just(MAXIMUM_PRICE_TICKS),
    st.integers(0, MAXIMUM_QUANTITY_LOTS) | st.just(MAXIMUM_QUANTITY_LOTS),
)
HOSTILE_TRADES = st.builds(
    Trade,
    st.integers(-(2**64), 2**64),
    st.integers(-(2**64), 2**64),
    WHOLE,
    st.sampled_from([*Side, 0, 2]),
    st.integers(-5, 2**33),
    st.integers(-5, 2**31),
)


class OrdersInUse(RuleBasedStateMachine):
    """Orders are made, kept, released once or twice, and let go, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[tuple[Order, Order]] = []
        self.acquired = self.released = 0

    @initialize(name=st.sampled_from(sorted(ORDER_MEMORIES)))
    def begin(self, name: str) -> None:
        self.memory = ORDER_MEMORIES[name]()

    @rule(fields=FIELDS)
    def acquire(self, fields: Any) -> None:
        order = self.memory.acquire(*fields)
        self.acquired += 1
        assert type(order) is Order
        self.kept.append((order, Order(*fields)))

    @rule(data=st.data(), is_let_go=st.booleans(), times=st.integers(1, 2))
    def release(self, data: st.DataObject, is_let_go: bool, times: int) -> None:  # noqa: FBT001 - drawn
        if self.kept:
            index = data.draw(st.integers(0, len(self.kept) - 1))
            for _ in range(times):
                self.memory.release(self.kept[index][0])
                self.released += 1
            if is_let_go:
                del self.kept[index]

    @invariant()
    def what_is_held_never_changes(self) -> None:
        for order, expected in self.kept:
            assert order == expected
        assert len({id(order) for order, _ in self.kept}) == len(self.kept)

    @invariant()
    def counts_are_right(self) -> None:
        if hasattr(self, "memory"):
            counts = self.memory.counts
            assert (counts.acquired, counts.released) == (self.acquired, self.released)
            assert counts.allocated <= counts.acquired


class RequestsInUse(RuleBasedStateMachine):
    """Buffers are asked for, written, viewed in other ways, kept beyond their request, and let go, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[tuple[memoryview, bytes]] = []
        self.number = 0

    @initialize(name=st.sampled_from(sorted(REQUEST_MEMORIES)))
    def begin(self, name: str) -> None:
        self.memory = REQUEST_MEMORIES[name]()

    @rule(size_bytes=st.integers(1, 100) | st.integers(1, 5_000) | st.just(1 << 20) | st.just((1 << 20) + 1))
    def acquire(self, size_bytes: int) -> None:
        view = self.memory.acquire(size_bytes)
        assert (len(view), view.nbytes, view.readonly, view.format, view.contiguous) == (
            size_bytes,
            size_bytes,
            False,
            "B",
            True,
        )
        assert bytes(view) == bytes(size_bytes)
        self.number += 1
        content = (struct.pack("<I", self.number) * (size_bytes // 4 + 1))[:size_bytes]
        view[:] = content
        self.kept.append((view, content))

    @rule(data=st.data())
    def keep_another_view_instead(self, data: st.DataObject) -> None:
        if self.kept:
            index = data.draw(st.integers(0, len(self.kept) - 1))
            view, content = self.kept[index]
            middle = len(view) // 2
            self.kept[index] = (view.cast("B")[middle:], content[middle:])

    @rule(data=st.data())
    def let_go(self, data: st.DataObject) -> None:
        if self.kept:
            del self.kept[data.draw(st.integers(0, len(self.kept) - 1))]

    @rule()
    def let_all_go(self) -> None:
        self.kept.clear()

    @rule()
    def reset(self) -> None:
        self.memory.reset()
        assert self.memory.counts.live == 0

    @invariant()
    def what_is_held_never_changes(self) -> None:
        for view, content in self.kept:
            assert view == content


TestOrdersInUse = OrdersInUse.TestCase
TestRequestsInUse = RequestsInUse.TestCase
TestOrdersInUse.settings = TestRequestsInUse.settings = settings(stateful_step_count=30)


@pytest.mark.parametrize("make", ORDER_MEMORIES.values(), ids=ORDER_MEMORIES)
def test_threads_that_share_a_source_of_orders_never_share_an_order(make: Callable[[], OrderMemory]) -> None:
    import threading  # noqa: PLC0415 - used here only

    memory, wrong = make(), []

    def work(worker: int) -> None:
        for number in range(5_000):
            order = memory.acquire(number, Side.BUY, OrderType.LIMIT, worker, number, number)
            if (order.price_ticks, order.quantity_lots) != (worker, number):
                wrong.append(order)
            memory.release(order)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert memory.counts.live == 0


def sums(store: TradeStore) -> list[object]:
    average = store.average_price_ticks
    return [
        len(store),
        store.volume_lots,
        store.net_volume_lots,
        store.turnover_tick_lots,
        "nan" if isnan(average) else average,
    ]


def attempt(store: TradeStore, trade: Trade) -> str:
    try:
        store.append(trade)
    except ValueError as error:
        return str(error)
    return ""


@given(st.lists(TRADES, max_size=40), st.integers(0, 60))
def test_every_store_keeps_and_adds_up_the_same_trades(trades: list[Trade], copies: int) -> None:
    trades = trades * copies
    reference = TradeList()
    reference.extend(trades)
    for make in TRADE_STORES.values():
        store = make()
        store.extend(trades)
        assert sums(store) == sums(reference)
        assert [store[index] for index in range(len(store))] == trades
        for name in Trade._fields:
            column = store.column(name)
            assert (column.format, column.readonly, column.ndim) == ("q", True, 1)
            assert column.tolist() == [getattr(trade, name) for trade in trades]
            assert np.asarray(column).tolist() == column.tolist()


@given(st.lists(HOSTILE_TRADES | TRADES, max_size=30))
def test_every_store_refuses_the_same_trades_in_the_same_words(trades: list[Trade]) -> None:
    reference = TradeList()
    expected = [attempt(reference, trade) for trade in trades]
    for make in TRADE_STORES.values():
        store = make()
        assert [attempt(store, trade) for trade in trades] == expected
        assert sums(store) == sums(reference)


@given(st.lists(st.one_of(TRADES, st.sampled_from(Trade._fields)), max_size=60), st.integers(1, 60))
def test_a_column_stays_what_it_was_while_the_store_grows(steps: list[Trade | str], copies: int) -> None:
    for make in TRADE_STORES.values():
        store, trades = make(), 0
        kept: list[tuple[memoryview, list[int]]] = []
        for step in steps:
            if isinstance(step, Trade):
                store.extend([step] * copies)
                trades += copies
            else:
                column = store.column(step)
                assert len(column) == trades
                kept.append((column, column.tolist()))
        del store
        for column, content in kept:
            assert column.tolist() == content
