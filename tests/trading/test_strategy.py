from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING

import pytest

from trading import native
from trading.errors import ConfigurationError
from trading.records import BookUpdate, Order, OrderType, Side, Signal
from trading.strategy import MeanReversion, StrategyParameters

if TYPE_CHECKING:
    from collections.abc import Callable

    from trading.pipeline import Strategy

TOP = BookUpdate(time_ns=10**9, bid_price_ticks=99, bid_quantity_lots=50, ask_price_ticks=101, ask_quantity_lots=40)
OVERSOLD = Signal(10**9, 20.0, 0.0, 0.0, 101.0, 105.0, 109.0, 0.5)
OVERBOUGHT = Signal(10**9, 80.0, 0.0, 0.0, 91.0, 95.0, 99.0, -0.5)


@pytest.fixture(params=[MeanReversion, native.load("plain").NativeMeanReversion], ids=["reference", "native"])
def strategy(request: pytest.FixtureRequest) -> Strategy:
    build: Callable[[StrategyParameters, str], Strategy] = request.param
    return build(StrategyParameters(order_lots=7, pause_ns=1_000), "ABC")


def test_it_buys_below_the_band_at_the_best_ask(strategy: Strategy) -> None:
    assert strategy.decide(OVERSOLD, TOP) == Order(1, Side.BUY, OrderType.LIMIT, 101, 7, 10**9, "ABC")


def test_it_sells_above_the_band_at_the_best_bid(strategy: Strategy) -> None:
    assert strategy.decide(OVERBOUGHT, TOP) == Order(1, Side.SELL, OrderType.LIMIT, 99, 7, 10**9, "ABC")


@pytest.mark.parametrize(
    "signal",
    [
        OVERSOLD._replace(bollinger_lower=100.0),
        OVERSOLD._replace(relative_strength_index=50.0),
        OVERSOLD._replace(imbalance=0.0),
        OVERSOLD._replace(macd=3.0),
        OVERSOLD._replace(macd=-3.0),
        OVERBOUGHT._replace(bollinger_upper=100.0),
        OVERBOUGHT._replace(relative_strength_index=50.0),
        OVERBOUGHT._replace(imbalance=0.0),
        OVERSOLD._replace(relative_strength_index=nan),
        Signal(10**9, nan, nan, nan, nan, nan, nan, 0.5),
    ],
)
def test_without_every_confirmation_there_is_no_order(strategy: Strategy, signal: Signal) -> None:
    assert strategy.decide(signal, TOP) is None


def test_two_orders_are_a_pause_apart(strategy: Strategy) -> None:
    times = [10**9, 10**9 + 999, 10**9 + 1_000]
    orders = [strategy.decide(OVERSOLD._replace(time_ns=time_ns), TOP) for time_ns in times]
    assert [order.order_id if order else None for order in orders] == [1, None, 2]


def test_an_empty_side_is_not_traded_with(strategy: Strategy) -> None:
    assert strategy.decide(OVERSOLD, TOP._replace(ask_price_ticks=0, ask_quantity_lots=0)) is None


def test_an_order_of_nothing_is_no_parameter() -> None:
    with pytest.raises(ConfigurationError, match="at least 1 lot"):
        StrategyParameters(order_lots=0)
