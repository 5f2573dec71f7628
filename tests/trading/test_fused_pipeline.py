from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.trading.legal_flags import resolved
from trading import assembly
from trading.book import pack_events
from trading.errors import BookError
from trading.feed import generate
from trading.fused_pipeline import FusedPipeline
from trading.pipeline import Pipeline
from trading.records import EventType, FeedEvent, Side

if TYPE_CHECKING:
    from trading.replay_summary import ReplaySummary

FEED = list(generate(5_000, 7))
ADDED = FeedEvent(1, EventType.ADD, 1, Side.BUY, 100, 5)


def fused() -> FusedPipeline:
    pipeline = assembly.build_pipeline(resolved(["native-core"]))
    assert isinstance(pipeline, FusedPipeline)
    return pipeline


def driven() -> Pipeline:
    pipeline = assembly.build_pipeline(resolved(["native-core"]), is_fused=False)
    assert isinstance(pipeline, Pipeline)
    return pipeline


def reference() -> ReplaySummary:
    pipeline = assembly.build_pipeline(resolved([]))
    pipeline.run(FEED)
    return pipeline.summary()


def test_it_is_chosen_where_nothing_is_timed_and_nothing_recorded() -> None:
    flags = resolved(["native-core"])
    assert isinstance(assembly.build_pipeline(flags), FusedPipeline)
    assert isinstance(assembly.build_pipeline(flags, clock=lambda: 0), Pipeline)
    assert isinstance(assembly.build_pipeline(flags, is_recorded=True), Pipeline)
    assert isinstance(assembly.build_pipeline(resolved([])), Pipeline)


def test_event_by_event_as_a_feed_and_in_a_batch_it_comes_to_what_the_reference_does() -> None:
    one_by_one, as_feed, in_batch = fused(), fused(), fused()
    fills = [fill for event in FEED for fill in one_by_one.on_event(event)]
    as_feed.run(FEED)
    # One byte off: a buffer may start anywhere.
    in_batch.run_packed(memoryview(b"x" + pack_events(FEED))[1:])
    expected = reference()
    assert one_by_one.summary() == as_feed.summary() == in_batch.summary() == expected
    assert len(fills) == expected.fills > 0


@pytest.mark.parametrize(
    "event",
    [
        ADDED,
        ADDED._replace(order_id=2, price_ticks=0),
        ADDED._replace(order_id=2, price_ticks=2**70),
        ADDED._replace(order_id=2, quantity_lots=-(2**70)),
        ADDED._replace(order_id=2**70),
        FeedEvent(2, EventType.MARKET, 2**63, Side.SELL, 0, 5),
        FeedEvent(2, EventType.DELETE, 9, Side.BUY, 100, 5),
        FeedEvent(2, EventType.DELETE, 2**63, Side.BUY, 100, 5),
        FeedEvent(2, EventType.REDUCE, 1, Side.BUY, 100, 6),
        FeedEvent(2, EventType.EXECUTE, -(2**70), Side.BUY, 100, 1),
    ],
)
def test_an_impossible_event_is_refused_as_by_the_book_and_changes_nothing(event: FeedEvent) -> None:
    pipelines = fused(), driven()
    complaints = []
    for pipeline in pipelines:
        pipeline.on_event(ADDED)
        with pytest.raises(BookError) as refused:
            pipeline.on_event(event)
        complaints.append(str(refused.value))
        with pytest.raises(BookError):
            pipeline.run([event])
    assert complaints[0] == complaints[1]
    assert pipelines[0].summary() == pipelines[1].summary()
    assert pipelines[0].summary().events == 1


def test_a_batch_stops_at_an_impossible_event_and_says_which_order() -> None:
    pipeline = fused()
    with pytest.raises(BookError, match="order 1 is resting already"):
        pipeline.run_packed(pack_events([ADDED, ADDED, ADDED._replace(order_id=3)]))
    assert pipeline.summary().events == 1
    with pytest.raises(ValueError, match="no whole number of events"):
        pipeline.run_packed(b"seven bytes")


def test_a_time_beyond_64_bits_and_what_is_no_event_are_refused() -> None:
    pipeline = fused()
    with pytest.raises(OverflowError, match="64 bits"):
        pipeline.on_event(ADDED._replace(time_ns=2**63))
    with pytest.raises(TypeError, match="FeedEvent expected"):
        pipeline.on_event((1, 2, 3))  # type: ignore[arg-type]
    assert pipeline.summary().events == 0
