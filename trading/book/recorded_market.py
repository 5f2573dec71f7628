"""Keeps a book true to a recorded market: events of a recording in, trades and counts of mends out.

A recording starts in the middle of a day and may show the best levels only, so it names orders that were never seen
and leaves out the cancels of orders that were. The record is what happened: the book gives way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trading.records import EventType, FeedEvent, Order, OrderType, Side, Trade

if TYPE_CHECKING:
    from trading.book.interface import OrderBook

_VISIBLE_CHANGES = frozenset({EventType.REDUCE, EventType.DELETE, EventType.EXECUTE})


class RecordedMarket:
    """Applies a recorded feed to any order book.

    Attributes
    ----------
    book
        The book that is kept.
    unseen_orders
        Events that named an order, and a level, of which nothing was known; they changed nothing.
    evicted_orders
        Resting orders that a later event proved to be gone, and that were taken out.
    adopted_levels
        Levels whose quantity was set from outside by :meth:`adopt_level`.
    """

    __slots__ = ("_next_stand_in_id", "_stand_in_ids", "adopted_levels", "book", "evicted_orders", "unseen_orders")

    def __init__(self, book: OrderBook) -> None:
        self.book = book
        self.unseen_orders = 0
        self.evicted_orders = 0
        self.adopted_levels = 0
        # Quantity at an adopted level belongs to orders never seen. One stand-in a level holds it, under a negative
        # id, which no exchange gives out.
        self._stand_in_ids: dict[tuple[Side, int], int] = {}
        self._next_stand_in_id = -1

    def apply(self, event: FeedEvent) -> list[Trade]:
        """Apply one recorded event and return the trades on the visible book.

        Raises
        ------
        BookError
            The event takes more lots off an order than it has, or adds an order that is resting already.
        """
        if event.event_type == EventType.ADD:
            # It is known to rest, so nothing that it would trade with can be there.
            self._evict_from(event.side.opposite, event.price_ticks)
            return self.book.apply(event)
        if event.event_type not in _VISIBLE_CHANGES or self._is_known(event):
            return self.book.apply(event)
        return self._apply_to_stand_in(event)

    def adopt_level(self, side: Side, price_ticks: int, quantity_lots: int, time_ns: int) -> None:
        """Make a level the best of its side with that quantity, whatever the book knew of it and of better ones."""
        self._evict_from(side, price_ticks)
        # What rests on the other side at or through this price cannot be there either.
        self._evict_from(side.opposite, price_ticks)
        self._stand_in(side, price_ticks, quantity_lots, time_ns)
        self.adopted_levels += 1

    def _is_known(self, event: FeedEvent) -> bool:
        """Tell whether the book holds the order of a change as the record has it."""
        held_lots = self.book.quantity_of(event.order_id)
        return held_lots == event.quantity_lots if event.event_type == EventType.DELETE else bool(held_lots)

    def _apply_to_stand_in(self, event: FeedEvent) -> list[Trade]:
        """Apply a change of an order that is not known to the quantity that is known at its price."""
        _, _, _, side, price_ticks, quantity_lots = event
        stand_in_id = self._stand_in_ids.get((side, price_ticks), 0)
        if self.book.quantity_of(stand_in_id) < quantity_lots:
            level_lots = sum(lots for _, lots in self.book.queue(side, price_ticks))
            if level_lots < quantity_lots:
                self.unseen_orders += 1
                return []
            # The level holds the quantity, so some of its orders are not those that were seen: which, nobody knows.
            self._evict_level(side, price_ticks)
            stand_in_id = self._stand_in(side, price_ticks, level_lots, event.time_ns)
        if event.event_type == EventType.EXECUTE:
            return [self.book.execute(stand_in_id, quantity_lots, event.time_ns)]
        self.book.reduce(stand_in_id, quantity_lots)
        return []

    def _stand_in(self, side: Side, price_ticks: int, quantity_lots: int, time_ns: int) -> int:
        """Rest one order in the name of all unseen ones at a price, and return its id."""
        stand_in_id = self._next_stand_in_id
        self._next_stand_in_id -= 1
        self._stand_in_ids[side, price_ticks] = stand_in_id
        self.book.submit(Order(stand_in_id, side, OrderType.LIMIT, price_ticks, quantity_lots, time_ns))
        return stand_in_id

    def _evict_from(self, side: Side, price_ticks: int) -> None:
        """Take the best levels of a side out as far as that price: those at it, and those better than it."""
        best = self.book.best_bid if side == Side.BUY else self.book.best_ask
        best_price, best_lots = best()
        while best_lots and (best_price - price_ticks) * side >= 0:
            self._evict_level(side, best_price)
            best_price, best_lots = best()

    def _evict_level(self, side: Side, price_ticks: int) -> None:
        for order_id, _ in self.book.queue(side, price_ticks):
            self.book.cancel(order_id)
            self.evicted_orders += 1
