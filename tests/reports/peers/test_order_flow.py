from __future__ import annotations

from collections import Counter
from typing import Final

from reports.peers.order_flow import order_flow, order_of
from trading.book import PriceTimeBook
from trading.records import EventType, OrderType

FLOW: Final = order_flow()


def test_the_flow_is_that_of_the_published_figures() -> None:
    kinds = Counter(event.event_type for event in FLOW)
    assert kinds == {EventType.ADD: 107_202, EventType.DELETE: 82_750, EventType.MARKET: 10_048}
    book = PriceTimeBook()
    assert sum(len(book.apply(event)) for event in FLOW) == 33_035


def test_a_shorter_flow_is_the_beginning_of_a_longer_one() -> None:
    assert order_flow(3_000) == FLOW[:3_000]


def test_order_ids_count_up_over_limit_and_market_orders() -> None:
    arriving = [event.order_id for event in FLOW if event.event_type is not EventType.DELETE]
    assert arriving == list(range(1, len(arriving) + 1))


def test_a_cancel_names_what_still_rests() -> None:
    book = PriceTimeBook()
    for event in FLOW[:20_000]:
        if event.event_type is EventType.DELETE:
            assert book.quantity_of(event.order_id) == event.quantity_lots
        book.apply(event)


def test_an_event_becomes_the_order_that_it_stands_for() -> None:
    market = next(event for event in FLOW if event.event_type is EventType.MARKET)
    assert order_of(market).order_type is OrderType.MARKET
    limit = order_of(FLOW[0])
    assert limit[:2] == (FLOW[0].order_id, FLOW[0].side)
    assert limit[3:6] == (FLOW[0].price_ticks, FLOW[0].quantity_lots, FLOW[0].time_ns)
