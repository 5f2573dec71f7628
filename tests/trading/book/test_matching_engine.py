from __future__ import annotations

import pytest

from tests.trading.book.books import BOOKS
from trading.book import MatchingEngine, Outcome, PriceTimeBook
from trading.errors import BookError
from trading.records import Instructions, Order, OrderType, SelfTradePrevention, Side, TimeInForce

IMMEDIATE = Instructions(TimeInForce.IMMEDIATE_OR_CANCEL)
FILL_OR_KILL = Instructions(TimeInForce.FILL_OR_KILL)
DAY = Instructions(TimeInForce.DAY)
POST_ONLY = Instructions(is_post_only=True)


@pytest.fixture(params=["reference", "native-mutex", "native-sequence-all"])
def engine(request: pytest.FixtureRequest) -> MatchingEngine:
    """Asks 101 (orders 1: 10 lots, 2: 5 lots) and 102 (order 3: 20 lots), bid 99 (order 4: 8 lots)."""
    engine = MatchingEngine(BOOKS[request.param]())
    for order in (sell(1, 101, 10), sell(2, 101, 5), sell(3, 102, 20), buy(4, 99, 8)):
        assert engine.submit(order).outcome is Outcome.RESTING
    return engine


def buy(order_id: int, price_ticks: int, quantity_lots: int, account: str = "B") -> Order:
    return Order(order_id, Side.BUY, OrderType.LIMIT, price_ticks, quantity_lots, order_id, account=account)


def sell(order_id: int, price_ticks: int, quantity_lots: int, account: str = "S") -> Order:
    return Order(order_id, Side.SELL, OrderType.LIMIT, price_ticks, quantity_lots, order_id, account=account)


def traded(engine: MatchingEngine, order: Order, instructions: Instructions) -> tuple[Outcome, list[tuple[int, int]]]:
    result = engine.submit(order, instructions)
    return result.outcome, [(trade.resting_order_id, trade.quantity_lots) for trade in result.trades]


def test_a_plain_order_trades_and_rests_as_in_the_book(engine: MatchingEngine) -> None:
    result = engine.submit(buy(9, 101, 18))
    assert (result.outcome, result.remaining_lots, len(result.trades)) == (Outcome.RESTING, 3, 2)
    assert engine.book.best_bid() == (101, 3)


def test_immediate_or_cancel_drops_what_it_cannot_trade(engine: MatchingEngine) -> None:
    assert traded(engine, buy(9, 101, 18), IMMEDIATE) == (Outcome.EXPIRED, [(1, 10), (2, 5)])
    assert 9 not in engine
    assert traded(engine, buy(10, 102, 20), IMMEDIATE) == (Outcome.FILLED, [(3, 20)])


def test_fill_or_kill_trades_all_or_nothing(engine: MatchingEngine) -> None:
    assert traded(engine, buy(9, 101, 16), FILL_OR_KILL) == (Outcome.EXPIRED, [])
    assert engine.book.best_ask() == (101, 15)
    assert traded(engine, buy(10, 102, 16), FILL_OR_KILL) == (Outcome.FILLED, [(1, 10), (2, 5), (3, 1)])


def test_fill_or_kill_counts_hidden_lots_and_stops_at_own_orders(engine: MatchingEngine) -> None:
    engine.submit(sell(9, 100, 12), Instructions(display_lots=2))
    engine.submit(sell(10, 100, 1, account="B"))
    newest = FILL_OR_KILL._replace(self_trade_prevention=SelfTradePrevention.CANCEL_NEWEST)
    oldest = FILL_OR_KILL._replace(self_trade_prevention=SelfTradePrevention.CANCEL_OLDEST)
    assert traded(engine, buy(11, 100, 3), newest) == (Outcome.EXPIRED, [])
    assert traded(engine, buy(11, 100, 13), oldest) == (Outcome.EXPIRED, [])
    assert 10 in engine
    assert traded(engine, buy(11, 100, 12), oldest) == (Outcome.FILLED, [(9, 2)] * 6)
    assert 10 not in engine


def test_post_only_is_refused_where_it_would_trade(engine: MatchingEngine) -> None:
    assert traded(engine, buy(9, 101, 1), POST_ONLY) == (Outcome.REFUSED_POST_ONLY, [])
    assert traded(engine, buy(10, 100, 1), POST_ONLY) == (Outcome.RESTING, [])


def test_the_end_of_the_session_takes_out_day_orders_only(engine: MatchingEngine) -> None:
    engine.submit(buy(9, 98, 1), DAY)
    engine.submit(buy(10, 99, 1), DAY._replace(stop_price_ticks=105))
    assert engine.end_session() == [9, 10]
    assert engine.end_session() == []
    assert len(engine) == 4


@pytest.mark.parametrize(
    ("prevention", "outcome", "cancelled", "own_rests"),
    [
        (SelfTradePrevention.CANCEL_NEWEST, Outcome.SELF_TRADE_PREVENTED, (), True),
        (SelfTradePrevention.CANCEL_OLDEST, Outcome.RESTING, (2,), False),
        (SelfTradePrevention.CANCEL_BOTH, Outcome.SELF_TRADE_PREVENTED, (2,), False),
    ],
)
def test_self_trade_prevention_trades_what_comes_before_the_own_order(
    prevention: SelfTradePrevention, outcome: Outcome, cancelled: tuple[int, ...], *, own_rests: bool
) -> None:
    engine = MatchingEngine(PriceTimeBook())
    engine.submit(sell(1, 101, 10))
    engine.submit(sell(2, 101, 5, account="B"))
    result = engine.submit(buy(9, 101, 30), Instructions(self_trade_prevention=prevention))
    assert [(trade.resting_order_id, trade.quantity_lots) for trade in result.trades] == [(1, 10)]
    assert (result.outcome, result.cancelled_order_ids, 2 in engine) == (outcome, cancelled, own_rests)
    assert (9 in engine) is (outcome is Outcome.RESTING)


def test_without_prevention_orders_of_one_account_trade(engine: MatchingEngine) -> None:
    assert traded(engine, buy(9, 101, 2, account="S"), Instructions()) == (Outcome.FILLED, [(1, 2)])


def test_an_iceberg_shows_a_part_and_queues_again_with_the_next(engine: MatchingEngine) -> None:
    engine.submit(sell(9, 100, 12), Instructions(display_lots=5))
    engine.submit(sell(10, 100, 3))
    assert engine.book.best_ask() == (100, 8)
    assert engine.open_lots_of(9) == 12
    _, trades = traded(engine, buy(11, 101, 14), Instructions())
    assert trades == [(9, 5), (10, 3), (9, 5), (9, 1)]
    assert engine.book.queue(Side.SELL, 100) == [(9, 1)]
    assert engine.cancel(9) == 1


def test_hidden_lots_trade_before_a_worse_price(engine: MatchingEngine) -> None:
    engine.submit(sell(9, 100, 12), Instructions(display_lots=1))
    result = engine.submit(Order(11, Side.BUY, OrderType.MARKET, 0, 13, 1))
    assert [trade.price_ticks for trade in result.trades] == [100] * 12 + [101]


def test_a_stop_waits_for_its_price_and_then_enters(engine: MatchingEngine) -> None:
    stop = Order(9, Side.BUY, OrderType.MARKET, 0, 4, 9)
    assert engine.submit(stop, Instructions(stop_price_ticks=102)).outcome is Outcome.WAITING
    assert not engine.submit(buy(10, 101, 10)).triggered
    result = engine.submit(buy(11, 102, 6))
    assert [(one.order_id, one.outcome) for one in result.triggered] == [(9, Outcome.FILLED)]
    assert result.triggered[0].trades[0].resting_order_id == 3
    assert 9 not in engine


def test_a_stop_beyond_its_price_enters_at_once(engine: MatchingEngine) -> None:
    engine.submit(buy(9, 101, 1))
    assert traded(engine, buy(10, 101, 1), Instructions(stop_price_ticks=101)) == (Outcome.FILLED, [(1, 1)])


def test_fewer_lots_keep_the_place_and_more_lose_it(engine: MatchingEngine) -> None:
    engine.replace(1, 101, 10, 19)
    assert engine.book.queue(Side.SELL, 101) == [(1, 10), (2, 5)]
    engine.replace(1, 101, 4, 20)
    assert engine.book.queue(Side.SELL, 101) == [(1, 4), (2, 5)]
    engine.replace(1, 101, 5, 21)
    assert engine.book.queue(Side.SELL, 101) == [(2, 5), (1, 5)]


def test_another_price_loses_the_place_and_may_trade(engine: MatchingEngine) -> None:
    assert engine.replace(1, 102, 10, 20).outcome is Outcome.RESTING
    assert engine.book.queue(Side.SELL, 102) == [(3, 20), (1, 10)]
    result = engine.replace(4, 101, 8, 21)
    assert (result.outcome, result.remaining_lots) == (Outcome.RESTING, 3)
    assert engine.book.best_bid() == (101, 3)


def test_a_post_only_order_that_would_trade_after_its_change_stays_what_it_was(engine: MatchingEngine) -> None:
    engine.submit(buy(9, 100, 5), POST_ONLY)
    assert engine.replace(9, 101, 5, 20).outcome is Outcome.REFUSED_POST_ONLY
    assert engine.book.queue(Side.BUY, 100) == [(9, 5)]


def test_an_iceberg_shrinks_from_its_hidden_lots(engine: MatchingEngine) -> None:
    engine.submit(sell(9, 100, 12), Instructions(display_lots=5))
    engine.replace(9, 100, 6, 20)
    assert (engine.book.quantity_of(9), engine.open_lots_of(9)) == (5, 6)
    engine.replace(9, 100, 2, 21)
    assert (engine.book.quantity_of(9), engine.open_lots_of(9)) == (2, 2)


@pytest.mark.parametrize(
    ("order", "instructions", "message"),
    [
        (buy(1, 90, 1), Instructions(), "order 1 is open already"),
        (buy(9, 90, 0), Instructions(), "order 9 has quantity 0"),
        (buy(9, 0, 1), Instructions(), "order 9 has price 0"),
        (buy(9, 90, 1), IMMEDIATE._replace(is_post_only=True), "is post-only, but would not rest"),
        (buy(9, 90, 1), FILL_OR_KILL._replace(display_lots=1), "shows a part only, but would not rest"),
        (buy(9, 90, 1), Instructions(display_lots=-1), "shows -1 lots"),
        (buy(9, 90, 1), Instructions(stop_price_ticks=-1), "stops at -1 ticks"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    engine: MatchingEngine, order: Order, instructions: Instructions, message: str
) -> None:
    with pytest.raises(BookError, match=message):
        engine.submit(order, instructions)
    assert len(engine) == 4


def test_a_change_of_an_order_that_does_not_rest_is_refused(engine: MatchingEngine) -> None:
    engine.submit(buy(9, 90, 1), Instructions(stop_price_ticks=200))
    for order_id, price_ticks, lots, message in (
        (77, 90, 1, "order 77 is not resting"),
        (9, 90, 1, "order 9 waits for its stop price"),
        (1, 0, 1, "order 1 cannot become 1 lots at 0 ticks"),
        (1, 90, 0, "order 1 cannot become 0 lots at 90 ticks"),
    ):
        with pytest.raises(BookError, match=message):
            engine.replace(order_id, price_ticks, lots, 20)
    assert engine.cancel(9) == 1
