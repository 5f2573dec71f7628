from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trading import native
from trading.errors import ConfigurationError
from trading.positions import AverageCostPositions
from trading.records import Fill, Position, Side

if TYPE_CHECKING:
    from collections.abc import Callable

    from trading.positions import Positions

KERNELS = native.load("plain")
KINDS: dict[str, Callable[[], Positions]] = {"reference": AverageCostPositions} | {
    f"native {lock}{' aligned' if aligned else ''}": partial(KERNELS.NativePositions, lock=lock, aligned=aligned)
    for lock in ("mutex", "fast", "sharded")
    for aligned in (False, True)
}
each_kind = pytest.mark.parametrize("build", KINDS.values(), ids=KINDS)


def fill(side: Side, price_ticks: int, quantity_lots: int, symbol: str = "ABC") -> Fill:
    return Fill(1, 1, side, price_ticks, quantity_lots, symbol)


FILLS = st.lists(
    st.builds(fill, side=st.sampled_from(Side), price_ticks=st.integers(1, 10**9), quantity_lots=st.integers(1, 10**6))
)


@each_kind
def test_a_symbol_never_traded_is_flat(build: Callable[[], Positions]) -> None:
    positions = build()
    assert positions.position("ABC") == Position("ABC", 0, 0, 0)
    assert positions.unrealised("ABC", 100) == 0


@each_kind
def test_buys_add_to_quantity_and_cost(build: Callable[[], Positions]) -> None:
    positions = build()
    positions.apply(fill(Side.BUY, 100, 3))
    assert positions.apply(fill(Side.BUY, 110, 1)) == Position("ABC", 4, 410, 0)
    assert positions.unrealised("ABC", 105) == 10


@each_kind
def test_a_sale_realises_its_price_less_the_average_cost(build: Callable[[], Positions]) -> None:
    positions = build()
    positions.apply(fill(Side.BUY, 100, 2))
    positions.apply(fill(Side.BUY, 110, 2))
    assert positions.apply(fill(Side.SELL, 120, 1)) == Position("ABC", 3, 315, 15)


@each_kind
def test_a_short_position_mirrors_a_long_one(build: Callable[[], Positions]) -> None:
    positions = build()
    positions.apply(fill(Side.SELL, 100, 2))
    positions.apply(fill(Side.SELL, 110, 2))
    assert positions.apply(fill(Side.BUY, 90, 1)) == Position("ABC", -3, -315, 15)
    assert positions.unrealised("ABC", 100) == 15


@each_kind
def test_a_fill_through_zero_closes_and_opens_the_opposite(build: Callable[[], Positions]) -> None:
    positions = build()
    positions.apply(fill(Side.BUY, 100, 2))
    assert positions.apply(fill(Side.SELL, 103, 5)) == Position("ABC", -3, -309, 6)


@each_kind
def test_a_rounded_cost_stays_with_the_lots_still_held(build: Callable[[], Positions]) -> None:
    positions = build()
    positions.apply(fill(Side.BUY, 100, 2))
    positions.apply(fill(Side.BUY, 101, 1))
    assert positions.apply(fill(Side.SELL, 100, 1)) == Position("ABC", 2, 201, 0)
    assert positions.apply(fill(Side.SELL, 100, 2)) == Position("ABC", 0, 0, -1)


@each_kind
def test_symbols_do_not_touch_each_other(build: Callable[[], Positions]) -> None:
    positions = build()
    positions.apply(fill(Side.BUY, 100, 2, "ABC"))
    positions.apply(fill(Side.BUY, 50, 3, "XYZ"))
    assert positions.position("ABC") == Position("ABC", 2, 200, 0)
    assert positions.position("XYZ") == Position("XYZ", 3, 150, 0)


@each_kind
@given(FILLS, st.integers(1, 10**9))
def test_realised_and_unrealised_profit_are_cash_and_value_to_the_last_unit(
    build: Callable[[], Positions], fills: list[Fill], price: int
) -> None:
    positions = build()
    cash = held = 0
    for one in fills:
        cash -= one.side * one.quantity_lots * one.price_ticks
        held += one.side * one.quantity_lots
        positions.apply(one)
    position = positions.position("ABC")
    assert position.quantity_lots == held
    assert position.realised_tick_lots + positions.unrealised("ABC", price) == cash + held * price
    if held == 0:
        assert position == Position("ABC", 0, 0, cash)


@each_kind
@given(FILLS)
def test_the_opposite_fills_lead_to_the_opposite_position_and_the_opposite_profit(
    build: Callable[[], Positions], fills: list[Fill]
) -> None:
    positions, mirrored = build(), build()
    for one in fills:
        position = positions.apply(one)
        opposite = mirrored.apply(one._replace(side=one.side.opposite))
        assert opposite == Position("ABC", *(-amount for amount in position[1:]))


@each_kind
def test_streams_that_trade_the_same_symbols_lose_and_double_nothing(build: Callable[[], Positions]) -> None:
    positions = build()
    streams = [
        [fill(Side.BUY if number % 3 else Side.SELL, 100 + number, number % 7 + 1, symbol) for number in range(500)]
        for symbol in ("ABC", "XYZ", "ABC", "XYZ")
    ]
    assert positions.apply_streams(streams, 3) > 0
    for symbol in ("ABC", "XYZ"):
        fills = [one for stream in streams for one in stream if one.symbol == symbol] * 3
        held = sum(one.side * one.quantity_lots for one in fills)
        cash = -sum(one.side * one.quantity_lots * one.price_ticks for one in fills)
        position = positions.position(symbol)
        assert position.quantity_lots == held
        assert position.realised_tick_lots + positions.unrealised(symbol, 250) == cash + 250 * held


@each_kind
def test_a_stream_of_its_own_symbol_comes_to_what_one_thread_comes_to(build: Callable[[], Positions]) -> None:
    positions, expected = build(), AverageCostPositions()
    streams = [
        [
            fill(Side.BUY if (number // 9) % 2 else Side.SELL, 90 + number % 17, number % 5 + 1, symbol)
            for number in range(999)
        ]
        for symbol in ("ABC", "DEF", "XYZ")
    ]
    positions.apply_streams(streams, 2)
    for one in (one for stream in streams for one in stream * 2):
        expected.apply(one)
    for symbol in ("ABC", "DEF", "XYZ"):
        assert positions.position(symbol) == expected.position(symbol)


@each_kind
def test_streams_are_booked_at_least_once_and_may_be_none(build: Callable[[], Positions]) -> None:
    positions = build()
    assert positions.apply_streams([]) >= 0
    with pytest.raises(ConfigurationError, match="to be booked 0 times"):
        positions.apply_streams([[fill(Side.BUY, 100, 1)]], 0)
    assert positions.position("ABC") == Position("ABC", 0, 0, 0)


@each_kind
def test_a_symbol_is_what_it_says_and_not_which_object_says_it(build: Callable[[], Positions]) -> None:
    positions = build()
    for number in range(300):
        positions.apply(fill(Side.BUY, 100, number + 1, f"symbol {number}"))
    for number in range(300):
        symbol = " ".join(["symbol", str(number)])
        assert positions.apply(fill(Side.SELL, 100, number, symbol)) == Position(symbol, 1, 100, 0)


NATIVE = {name: build for name, build in KINDS.items() if name != "reference"}


@pytest.mark.parametrize("build", NATIVE.values(), ids=NATIVE)
@pytest.mark.parametrize(("price_ticks", "quantity_lots"), [(2**41, 1), (100, 2**41), (2**64, 1), (1, -(2**70))])
def test_native_positions_refuse_what_their_sums_do_not_hold_and_stay_as_they_were(
    build: Callable[[], Positions], price_ticks: int, quantity_lots: int
) -> None:
    positions: Any = build()
    positions.apply(fill(Side.BUY, 100, 1))
    for refused in (positions.apply, lambda one: positions.apply_streams([[one]])):
        with pytest.raises(OverflowError):
            refused(fill(Side.BUY, price_ticks, quantity_lots))
    assert positions.state() == {"ABC": Position("ABC", 1, 100, 0)}


@pytest.mark.parametrize("build", NATIVE.values(), ids=NATIVE)
def test_a_position_of_more_lots_than_64_bits_hold_is_refused(build: Callable[[], Positions]) -> None:
    positions = build()
    most = fill(Side.BUY, 1, 2**40)
    positions.apply_streams([[most] * 4_096], 2_047)
    before = positions.position("ABC")
    assert before.quantity_lots == 4_096 * 2_047 * 2**40
    with pytest.raises(OverflowError, match="more lots than fit in 64 bits"):
        positions.apply_streams([[most] * 4_097])
    assert positions.position("ABC").quantity_lots == 2**63 - 2**40
    with pytest.raises(OverflowError, match="the position in ABC would have more lots"):
        positions.apply(most)


def test_a_lock_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ConfigurationError, match='there is no lock "spin"; give "mutex", "fast" or "sharded"'):
        KERNELS.NativePositions(lock="spin")
