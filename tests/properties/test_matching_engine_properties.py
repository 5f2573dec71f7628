from __future__ import annotations

import contextlib

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from tests.properties.one_order_at_a_time import OneOrderAtATime
from trading import assembly
from trading.book import MatchingEngine, OrderResult, Outcome, PriceTimeBook
from trading.errors import BookError
from trading.records import Instructions, Order, OrderType, SelfTradePrevention, Side, TimeInForce, Trade

PRICES = st.integers(98, 102)
QUANTITIES = st.integers(1, 20)
INSTRUCTIONS = st.builds(
    Instructions,
    st.sampled_from(TimeInForce),
    st.integers(0, 5).map(lambda number: number == 0),
    st.sampled_from(SelfTradePrevention),
    st.sampled_from([0, 0, 1, 3, 30]),
    st.sampled_from([0, 0, 0, 98, 100, 102]),
)


def flattened(result: OrderResult) -> list[tuple[int, Outcome, list[Trade]]]:
    return [(one.order_id, one.outcome, one.trades) for one in (result, *result.triggered)]


class EngineAgreesWithOracle(RuleBasedStateMachine):
    """Orders with every instruction lead to the same results and the same book as in the tiny exchange."""

    sent: Bundle[int] = Bundle("sent")

    @initialize()
    def start(self) -> None:
        self.engine = assembly.build_matching_engine()
        self.oracle = OneOrderAtATime()
        self.last_order_id = 0
        self.time_ns = 0

    def tick(self) -> int:
        self.time_ns += 1
        return self.time_ns

    def submit(
        self,
        side: Side,
        order_type: OrderType,
        price_ticks: int,
        quantity_lots: int,
        account: str,
        instructions: Instructions,
    ) -> int:
        self.last_order_id += 1
        order = Order(self.last_order_id, side, order_type, price_ticks, quantity_lots, self.tick(), account=account)
        try:
            result = self.engine.submit(order, instructions)
        except BookError as error:
            assert "would not rest" in str(error)  # noqa: PT017 - an order that contradicts itself, and nothing else
            return order.order_id
        assert flattened(result) == self.oracle.submit(order, instructions)
        return order.order_id

    @rule(
        target=sent,
        side=st.sampled_from(Side),
        order_type=st.sampled_from([OrderType.LIMIT, OrderType.LIMIT, OrderType.LIMIT, OrderType.MARKET]),
        price_ticks=PRICES,
        quantity_lots=QUANTITIES,
        account=st.sampled_from("AB"),
        instructions=st.just(Instructions()) | INSTRUCTIONS,
    )
    def submit_any(
        self,
        side: Side,
        order_type: OrderType,
        price_ticks: int,
        quantity_lots: int,
        account: str,
        instructions: Instructions,
    ) -> int:
        price_ticks = price_ticks if order_type == OrderType.LIMIT else 0
        return self.submit(side, order_type, price_ticks, quantity_lots, account, instructions)

    @rule(target=sent, side=st.sampled_from(Side), price_ticks=PRICES, account=st.sampled_from("AB"))
    def submit_an_iceberg(self, side: Side, price_ticks: int, account: str) -> int:
        return self.submit(side, OrderType.LIMIT, price_ticks, 12, account, Instructions(display_lots=2))

    @rule(
        target=sent,
        side=st.sampled_from(Side),
        lots=st.integers(1, 40),
        account=st.sampled_from("AB"),
        prevention=st.sampled_from(SelfTradePrevention),
    )
    def submit_all_or_nothing(self, side: Side, lots: int, account: str, prevention: SelfTradePrevention) -> int:
        instructions = Instructions(TimeInForce.FILL_OR_KILL, self_trade_prevention=prevention)
        return self.submit(side, OrderType.LIMIT, 100 + side, lots, account, instructions)

    @rule(order_id=sent, lots_fewer=st.integers(0, 6))
    def replace_in_place(self, order_id: int, lots_fewer: int) -> None:
        for resting in self.oracle.resting:
            if resting.order.order_id == order_id:
                lots = max(1, resting.shown_lots + resting.hidden_lots - lots_fewer)
                self.agree_on_replacing(order_id, resting.order.price_ticks, lots)
                break

    @rule(order_id=sent)
    def cancel(self, order_id: int) -> None:
        if order_id in self.engine:
            assert self.engine.cancel(order_id) > 0
            self.oracle.cancel(order_id)
        with pytest.raises(BookError, match=f"order {order_id} is not resting"):
            self.engine.cancel(order_id)

    @rule(order_id=sent, price_ticks=PRICES, quantity_lots=QUANTITIES)
    def replace(self, order_id: int, price_ticks: int, quantity_lots: int) -> None:
        if not self.engine.open_lots_of(order_id):
            with pytest.raises(BookError, match=f"order {order_id} "):
                self.engine.replace(order_id, price_ticks, quantity_lots, self.tick())
            return
        self.agree_on_replacing(order_id, price_ticks, quantity_lots)

    def agree_on_replacing(self, order_id: int, price_ticks: int, quantity_lots: int) -> None:
        result = self.engine.replace(order_id, price_ticks, quantity_lots, self.tick())
        assert flattened(result) == self.oracle.replace(order_id, price_ticks, quantity_lots, self.time_ns)

    @rule()
    def end_session(self) -> None:
        assert set(self.engine.end_session()) == self.oracle.end_session()

    @rule(order_id=sent)
    def refuse_an_id_that_is_open(self, order_id: int) -> None:
        if order_id in self.engine:
            with pytest.raises(BookError, match="is open already"):
                self.engine.submit(Order(order_id, Side.BUY, OrderType.LIMIT, 1, 1, self.tick()))

    @invariant()
    def both_hold_the_same_orders_in_the_same_order(self) -> None:
        book = self.engine.book
        for side in Side:
            in_priority = [
                (order_id, lots) for price, _ in book.depth(side, 100) for order_id, lots in book.queue(side, price)
            ]
            expected = self.oracle.by_priority(side)
            assert in_priority == [(resting.order.order_id, resting.shown_lots) for resting in expected]
            for resting in expected:
                open_lots = resting.shown_lots + resting.hidden_lots
                assert self.engine.open_lots_of(resting.order.order_id) == open_lots
        assert len(self.engine) == len(self.oracle.resting) + len(self.oracle.waiting)

    @invariant()
    def the_book_is_never_crossed(self) -> None:
        (bid, bid_lots), (ask, ask_lots) = self.engine.book.best_bid(), self.engine.book.best_ask()
        assert not bid_lots or not ask_lots or bid < ask

    @invariant()
    def the_count_of_icebergs_is_that_of_orders_with_hidden_lots(self) -> None:
        assert self.engine._icebergs == sum(resting.hidden_lots > 0 for resting in self.oracle.resting)


TestEngineAgreesWithOracle = EngineAgreesWithOracle.TestCase
TestEngineAgreesWithOracle.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)


def test_a_refused_order_changes_nothing() -> None:
    engine = MatchingEngine(PriceTimeBook())
    for instructions in (Instructions(display_lots=-1), Instructions(stop_price_ticks=-1)):
        with contextlib.suppress(BookError):
            engine.submit(Order(1, Side.BUY, OrderType.LIMIT, 1, 1, 1), instructions)
            pytest.fail("it was accepted")
    assert len(engine) == len(engine.book) == 0
