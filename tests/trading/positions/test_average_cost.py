from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trading.positions import AverageCostPositions
from trading.records import Fill, Position, Side


def fill(side: Side, price_ticks: int, quantity_lots: int, symbol: str = "ABC") -> Fill:
    return Fill(1, 1, side, price_ticks, quantity_lots, symbol)


FILLS = st.lists(
    st.builds(fill, side=st.sampled_from(Side), price_ticks=st.integers(1, 10**9), quantity_lots=st.integers(1, 10**6))
)


def test_a_symbol_never_traded_is_flat() -> None:
    positions = AverageCostPositions()
    assert positions.position("ABC") == Position("ABC", 0, 0, 0)
    assert positions.unrealised("ABC", 100) == 0


def test_buys_add_to_quantity_and_cost() -> None:
    positions = AverageCostPositions()
    positions.apply(fill(Side.BUY, 100, 3))
    assert positions.apply(fill(Side.BUY, 110, 1)) == Position("ABC", 4, 410, 0)
    assert positions.unrealised("ABC", 105) == 10


def test_a_sale_realises_its_price_less_the_average_cost() -> None:
    positions = AverageCostPositions()
    positions.apply(fill(Side.BUY, 100, 2))
    positions.apply(fill(Side.BUY, 110, 2))
    assert positions.apply(fill(Side.SELL, 120, 1)) == Position("ABC", 3, 315, 15)


def test_a_short_position_mirrors_a_long_one() -> None:
    positions = AverageCostPositions()
    positions.apply(fill(Side.SELL, 100, 2))
    positions.apply(fill(Side.SELL, 110, 2))
    assert positions.apply(fill(Side.BUY, 90, 1)) == Position("ABC", -3, -315, 15)
    assert positions.unrealised("ABC", 100) == 15


def test_a_fill_through_zero_closes_and_opens_the_opposite() -> None:
    positions = AverageCostPositions()
    positions.apply(fill(Side.BUY, 100, 2))
    assert positions.apply(fill(Side.SELL, 103, 5)) == Position("ABC", -3, -309, 6)


def test_a_rounded_cost_stays_with_the_lots_still_held() -> None:
    positions = AverageCostPositions()
    positions.apply(fill(Side.BUY, 100, 2))
    positions.apply(fill(Side.BUY, 101, 1))
    assert positions.apply(fill(Side.SELL, 100, 1)) == Position("ABC", 2, 201, 0)
    assert positions.apply(fill(Side.SELL, 100, 2)) == Position("ABC", 0, 0, -1)


def test_symbols_do_not_touch_each_other() -> None:
    positions = AverageCostPositions()
    positions.apply(fill(Side.BUY, 100, 2, "ABC"))
    positions.apply(fill(Side.BUY, 50, 3, "XYZ"))
    assert positions.position("ABC") == Position("ABC", 2, 200, 0)
    assert positions.position("XYZ") == Position("XYZ", 3, 150, 0)


@given(FILLS, st.integers(1, 10**9))
def test_realised_and_unrealised_profit_are_cash_and_value_to_the_last_unit(fills: list[Fill], price: int) -> None:
    positions = AverageCostPositions()
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


@given(FILLS)
def test_the_opposite_fills_lead_to_the_opposite_position_and_the_opposite_profit(fills: list[Fill]) -> None:
    positions, mirrored = AverageCostPositions(), AverageCostPositions()
    for one in fills:
        position = positions.apply(one)
        opposite = mirrored.apply(one._replace(side=one.side.opposite))
        assert opposite == Position("ABC", *(-amount for amount in position[1:]))
