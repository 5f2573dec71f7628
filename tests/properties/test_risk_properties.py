"""The native pre-trade check answers as the reference does, and holds the same state, whatever happens to both."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from trading import native
from trading.records import BookUpdate, Fill, OperatorAction, OperatorCommand, Order, OrderType, Side
from trading.risk import PreTradeRisk, RiskLimits

NativeRisk: Any = native.load("plain").NativeRisk
SMALL = st.integers(-3, 30)
# What a sum takes at most, and what only a question may ask for.
SUMMED = st.one_of(SMALL, st.integers(-(2**40), 2**40))
ASKED = st.one_of(SUMMED, st.integers(-(2**63) - 2, 2**63 + 2), st.integers())
TIMES_NS = st.one_of(st.integers(0, 40), st.integers(-(2**63), 2**63 - 1))
LIMITS = st.one_of(st.integers(1, 40), st.integers(1, 10**18))
SYMBOLS = st.sampled_from(["SYNTH", "SYNTH", "SYNTH", "OTHER"])
IDS = st.one_of(st.integers(1, 6), st.integers(-(2**63), 2**63 - 1))


def state_of(risk: PreTradeRisk) -> dict[str, Any]:
    """Give the reference's state as the native check tells its own."""
    return {
        "position_lots": risk._position_lots,
        "cash_half_tick_lots": risk._cash_half_tick_lots,
        "reference_half_ticks": risk._reference_half_ticks,
        "repeated_executions": risk._repeated_executions,
        "is_killed": risk._is_killed,
        "open_orders": dict(sorted(risk._open_orders._lots_of.items())),
        "sent_at_ns": dict(sorted(risk._recent_orders.sent_at_ns.items())),
        "message_times_ns": list(risk._recent_orders.message_times_ns),
        "counts": risk._counts,
    }


class NativeAgreesWithReference(RuleBasedStateMachine):
    """Everything happens to both: numbers at every bound, ids used twice, clocks set back, orders of other symbols."""

    @initialize(
        limits=st.builds(
            RiskLimits,
            collar_basis_points=st.integers(1, 9_999),
            maximum_quantity_lots=LIMITS,
            maximum_notional_tick_lots=LIMITS,
            maximum_position_lots=LIMITS,
            maximum_credit_tick_lots=LIMITS,
            duplicate_window_ns=LIMITS,
            maximum_repeated_executions=LIMITS,
            maximum_messages=st.integers(1, 6),
            message_window_ns=LIMITS,
        )
    )
    def open(self, limits: RiskLimits) -> None:
        self.reference = PreTradeRisk(limits)
        self.native = NativeRisk(limits, "SYNTH")

    @rule(prices=st.tuples(SUMMED, SUMMED), quantities=st.tuples(st.integers(), st.integers(0, 2)))
    def on_update(self, prices: tuple[int, int], quantities: tuple[int, int]) -> None:
        update = BookUpdate(0, prices[0], quantities[0], prices[1], quantities[1])
        self.reference.on_update(update)
        self.native.on_update(update)

    @rule(
        order=st.builds(Order, IDS, st.sampled_from(Side), st.sampled_from(OrderType), ASKED, ASKED, TIMES_NS, SYMBOLS)
    )
    def check(self, order: Order) -> None:
        expected = self.reference.check(order)
        answer = self.native.check(order)
        assert answer == expected
        assert type(answer) is type(expected)

    @rule(
        side=st.sampled_from(Side),
        order_type=st.sampled_from(OrderType),
        lots=SMALL,
        time_ns=TIMES_NS,
        is_sent=st.booleans(),
    )
    def check_an_order_near_the_reference_price(
        self, side: Side, order_type: OrderType, lots: int, time_ns: int, *, is_sent: bool
    ) -> None:
        order = Order(1, side, order_type, self.reference._reference_half_ticks // 2, lots, time_ns)
        self.check(order)
        if is_sent:
            self.on_sent(order)

    @rule(order=st.builds(Order, IDS, st.sampled_from(Side), st.sampled_from(OrderType), SUMMED, SUMMED, TIMES_NS))
    def on_sent(self, order: Order) -> None:
        self.reference.on_sent(order)
        self.native.on_sent(order)

    @rule(fill=st.builds(Fill, TIMES_NS, IDS, st.sampled_from(Side), SUMMED, SUMMED, SYMBOLS))
    def on_fill(self, fill: Fill) -> None:
        self.reference.on_fill(fill)
        self.native.on_fill(fill)

    @rule(order_id=st.one_of(IDS, st.integers()))
    def on_closed(self, order_id: int) -> None:
        self.reference.on_closed(order_id)
        self.native.on_closed(order_id)

    @rule(action=st.sampled_from(OperatorAction))
    def on_command(self, action: OperatorAction) -> None:
        command = OperatorCommand(0, action, "operator", "a test")
        self.reference.on_command(command)
        self.native.on_command(command)

    @invariant()
    def states_are_the_same(self) -> None:
        if hasattr(self, "native"):
            assert self.native.state() == state_of(self.reference)
            assert self.native.refusal_counts == self.reference.refusal_counts


NativeAgreesWithReference.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestNativeAgreesWithReference = NativeAgreesWithReference.TestCase


@pytest.mark.parametrize("seed", range(3))
def test_a_long_day_of_orders_leads_a_native_check_to_the_state_of_the_reference(seed: int) -> None:
    generator = random.Random(seed)
    limits = RiskLimits(
        maximum_position_lots=300,
        maximum_credit_tick_lots=280_000,
        duplicate_window_ns=400,
        maximum_messages=20,
        message_window_ns=4_000,
        maximum_repeated_executions=900,
    )
    reference, under_test = PreTradeRisk(limits), NativeRisk(limits)
    reasons = set()
    now_ns = price_ticks = lots = 0
    for number in range(20_000):
        now_ns += generator.randrange(-5, 60)
        side = generator.choice(list(Side))
        if number % 7:
            price_ticks, lots = 1_000 + generator.randrange(-60, 60), generator.randrange(60)
        order = Order(number, side, OrderType.LIMIT, price_ticks, lots, now_ns)
        update = BookUpdate(now_ns, 999 + number % 3, 1, 1_001 + number % 5, 1)
        for risk in (reference, under_test):
            risk.on_update(update)
        refusal = reference.check(order)
        assert under_test.check(order) == refusal
        if refusal is not None:
            reasons.add(refusal.reason)
            if refusal.reason.name == "REPEATED_EXECUTION":
                command = OperatorCommand(now_ns, OperatorAction.REENABLE_STRATEGY, "operator", "a test")
                reference.on_command(command)
                under_test.on_command(command)
            continue
        fill = Fill(now_ns, number - generator.randrange(3), side, order.price_ticks, generator.randrange(1, 60))
        closed = number - generator.randrange(9)
        for risk in (reference, under_test):
            risk.on_sent(order)
            risk.on_fill(fill)
            risk.on_closed(closed)
    assert under_test.state() == state_of(reference)
    assert {reason.name for reason in reasons} >= {"DUPLICATE", "MESSAGE_RATE", "POSITION_LIMIT", "CREDIT_LIMIT"}
