from __future__ import annotations

from dataclasses import replace
from itertools import count, islice

import pytest

from tests.trading.legal_flags import resolved
from trading import assembly
from trading.errors import BookError
from trading.feed import generate
from trading.pipeline import Pipeline
from trading.records import BookUpdate, EventType, FeedEvent, Side
from trading.risk import PreTradeRisk, RiskLimits

EVENTS = 20_000


def test_every_stage_has_work_on_the_default_feed() -> None:
    pipeline = assembly.build_pipeline(clock=count(0, 50).__next__)
    pipeline.run(generate(EVENTS))
    calls = {latency.stage: latency.calls for latency in pipeline.summary().latencies}
    assert calls["feed"] == calls["book"] == calls["event to order"] == EVENTS
    assert 0 < calls["positions"] <= calls["orders"] <= calls["risk"] < calls["strategy"] == calls["signals"] < EVENTS


def test_two_replays_come_to_the_same_and_timing_changes_nothing() -> None:
    summaries = []
    for clock in (None, None, count().__next__):
        pipeline = assembly.build_pipeline(clock=clock)
        pipeline.run(generate(EVENTS, 5))
        summaries.append(pipeline.summary()._replace(latencies=()))
    assert summaries[0] == summaries[1] == summaries[2]
    assert summaries[0].events == EVENTS
    assert summaries[0].orders_sent > 0


def test_the_summary_agrees_with_the_components() -> None:
    components = assembly.build_components()
    pipeline = Pipeline(components)
    fills = [fill for event in generate(EVENTS) for fill in pipeline.on_event(event)]
    summary = pipeline.summary(2_000_000_000)
    assert summary.fills == len(fills) == summary.orders_sent
    assert summary.filled_lots == sum(fill.quantity_lots for fill in fills)
    assert summary.position_lots == sum(fill.quantity_lots * fill.side for fill in fills)
    cash = -sum(fill.quantity_lots * fill.side * fill.price_ticks for fill in fills)
    top = components.book.top(0)
    price_ticks = top.bid_price_ticks if summary.position_lots > 0 else top.ask_price_ticks
    assert summary.unrealised_tick_lots is not None
    assert summary.realised_tick_lots + summary.unrealised_tick_lots == cash + summary.position_lots * price_ticks
    assert summary.resting_orders == len(components.book)
    assert summary.top[1:] == top[1:]
    assert summary.events_per_second == EVENTS // 2


def test_an_event_that_leaves_the_top_as_it_was_is_no_tick() -> None:
    pipeline = assembly.build_pipeline(clock=count().__next__)
    pipeline.run(
        [
            FeedEvent(1, EventType.ADD, 1, Side.BUY, 100, 5),
            FeedEvent(2, EventType.ADD, 2, Side.BUY, 99, 5),
            FeedEvent(3, EventType.DELETE, 2, Side.BUY, 99, 5),
        ]
    )
    calls = {latency.stage: latency.calls for latency in pipeline.summary().latencies}
    assert (calls["book"], calls["signals"]) == (3, 1)


def test_a_position_without_a_price_has_no_value() -> None:
    components = assembly.build_components()
    pipeline = Pipeline(components)
    events = generate(EVENTS)
    while components.positions.position("SYNTH").quantity_lots == 0:
        pipeline.run(islice(events, 1))
    side = Side.BUY if components.positions.position("SYNTH").quantity_lots > 0 else Side.SELL
    for price_ticks, _ in components.book.depth(side, 1_000):
        for order_id, lots in components.book.queue(side, price_ticks):
            pipeline.on_event(FeedEvent(10**15, EventType.DELETE, order_id, side, price_ticks, lots))
    assert pipeline.summary().unrealised_tick_lots is None


def test_what_was_done_before_an_impossible_event_stays_in_the_summary() -> None:
    pipeline = assembly.build_pipeline()
    add = FeedEvent(1, EventType.ADD, 1, Side.BUY, 100, 5)
    with pytest.raises(BookError, match="order 1 is resting already"):
        pipeline.run([add, add])
    assert pipeline.summary().events == 1
    assert pipeline.summary().top == BookUpdate(1, 100, 5, 0, 0)


def test_a_recorded_feed_may_name_orders_that_were_never_seen() -> None:
    pipeline = assembly.build_pipeline(is_recorded=True)
    pipeline.run([FeedEvent(1, EventType.DELETE, 77, Side.BUY, 100, 5)])
    assert pipeline.summary().events == 1


def test_the_risk_check_hears_of_every_order_that_leaves_and_of_its_end() -> None:
    limits = RiskLimits(maximum_repeated_executions=3)
    reference = resolved([])
    components = replace(assembly.build_components(reference), risk=assembly.build_risk(reference, limits=limits))
    pipeline = Pipeline(components)
    pipeline.run(generate(EVENTS))
    summary = pipeline.summary()
    assert summary.orders_sent == 3
    assert summary.orders_refused["repeated_execution"] > 0
    assert isinstance(components.risk, PreTradeRisk)
    assert len(components.risk._open_orders) == 0
