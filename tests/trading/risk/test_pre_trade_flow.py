"""Checks that depend on what went before: open orders, credit, duplicates, rate, throttle and kill switch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from trading import native
from trading.records import BookUpdate, Fill, OperatorAction, OperatorCommand, Order, OrderType, Side
from trading.risk import PreTradeRisk, Refusal, RefusalReason, RiskLimits

# Mid price 1,000 ticks: 2,000 half ticks.
TOP = BookUpdate(0, 999, 10, 1_001, 10)
Kind = Callable[..., Any]
KINDS = [PreTradeRisk, native.load("plain").NativeRisk]
LIMITS = RiskLimits(
    maximum_position_lots=100,
    maximum_credit_tick_lots=80_000,
    duplicate_window_ns=1_000,
    maximum_repeated_executions=50,
    maximum_messages=3,
    message_window_ns=10_000,
)


@pytest.fixture(params=KINDS, ids=["reference", "native"])
def risk(request: pytest.FixtureRequest) -> Kind:
    def build() -> Any:
        under_test = request.param(LIMITS)
        under_test.on_update(TOP)
        return under_test

    return build


def order(order_id: int, quantity: int = 1, side: Side = Side.BUY, price: int = 1_000, time_ns: int = 0) -> Order:
    return Order(order_id, side, OrderType.LIMIT, price, quantity, time_ns)


def command(action: OperatorAction) -> OperatorCommand:
    return OperatorCommand(0, action, "operator", "a test")


def fill(order_id: int, quantity: int, side: Side = Side.BUY, price: int = 1_000) -> Fill:
    return Fill(0, order_id, side, price, quantity)


@pytest.mark.parametrize("side", Side)
def test_open_orders_of_the_side_count_as_executed(risk: Kind, side: Side) -> None:
    under_test = risk()
    under_test.on_sent(order(1, 60, side))
    expected = Refusal(2, RefusalReason.POSITION_LIMIT, side * 101, 100)
    assert under_test.check(order(2, 41, side)) == expected
    # The other side's worst case is that this order does not execute.
    assert under_test.check(order(2, 70, side.opposite)) is None
    under_test.on_fill(fill(1, 30, side))
    assert under_test.check(order(2, 41, side)) == expected
    under_test.on_closed(1)
    assert under_test.check(order(2, 41, side)) is None
    assert under_test.position_lots == 30 * side


def test_what_leaves_a_smaller_position_passes_from_beyond_the_limit(risk: Kind) -> None:
    under_test = risk()
    under_test.on_fill(fill(9, 120))
    # To 119 lots short: nearer to zero than 120 lots long.
    assert under_test.check(order(1, 239, Side.SELL)) is None
    assert under_test.check(order(2, 240, Side.SELL)) == Refusal(2, RefusalReason.POSITION_LIMIT, -120, 100)


@pytest.mark.parametrize("side", Side)
def test_credit_counts_the_greatest_position_at_the_reference_price(risk: Kind, side: Side) -> None:
    under_test = risk()
    under_test.on_sent(order(1, 50, side))
    assert under_test.check(order(2, 30, side)) is None
    assert under_test.check(order(3, 31, side)) == Refusal(3, RefusalReason.CREDIT_LIMIT, 162_000, 160_000)


@pytest.mark.parametrize("side", Side)
def test_a_loss_uses_credit_and_a_profit_gives_none(risk: Kind, side: Side) -> None:
    under_test = risk()
    # Ten lots opened and closed 1,500 ticks to our disadvantage: 15 of 80 lots' credit are gone.
    under_test.on_fill(fill(8, 10, side, 2_000))
    under_test.on_fill(fill(9, 10, side.opposite, 2_000 - side * 1_500))
    assert under_test.check(order(1, 65, side)) is None
    assert under_test.check(order(2, 66, side)) == Refusal(2, RefusalReason.CREDIT_LIMIT, 162_000, 160_000)
    under_test.on_fill(fill(8, 100, side, 1_000))
    under_test.on_fill(fill(9, 100, side.opposite, 1_000 + side * 500))
    assert under_test.check(order(3, 80, side)) is None
    assert under_test.check(order(4, 81, side)) is not None


def test_what_reduces_a_position_passes_without_credit(risk: Kind) -> None:
    under_test = risk()
    under_test.on_fill(fill(9, 90, Side.BUY, 1_500))
    assert under_test.check(order(1, 1)) is not None
    assert under_test.check(order(2, 10, Side.SELL)) is None


def test_the_same_order_within_the_window_is_a_duplicate(risk: Kind) -> None:
    under_test = risk()
    under_test.on_sent(order(1, 5, time_ns=100))
    assert under_test.check(order(2, 5, time_ns=1_099)) == Refusal(2, RefusalReason.DUPLICATE, 999, 1_000)
    assert under_test.check(order(2, 5, time_ns=50)) == Refusal(2, RefusalReason.DUPLICATE, -50, 1_000)
    assert under_test.check(order(2, 5, time_ns=1_100)) is None
    assert under_test.check(order(2, 6, time_ns=100)) is None
    assert under_test.check(order(2, 5, price=1_001, time_ns=100)) is None
    assert under_test.check(order(2, 5, Side.SELL, time_ns=100)) is None


def test_asking_twice_is_no_duplicate(risk: Kind) -> None:
    under_test = risk()
    assert under_test.check(order(1)) is None
    assert under_test.check(order(1)) is None


def test_only_so_many_messages_leave_in_any_window(risk: Kind) -> None:
    under_test = risk()
    for number, time_ns in enumerate((0, 4_000, 8_000)):
        assert under_test.check(order(number, number + 1, time_ns=time_ns)) is None
        under_test.on_sent(order(number, number + 1, time_ns=time_ns))
    assert under_test.check(order(9, 9, time_ns=9_999)) == Refusal(9, RefusalReason.MESSAGE_RATE, 9_999, 3)
    assert under_test.check(order(9, 9, time_ns=10_000)) is None
    under_test.on_sent(order(9, 9, time_ns=10_000))
    assert under_test.check(order(10, 10, time_ns=13_999)) is not None
    assert under_test.check(order(10, 10, time_ns=14_000)) is None


def test_a_strategy_stops_after_so_many_orders_until_a_person_enables_it_again(risk: Kind) -> None:
    under_test = risk()
    for number in range(50):
        sent = order(number, number % 7 + 1, (Side.BUY, Side.SELL)[number % 2], time_ns=number * 5_000)
        assert under_test.check(sent) is None
        under_test.on_sent(sent)
        under_test.on_closed(number)
    late = order(50, time_ns=10**12)
    assert under_test.check(late) == Refusal(50, RefusalReason.REPEATED_EXECUTION, 50, 50)
    under_test.on_command(command(OperatorAction.RELEASE_KILL_SWITCH))
    assert under_test.check(late) is not None
    under_test.on_command(command(OperatorAction.REENABLE_STRATEGY))
    assert under_test.check(late) is None


def test_the_kill_switch_stops_everything_until_it_is_released(risk: Kind) -> None:
    under_test = risk()
    answers = []
    for action in (
        OperatorAction.ENGAGE_KILL_SWITCH,
        OperatorAction.REENABLE_STRATEGY,
        OperatorAction.RELEASE_KILL_SWITCH,
    ):
        under_test.on_command(command(action))
        answers.append((under_test.is_killed, under_test.check(order(1))))
    refusal = Refusal(1, RefusalReason.KILL_SWITCH, 0, 0)
    assert answers == [(True, refusal), (True, refusal), (False, None)]
    assert under_test.refusal_counts[RefusalReason.KILL_SWITCH] == 2
