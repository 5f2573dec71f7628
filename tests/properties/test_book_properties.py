from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from tests.properties.sorted_list_book import SortedListBook
from tests.trading.book.books import NATIVE_BOOKS
from trading import assembly
from trading.book import OrderBook, PriceTimeBook, pack_events
from trading.errors import BookError
from trading.feed import MarketParameters, generate
from trading.records import (
    MAXIMUM_PRICE_TICKS,
    MAXIMUM_QUANTITY_LOTS,
    FeedEvent,
    Order,
    OrderType,
    Side,
    Trade,
)

SIDES = st.sampled_from(Side)
# Few prices and small quantities make queues, partial fills and sweeps likely.
PRICES = st.integers(95, 105)
QUANTITIES = st.integers(1, 20)

BuildBook = Callable[[], OrderBook]


class BookAgreesWithOracle(RuleBasedStateMachine):
    """Every operation on the book under test and on the oracle leads to the same trades and the same book."""

    build_book: BuildBook = staticmethod(assembly.build_book)
    resting: Bundle[int] = Bundle("resting")

    @initialize()
    def start(self) -> None:
        self.book = type(self).build_book()
        self.oracle = SortedListBook()
        self.last_order_id = 0
        self.added_lots = 0
        self.removed_lots = 0

    def submit(self, side: Side, order_type: OrderType, price_ticks: int, quantity_lots: int) -> int:
        self.last_order_id += 1
        order = Order(self.last_order_id, side, order_type, price_ticks, quantity_lots, time_ns=self.last_order_id)
        trades = self.book.submit(order)
        assert trades == self.oracle.submit(order)
        traded_lots = sum(trade.quantity_lots for trade in trades)
        assert all((trade.price_ticks - price_ticks) * side <= 0 for trade in trades if order_type == OrderType.LIMIT)
        self.removed_lots += traded_lots
        if order_type == OrderType.LIMIT:
            self.added_lots += quantity_lots - traded_lots
        return self.last_order_id

    @rule(target=resting, side=SIDES, price_ticks=PRICES, quantity_lots=QUANTITIES)
    def submit_limit_order(self, side: Side, price_ticks: int, quantity_lots: int) -> int:
        return self.submit(side, OrderType.LIMIT, price_ticks, quantity_lots)

    @rule(side=SIDES, quantity_lots=st.integers(1, 60))
    def submit_market_order(self, side: Side, quantity_lots: int) -> None:
        self.submit(side, OrderType.MARKET, 0, quantity_lots)

    @rule(order_id=consumes(resting))
    def cancel(self, order_id: int) -> None:
        lots = self.book.quantity_of(order_id)
        if not lots:
            with pytest.raises(BookError, match=f"order {order_id} is not resting"):
                self.book.cancel(order_id)
            return
        assert self.book.cancel(order_id) == lots
        self.oracle.cancel(order_id)
        self.removed_lots += lots

    @rule(target=resting, order_id=consumes(resting), share=st.floats(0, 1), is_execution=st.booleans())
    def take_lots(self, order_id: int, share: float, *, is_execution: bool) -> Any:
        held = self.book.quantity_of(order_id)
        if not held:
            return multiple()
        lots = max(1, round(held * share))
        price_ticks = next(order.price_ticks for order in self.oracle.orders if order.order_id == order_id)
        side = next(order.side for order in self.oracle.orders if order.order_id == order_id)
        if is_execution:
            assert self.book.execute(order_id, lots, 7) == Trade(7, order_id, 0, side.opposite, price_ticks, lots)
        else:
            assert self.book.reduce(order_id, lots) == held - lots
        self.oracle.take(order_id, lots)
        self.removed_lots += lots
        return order_id

    @rule(target=resting, order_id=consumes(resting), side=SIDES, price_ticks=PRICES, quantity_lots=QUANTITIES)
    def use_an_id_again(self, order_id: int, side: Side, price_ticks: int, quantity_lots: int) -> int:
        order = Order(order_id, side, OrderType.LIMIT, price_ticks, quantity_lots, 0)
        if self.book.quantity_of(order_id):
            with pytest.raises(BookError, match=f"order {order_id} is resting already"):
                self.book.submit(order)
            return order_id
        last_order_id, self.last_order_id = self.last_order_id, order_id - 1
        self.submit(side, OrderType.LIMIT, price_ticks, quantity_lots)
        self.last_order_id = last_order_id
        return order_id

    @rule(order_id=resting, extra=st.integers(1, 5))
    def refuse_to_take_too_much(self, order_id: int, extra: int) -> None:
        with pytest.raises(BookError):
            self.book.reduce(order_id, self.book.quantity_of(order_id) + extra)

    @invariant()
    def both_books_hold_the_same_orders_in_the_same_order(self) -> None:
        for side in Side:
            assert self.book.depth(side, 1_000) == self.oracle.depth(side)
            in_priority = [
                (order_id, lots)
                for price_ticks, _ in self.book.depth(side, 1_000)
                for order_id, lots in self.book.queue(side, price_ticks)
            ]
            assert in_priority == [(order.order_id, order.quantity_lots) for order in self.oracle.by_priority(side)]
        assert len(self.book) == len(self.oracle.orders)

    @invariant()
    def the_book_is_never_crossed(self) -> None:
        (bid, bid_lots), (ask, ask_lots) = self.book.best_bid(), self.book.best_ask()
        assert not bid_lots or not ask_lots or bid < ask

    @invariant()
    def quantity_is_conserved(self) -> None:
        resting_lots = sum(lots for side in Side for _, lots in self.book.depth(side, 1_000))
        assert resting_lots == self.added_lots - self.removed_lots

    @invariant()
    def the_top_and_the_imbalance_follow_from_the_depth(self) -> None:
        bids, asks = self.oracle.depth(Side.BUY), self.oracle.depth(Side.SELL)
        assert self.book.top(5) == (5, *(bids or [(0, 0)])[0], *(asks or [(0, 0)])[0])
        for levels in (1, 3):
            bid_lots = sum(lots for _, lots in bids[:levels])
            ask_lots = sum(lots for _, lots in asks[:levels])
            expected = (bid_lots - ask_lots) / (bid_lots + ask_lots) if bid_lots + ask_lots else 0.0
            assert self.book.imbalance(levels) == expected


TestBookAgreesWithOracle = BookAgreesWithOracle.TestCase
TestBookAgreesWithOracle.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


@pytest.mark.parametrize("make", NATIVE_BOOKS)
def test_a_native_book_agrees_with_the_oracle(make: str) -> None:
    class NativeBookAgreesWithOracle(BookAgreesWithOracle):
        build_book = staticmethod(NATIVE_BOOKS[make])

    run_state_machine_as_test(
        NativeBookAgreesWithOracle, settings=settings(max_examples=25, stateful_step_count=40, deadline=None)
    )


# Numbers at each limit and beyond it, also beyond 64 bits.
HOSTILE_PRICES = st.one_of(
    st.integers(97, 103),
    st.sampled_from([-(2**70), -1, 0, 1, MAXIMUM_PRICE_TICKS, MAXIMUM_PRICE_TICKS + 1, 2**63 - 1, 2**63, 2**70]),
)
HOSTILE_QUANTITIES = st.one_of(
    st.integers(1, 20),
    st.sampled_from([-(2**70), -(2**63), -1, 0, MAXIMUM_QUANTITY_LOTS, MAXIMUM_QUANTITY_LOTS + 1, 2**63, 2**70]),
)
HOSTILE_IDS = st.one_of(st.integers(-3, 12), st.sampled_from([-(2**63), 2**63 - 1]))
# Event types that there are, and a few that there are not.
EVENTS = st.builds(
    FeedEvent, st.integers(0, 9), st.integers(-1, 10), HOSTILE_IDS, SIDES, HOSTILE_PRICES, HOSTILE_QUANTITIES
)
CALLS = st.one_of(
    st.tuples(st.just("apply"), EVENTS),
    st.tuples(
        st.just("submit"),
        st.builds(
            Order, HOSTILE_IDS, SIDES, st.sampled_from(OrderType), HOSTILE_PRICES, HOSTILE_QUANTITIES, st.integers(0, 9)
        ),
    ),
    st.tuples(st.just("cancel"), HOSTILE_IDS | st.just(2**70)),
    st.tuples(st.sampled_from(["reduce", "execute"]), HOSTILE_IDS | st.just(2**70), HOSTILE_QUANTITIES),
    st.tuples(st.sampled_from(["quantity_of", "__contains__"]), HOSTILE_IDS | st.just(2**70)),
    st.tuples(st.sampled_from(["best_bid", "best_ask", "__len__"])),
    st.tuples(st.just("top"), st.integers(0, 2**70)),
    st.tuples(st.just("imbalance"), st.sampled_from([1, 2, 3, 50, 2**70])),
    st.tuples(st.just("depth"), SIDES, st.sampled_from([0, 1, 2, 50, 2**70])),
    st.tuples(st.just("queue"), SIDES, HOSTILE_PRICES),
)


def outcome(book: OrderBook, name: str, *arguments: Any) -> Any:
    """Return what a call answers, or what it complains of."""
    try:
        return getattr(book, name)(*arguments)
    except BookError as error:
        return str(error)


def state(book: OrderBook) -> list[Any]:
    sides = [book.depth(side, 10_000) for side in Side]
    queues = [book.queue(side, price) for side, levels in zip(Side, sides, strict=True) for price, _ in levels]
    return [len(book), book.top(0), sides, queues]


@pytest.mark.parametrize("make", NATIVE_BOOKS)
@settings(max_examples=120, deadline=None)
@given(calls=st.lists(CALLS, max_size=60))
def test_a_native_book_answers_and_complains_as_the_reference_does(make: str, calls: list[tuple[Any, ...]]) -> None:
    book, reference = NATIVE_BOOKS[make](), PriceTimeBook()
    for call in calls:
        # The representation tells a Trade from a tuple, and 0 from 0.0.
        assert repr(outcome(book, *call)) == repr(outcome(reference, *call))
    assert state(book) == state(reference)


@pytest.mark.parametrize("make", NATIVE_BOOKS)
@settings(max_examples=60, deadline=None)
@given(events=st.lists(EVENTS, max_size=60))
def test_a_native_batch_does_what_its_events_do_one_by_one_and_stops_at_the_same_one(
    make: str, events: list[FeedEvent]
) -> None:
    events = [event for event in events if all(abs(field) < 2**63 for field in event)]
    batch, reference = NATIVE_BOOKS[make](), PriceTimeBook()
    trades, complaint = 0, ""
    for number, event in enumerate(events):
        try:
            trades += len(reference.apply(event))
        except BookError as error:
            complaint = f"event {number} of the buffer: {error}; the events before it are applied"
            break
    if complaint:
        with pytest.raises(BookError) as caught:
            batch.run(pack_events(events))
        assert str(caught.value) == complaint
    else:
        assert batch.run(pack_events(events)) == trades
    assert state(batch) == state(reference)


@pytest.mark.parametrize("make", NATIVE_BOOKS)
@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 2**32), live_orders=st.sampled_from([60, 3_000]))
def test_a_native_book_replays_a_market_as_the_reference_does(make: str, seed: int, live_orders: int) -> None:
    events = list(generate(6_000, seed, market=MarketParameters(live_orders=live_orders)))
    book, batch, reference = NATIVE_BOOKS[make](), NATIVE_BOOKS[make](), PriceTimeBook()
    trades = 0
    for event in events:
        made = book.apply(event)
        assert made == reference.apply(event)
        assert book.top(event.time_ns) == reference.top(event.time_ns)
        assert book.imbalance(20) == reference.imbalance(20)
        trades += len(made)
    assert batch.run(pack_events(events)) == trades
    assert state(batch) == state(book) == state(reference)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32), events=st.integers(0, 400))
def test_replaying_the_same_feed_twice_gives_the_same_trades_and_the_same_book(seed: int, events: int) -> None:
    def replay() -> tuple[list[Trade], list[list[tuple[int, int]]]]:
        book = assembly.build_book()
        parameters = MarketParameters(live_orders=60)
        trades = [trade for event in generate(events, seed, market=parameters) for trade in book.apply(event)]
        return trades, [book.depth(side, 1_000) for side in Side]

    assert replay() == replay()
