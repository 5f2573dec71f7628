from __future__ import annotations

import hashlib
import tracemalloc
from collections import Counter
from itertools import islice, pairwise

import pytest

from trading.book import PriceTimeBook
from trading.errors import ConfigurationError
from trading.feed import MarketParameters, generate
from trading.records import EventType

EVENTS = 30_000


def test_the_same_seed_gives_the_same_events_and_another_one_others() -> None:
    assert list(generate(2_000, 7)) == list(generate(2_000, 7))
    assert list(generate(2_000, 7)) != list(generate(2_000, 8))


def test_a_shorter_feed_is_the_start_of_a_longer_one() -> None:
    assert list(generate(500, 7)) == list(islice(generate(10**12, 7), 500))


def test_the_default_feed_is_the_one_that_recorded_results_were_measured_on() -> None:
    digest = hashlib.sha256()
    for event in generate(5_000):
        digest.update(repr(tuple(map(int, event))).encode())
    assert digest.hexdigest()[:16] == "ed37fd6715a0b139"


def test_arrival_times_do_not_depend_on_what_the_traders_do() -> None:
    quiet = generate(1_000, 3, market=MarketParameters(market_share=0.0))
    assert [event.time_ns for event in quiet] == [event.time_ns for event in generate(1_000, 3)]


def test_every_event_can_be_applied_to_a_book_and_orders_of_a_book_stay_in_number() -> None:
    book = PriceTimeBook()
    sizes = []
    for event in generate(EVENTS):
        book.apply(event)
        sizes.append(len(book))
    settled = sizes[EVENTS // 2 :]
    assert min(settled) > 1_200
    assert max(settled) < 1_800


def test_shares_of_event_types_are_those_documented() -> None:
    events = list(generate(EVENTS))[EVENTS // 2 :]
    shares = {event_type: count / len(events) for event_type, count in Counter(e.event_type for e in events).items()}
    assert shares.keys() == {EventType.ADD, EventType.REDUCE, EventType.DELETE, EventType.MARKET}
    assert shares[EventType.ADD] == pytest.approx(0.54, abs=0.03)
    assert shares[EventType.DELETE] + shares[EventType.REDUCE] == pytest.approx(0.41, abs=0.03)
    assert shares[EventType.MARKET] == pytest.approx(0.05, abs=0.01)


def test_a_cancel_names_the_lots_that_the_order_still_has() -> None:
    book = PriceTimeBook()
    for event in generate(EVENTS):
        if event.event_type == EventType.DELETE:
            assert book.quantity_of(event.order_id) == event.quantity_lots
        if event.event_type == EventType.REDUCE:
            assert book.quantity_of(event.order_id) > event.quantity_lots
        book.apply(event)


def test_times_grow() -> None:
    assert all(earlier.time_ns < later.time_ns for earlier, later in pairwise(generate(EVENTS)))


def test_memory_does_not_grow_with_the_number_of_events() -> None:
    feed = generate(10**9, market=MarketParameters(live_orders=100))
    tracemalloc.start()
    try:
        for _ in islice(feed, 5_000):
            pass
        early, _ = tracemalloc.get_traced_memory()
        for _ in islice(feed, 10_000):
            pass
        late, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert late - early < 100_000


def test_no_events_is_an_empty_feed_and_fewer_are_refused_at_once() -> None:
    assert list(generate(0)) == []
    with pytest.raises(ConfigurationError, match="must be 0 or more, not -1"):
        generate(-1)
