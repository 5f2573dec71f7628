from __future__ import annotations

from random import Random
from statistics import NormalDist, median

import pytest

from trading.errors import ConfigurationError
from trading.feed import MarketParameters
from trading.feed.zero_intelligence import ZeroIntelligenceMarket
from trading.records import EventType, Side


def test_the_same_random_numbers_draw_the_same_events() -> None:
    markets = [ZeroIntelligenceMarket(Random(3), MarketParameters()) for _ in range(2)]
    first, second = ([market.next_event(time_ns) for time_ns in range(2_000)] for market in markets)
    assert first == second


def test_order_ids_count_up_and_both_sides_are_used_alike() -> None:
    market = ZeroIntelligenceMarket(Random(3), MarketParameters())
    arrivals = (EventType.ADD, EventType.MARKET)
    events = [event for event in map(market.next_event, range(10_000)) if event.event_type in arrivals]
    assert [event.order_id for event in events] == list(range(1, len(events) + 1))
    assert sum(event.side == Side.BUY for event in events) / len(events) == pytest.approx(0.5, abs=0.03)


def test_quantities_follow_their_distribution() -> None:
    market = ZeroIntelligenceMarket(Random(3), MarketParameters(cancel_share=0.0, market_share=0.0))
    quantities = [market.next_event(time_ns).quantity_lots for time_ns in range(10_000)]
    assert min(quantities) >= 1
    expected = 2.718281828 ** NormalDist(4.2, 0.9).inv_cdf(0.5)
    assert median(quantities) == pytest.approx(expected, rel=0.05)


def test_prices_stay_near_their_start() -> None:
    market = ZeroIntelligenceMarket(Random(3), MarketParameters(start_price_ticks=500))
    events = [market.next_event(time_ns) for time_ns in range(30_000)]
    prices = [event.price_ticks for event in events if event.event_type == EventType.ADD]
    assert min(prices) > 300
    assert max(prices) < 700


@pytest.mark.parametrize(
    "bad",
    [
        {"cancel_share": 0.9, "market_share": 0.2},
        {"marketable_share": -0.1},
        {"start_price_ticks": 0},
        {"live_orders": 3},
        {"distance_probability": 1.0},
        {"quantity_log_deviation": 0.0},
    ],
)
def test_parameters_that_make_no_sense_are_refused(bad: dict[str, float]) -> None:
    with pytest.raises(ConfigurationError):
        MarketParameters(**bad)  # type: ignore[arg-type]  # integers and floats in one table
