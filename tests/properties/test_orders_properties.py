"""Native ledgers fill, refuse and remember as the reference does, on any stream of orders and quotes."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trading import native
from trading.errors import OrderStateError
from trading.orders import OrderLedger, PaperVenue
from trading.records import BookUpdate, Order, OrderType, Side

if TYPE_CHECKING:
    from collections.abc import Callable

    from trading.orders import OrderManager

NativeOrderLedger = native.load("plain").NativeOrderLedger
KINDS: dict[str, Callable[[], Any]] = {
    "native": NativeOrderLedger,
    "native with a pool": partial(NativeOrderLedger, order_pool=True),
}
NUMBERS = st.one_of(st.integers(-2, 12), st.integers(-(2**63), 2**63 - 1))
IDS = st.one_of(st.integers(1, 8), st.integers(-(2**63), 2**63 - 1))
ORDERS = st.builds(
    Order,
    IDS,
    st.sampled_from(Side),
    st.sampled_from(OrderType),
    NUMBERS,
    NUMBERS,
    NUMBERS,
    st.sampled_from(["A", "B"]),
)
STEPS = st.lists(st.tuples(ORDERS, st.builds(BookUpdate, NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS)))


def answer(call: Callable[..., Any], *arguments: object) -> object:
    """Return what a call returns, or the words of its refusal."""
    try:
        return call(*arguments)
    except OrderStateError as error:
        return str(error)


def state_of(ledger: OrderLedger) -> dict[int, tuple[int, int, str]]:
    lives = sorted(ledger._lives.items())
    return {order_id: (life.quantity_lots, life.filled_lots, life.state.name) for order_id, life in lives}


@pytest.mark.parametrize("build", KINDS.values(), ids=KINDS)
@settings(max_examples=300, deadline=None)
@given(steps=STEPS)
def test_a_native_ledger_answers_as_the_reference(
    build: Callable[[], Any], steps: list[tuple[Order, BookUpdate]]
) -> None:
    under_test, reference = build(), OrderLedger(PaperVenue())
    for order, quote in steps:
        assert answer(under_test.send, order, quote) == answer(reference.send, order, quote)
        for order_id in (order.order_id, order.order_id + 1, 2**63, -(2**70)):
            for method in ("state_of", "filled_lots_of"):
                told = answer(getattr(under_test, method), order_id)
                assert told == answer(getattr(reference, method), order_id)
        assert len(under_test) == len(reference)
    assert under_test.state() == state_of(reference)


@pytest.mark.parametrize("build", KINDS.values(), ids=KINDS)
def test_a_native_ledger_remembers_many_orders(build: Callable[[], OrderManager]) -> None:
    ledger = build()
    quote = BookUpdate(1, 99, 5, 101, 5)
    for number in range(5_000):
        order = Order(number * 2**40, Side.BUY, OrderType.LIMIT, 101, number % 9 + 1, 0)
        assert [fill.quantity_lots for fill in ledger.send(order, quote)] == [min(number % 9 + 1, 5)]
    assert len(ledger) == 5_000
    for number in range(5_000):
        assert ledger.filled_lots_of(number * 2**40) == min(number % 9 + 1, 5)
        with pytest.raises(OrderStateError, match=re.escape(f"order {number * 2**40 + 1} was never sent")):
            ledger.state_of(number * 2**40 + 1)
