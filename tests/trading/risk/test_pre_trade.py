from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from trading import native
from trading.records import BookUpdate, Fill, Order, OrderType, Side
from trading.risk import PreTradeRisk, Refusal, RefusalReason, RiskLimits

# Mid price 1,000 ticks; the collar of 5 % reaches from 950 to 1,050.
TOP = BookUpdate(0, 999, 10, 1_001, 10)
Kind = Callable[..., Any]
KINDS = [PreTradeRisk, native.load("plain").NativeRisk]
LIMITS = RiskLimits(
    collar_basis_points=500,
    maximum_quantity_lots=100,
    maximum_notional_tick_lots=90_000,
    maximum_position_lots=150,
)


@pytest.fixture(params=KINDS, ids=["reference", "native"])
def kind(request: pytest.FixtureRequest) -> Kind:
    built: Kind = request.param
    return built


@pytest.fixture
def risk(kind: Kind) -> Kind:
    def build(top: BookUpdate = TOP, limits: RiskLimits = LIMITS) -> Any:
        under_test = kind(limits)
        under_test.on_update(top)
        return under_test

    return build


def limit(price: int, quantity: int = 1, side: Side = Side.BUY, symbol: str = "SYNTH") -> Order:
    return Order(1, side, OrderType.LIMIT, price, quantity, 0, symbol)


def market(quantity: int, side: Side = Side.BUY) -> Order:
    return Order(1, side, OrderType.MARKET, 0, quantity, 0)


def fill(quantity: int, side: Side = Side.BUY, symbol: str = "SYNTH") -> Fill:
    return Fill(0, 1, side, 1_000, quantity, symbol)


@pytest.mark.parametrize("side", Side)
def test_an_ordinary_order_passes(risk: Kind, side: Side) -> None:
    under_test = risk()
    assert under_test.check(limit(1_000, 50, side)) is None
    assert under_test.check(market(50, side)) is None
    assert set(under_test.refusal_counts.values()) == {0}


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (limit(1_000, symbol="OTHER"), Refusal(1, RefusalReason.WRONG_SYMBOL, 0, 0)),
        (limit(1_000, 0), Refusal(1, RefusalReason.BAD_QUANTITY, 0, 100)),
        (limit(1_000, -5), Refusal(1, RefusalReason.BAD_QUANTITY, -5, 100)),
        (limit(1_000, 101), Refusal(1, RefusalReason.MAXIMUM_QUANTITY, 101, 100)),
        (limit(949), Refusal(1, RefusalReason.PRICE_COLLAR, 102, 100)),
        (limit(1_051), Refusal(1, RefusalReason.PRICE_COLLAR, 102, 100)),
        (limit(0), Refusal(1, RefusalReason.PRICE_COLLAR, 2_000, 100)),
        (limit(-1_000), Refusal(1, RefusalReason.PRICE_COLLAR, 4_000, 100)),
        (limit(1_000, 91), Refusal(1, RefusalReason.MAXIMUM_NOTIONAL, 182_000, 180_000)),
        (market(91), Refusal(1, RefusalReason.MAXIMUM_NOTIONAL, 182_000, 180_000)),
    ],
)
def test_a_refusal_carries_reason_and_figures_and_is_counted(risk: Kind, order: Order, expected: Refusal) -> None:
    under_test = risk()
    assert under_test.check(order) == expected
    assert under_test.check(order) == expected
    assert under_test.refusal_counts == dict.fromkeys(RefusalReason, 0) | {expected.reason: 2}


@pytest.mark.parametrize("order", [limit(950), limit(1_050), limit(1_000, 90), market(90)])
def test_limits_may_be_reached(risk: Kind, order: Order) -> None:
    assert risk().check(order) is None


def test_the_collar_is_exact_when_it_ends_between_ticks(risk: Kind) -> None:
    # Mid price 1,000.5; 5 % of it are 50.025.
    under_test = risk(BookUpdate(0, 1_000, 1, 1_001, 1))
    assert under_test.check(limit(1_050)) is None
    assert under_test.check(limit(1_051)) is not None
    assert under_test.check(limit(951)) is None
    assert under_test.check(limit(950)) is not None


@pytest.mark.parametrize("order", [limit(1_000), market(1)])
def test_without_a_reference_price_nothing_passes(kind: Kind, order: Order) -> None:
    under_test = kind(LIMITS)
    under_test.on_update(BookUpdate(0, 999, 10, 0, 0))
    assert under_test.check(order) == Refusal(1, RefusalReason.NO_REFERENCE_PRICE, 0, 0)


def test_a_one_sided_book_leaves_the_reference_price_where_it_was(risk: Kind) -> None:
    under_test = risk()
    under_test.on_update(BookUpdate(0, 0, 0, 5_000, 10))
    assert under_test.check(limit(1_000)) is None
    under_test.on_update(BookUpdate(0, 4_999, 10, 5_001, 10))
    assert under_test.check(limit(1_000)) is not None


@pytest.mark.parametrize(("side", "sign"), [(Side.BUY, 1), (Side.SELL, -1)])
def test_the_position_after_execution_is_limited_either_way(risk: Kind, side: Side, sign: int) -> None:
    under_test = risk()
    under_test.on_fill(fill(80, side))
    assert under_test.position_lots == 80 * sign
    assert under_test.check(limit(1_000, 70, side)) is None
    assert under_test.check(limit(1_000, 71, side)) == Refusal(1, RefusalReason.POSITION_LIMIT, 151 * sign, 150)
    assert under_test.check(limit(1_000, 90, side.opposite)) is None


def test_an_order_that_reduces_an_excessive_position_passes(risk: Kind) -> None:
    under_test = risk()
    under_test.on_fill(fill(300))
    assert under_test.check(limit(1_000, 10, Side.SELL)) is None
    assert under_test.check(limit(1_000, 10, Side.BUY)) is not None


def test_fills_of_another_symbol_are_not_counted(risk: Kind) -> None:
    under_test = risk()
    under_test.on_fill(fill(300, symbol="OTHER"))
    assert under_test.position_lots == 0


def test_each_instance_guards_its_own_symbol(kind: Kind) -> None:
    under_test = kind(LIMITS, symbol="AMZN")
    under_test.on_update(TOP)
    assert under_test.check(limit(1_000, symbol="AMZN")) is None
    assert under_test.check(limit(1_000)) is not None
