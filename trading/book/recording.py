"""Turns a flow of orders into a recording: orders that arrive come in, what an exchange publishes of them goes out.

An arriving order that trades is published as executions of the resting orders it met; only what it leaves over to rest
is an add. That is what recorded feeds hold, and what :class:`~trading.book.recorded_market.RecordedMarket` reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trading.records import EventType, FeedEvent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trading.book.interface import OrderBook


def as_recorded(events: Iterable[FeedEvent], book: OrderBook) -> Iterator[FeedEvent]:
    """Match arriving orders on a book and give out what an exchange would publish.

    Parameters
    ----------
    events
        A flow of orders, such as that of :func:`trading.feed.generate`.
    book
        An empty book; it holds the market after the last event given out.

    Raises
    ------
    BookError
        An event is impossible, such as a cancel of an order that is not there.
    """
    for event in events:
        trades = book.apply(event)
        if event.event_type not in {EventType.ADD, EventType.MARKET}:
            yield event
            continue
        left_lots = event.quantity_lots
        for trade in trades:
            left_lots -= trade.quantity_lots
            yield FeedEvent(
                event.time_ns,
                EventType.EXECUTE,
                trade.resting_order_id,
                event.side.opposite,
                trade.price_ticks,
                trade.quantity_lots,
            )
        if left_lots and event.event_type == EventType.ADD:
            yield event._replace(quantity_lots=left_lots)
