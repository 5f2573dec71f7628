"""What only the native check has: numbers that its bits do not hold, and its own view of its state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from trading import native
from trading.records import BookUpdate, Fill, Order, OrderType, Side
from trading.risk import PreTradeRisk, RefusalReason, RiskLimits

if TYPE_CHECKING:
    from collections.abc import Callable

NativeRisk: Callable[..., Any] = native.load("plain").NativeRisk
TOP = BookUpdate(0, 999, 10, 1_001, 10)
ORDER = Order(1, Side.BUY, OrderType.LIMIT, 1_000, 1, 0)
FILL = Fill(0, 1, Side.BUY, 1_000, 1)


def risk() -> Any:
    under_test = NativeRisk(RiskLimits(maximum_messages=3))
    under_test.on_update(TOP)
    under_test.on_sent(ORDER)
    return under_test


@pytest.mark.parametrize(
    ("method", "happened"),
    [
        ("on_update", TOP._replace(bid_price_ticks=2**40 + 1)),
        ("on_update", TOP._replace(ask_price_ticks=-(2**90))),
        ("on_sent", ORDER._replace(order_id=2**63)),
        ("on_sent", ORDER._replace(price_ticks=2**41)),
        ("on_sent", ORDER._replace(quantity_lots=-(2**41))),
        ("on_sent", ORDER._replace(time_ns=2**63)),
        ("on_fill", FILL._replace(price_ticks=2**41)),
        ("on_fill", FILL._replace(quantity_lots=2**64)),
        ("check", ORDER._replace(time_ns=-(2**63) - 1)),
    ],
)
def test_what_its_sums_do_not_hold_is_refused_and_changes_nothing(method: str, happened: object) -> None:
    under_test = risk()
    before = under_test.state()
    with pytest.raises(OverflowError):
        getattr(under_test, method)(happened)
    assert under_test.state() == before


@pytest.mark.parametrize("order_id", [2**63, -(2**63) - 1])
def test_an_id_that_no_sent_order_can_have_is_unknown(order_id: int) -> None:
    under_test = risk()
    under_test.on_closed(order_id)
    under_test.on_fill(FILL._replace(order_id=order_id))
    assert under_test.state()["open_orders"] == {1: 1}
    assert under_test.position_lots == 1


@pytest.mark.parametrize("record", [None, (1, 2), TOP, [1] * 8])
def test_what_is_no_record_is_refused_by_its_type(record: object) -> None:
    with pytest.raises(TypeError, match="Order expected, with 8 fields; got"):
        risk().check(record)


def test_a_field_that_is_no_number_is_refused() -> None:
    for field in ("price_ticks", "quantity_lots", "time_ns"):
        with pytest.raises(TypeError, match="str"):
            risk().check(Order._make("1" if name == field else value for name, value in ORDER._asdict().items()))


@pytest.mark.parametrize("symbol", ["OTHER", "SYNTÉ", None, 5])
def test_anything_that_is_not_the_symbol_is_another_symbol(symbol: Any) -> None:
    refusal = risk().check(ORDER._replace(symbol=symbol))
    assert refusal.reason is RefusalReason.WRONG_SYMBOL
    the_same = " SYNTH".strip()
    assert the_same is not ORDER.symbol
    assert risk().check(ORDER._replace(symbol=the_same, time_ns=10**10)) is None


def test_limits_and_symbol_are_those_of_the_reference() -> None:
    limits = RiskLimits()
    assert NativeRisk(limits, "ABC").refusal_counts == PreTradeRisk(limits, "ABC").refusal_counts
    with pytest.raises(TypeError, match="a symbol is a string"):
        NativeRisk(limits, 5)
