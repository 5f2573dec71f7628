"""Native positions are those of the reference to the last unit; with threads, nothing is lost, doubled or torn."""

from __future__ import annotations

from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trading import native
from trading.positions import AverageCostPositions
from trading.records import Fill, Position, Side

if TYPE_CHECKING:
    from collections.abc import Callable

JOIN_SECONDS = 60.0
NativePositions = native.load("plain").NativePositions
KINDS: dict[str, Callable[[], Any]] = {
    f"native {lock}{' aligned' if aligned else ''}": partial(NativePositions, lock=lock, aligned=aligned)
    for lock in ("mutex", "fast", "sharded")
    for aligned in (False, True)
}
each_kind = pytest.mark.parametrize("build", KINDS.values(), ids=KINDS)
SYMBOLS = ("ABC", "XYZ", "")
# Quantities and prices may be anything that a sum takes: no caller's discipline is relied upon.
NUMBERS = st.one_of(st.integers(-3, 30), st.integers(-(2**40), 2**40))
FILLS = st.lists(
    st.builds(Fill, st.just(1), st.just(1), st.sampled_from(Side), NUMBERS, NUMBERS, st.sampled_from(SYMBOLS)),
    max_size=60,
)
# Lots near 2**40 on both sides, so that a cost of more than 64 bits is shared out.
LARGE = st.integers(2**40 - 3, 2**40)
LARGE_FILLS = st.lists(
    st.builds(Fill, st.just(1), st.just(1), st.sampled_from(Side), LARGE, LARGE, st.just("ABC")), max_size=60
)


@each_kind
@settings(max_examples=150, deadline=None)
@given(fills=st.one_of(FILLS, LARGE_FILLS), price=st.integers(-(2**63), 2**63 - 1))
def test_native_positions_are_those_of_the_reference(build: Callable[[], Any], fills: list[Fill], price: int) -> None:
    under_test, reference = build(), AverageCostPositions()
    for fill in fills:
        assert under_test.apply(fill) == reference.apply(fill)
    for symbol in SYMBOLS:
        assert under_test.position(symbol) == reference.position(symbol)
        assert under_test.unrealised(symbol, price) == reference.unrealised(symbol, price)
    held = {symbol: reference.position(symbol) for symbol in sorted(SYMBOLS)}
    assert under_test.state() == {symbol: position for symbol, position in held.items() if any(position[1:])}


@each_kind
@settings(max_examples=40, deadline=None)
@given(streams=st.lists(FILLS, max_size=4), rounds=st.integers(1, 4), price=st.integers(-(2**40), 2**40))
def test_whatever_native_threads_trade_lots_and_profit_are_conserved(
    build: Callable[[], Any], streams: list[list[Fill]], rounds: int, price: int
) -> None:
    positions = build()
    positions.apply_streams(streams, rounds)
    for symbol in SYMBOLS:
        fills = [fill for stream in streams for fill in stream if fill.symbol == symbol]
        held = rounds * sum(fill.side * fill.quantity_lots for fill in fills)
        cash = -rounds * sum(fill.side * fill.quantity_lots * fill.price_ticks for fill in fills)
        position = positions.position(symbol)
        assert position.quantity_lots == held
        assert position.realised_tick_lots + positions.unrealised(symbol, price) == cash + held * price


@each_kind
def test_a_position_that_is_read_while_native_threads_trade_is_never_torn(build: Callable[[], Any]) -> None:
    positions = build()
    # Bought at one price only: at every moment the cost is the lots times that price.
    streams = [[Fill(1, 1, Side.BUY, 7, 3, "ABC")] * 2_000 for _ in range(2)]
    writer = Thread(target=positions.apply_streams, args=(streams, 100))
    writer.start()
    lots: list[int] = []
    while writer.is_alive() or not lots:
        position = positions.position("ABC")
        assert position.cost_tick_lots == 7 * position.quantity_lots
        assert position.quantity_lots % 3 == 0
        lots.append(position.quantity_lots)
    writer.join(JOIN_SECONDS)
    assert lots == sorted(lots)
    assert positions.position("ABC") == Position("ABC", 1_200_000, 8_400_000, 0)


@each_kind
def test_symbols_may_be_new_while_native_threads_trade(build: Callable[[], Any]) -> None:
    positions = build()
    streams = [[Fill(1, 1, Side.BUY, 7, 1, symbol)] * 1_000 for symbol in ("ABC", "XYZ")]
    writer = Thread(target=positions.apply_streams, args=(streams, 100))
    writer.start()
    for number in range(2_000):
        symbol = f"symbol {number}"
        assert positions.apply(Fill(1, 1, Side.SELL, 5, 2, symbol)) == Position(symbol, -2, -10, 0)
    writer.join(JOIN_SECONDS)
    assert not writer.is_alive()
    assert positions.position("ABC") == Position("ABC", 100_000, 700_000, 0)
    assert len(positions.state()) == 2_002
