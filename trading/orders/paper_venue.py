"""A venue on paper: own orders and the displayed quote come in, fills go out.

There is no market impact: an order takes what the quote displays at its price, and the market goes on as if it had not
been there, so the same lots can be taken again by the next order. What the quote does not hold is cancelled, as an
immediate-or-cancel order would be: own orders never rest, and never wait in a queue. Real fills are worse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trading.records import Fill, OrderType

if TYPE_CHECKING:
    from trading.records import BookUpdate, Order

_LIMIT = OrderType.LIMIT


class PaperVenue:
    """Fills marketable orders against the displayed quote; see :class:`trading.orders.interface.Venue`."""

    __slots__ = ()

    def send(self, order: Order, quote: BookUpdate) -> list[Fill]:
        """Take an own order and return its one fill, or none where it is not marketable."""
        side = order.side
        if side > 0:
            price_ticks, displayed_lots = quote.ask_price_ticks, quote.ask_quantity_lots
        else:
            price_ticks, displayed_lots = quote.bid_price_ticks, quote.bid_quantity_lots
        is_too_dear = order.order_type == _LIMIT and (price_ticks - order.price_ticks) * side > 0
        if not displayed_lots or is_too_dear:
            return []
        filled_lots = min(order.quantity_lots, displayed_lots)
        return [Fill(quote.time_ns, order.order_id, side, price_ticks, filled_lots, order.symbol)]
