"""Which instructions go together: an order and its instructions come in; a contradiction is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trading.errors import BookError
from trading.records import MAXIMUM_PRICE_TICKS, MAXIMUM_QUANTITY_LOTS, OrderType, TimeInForce

if TYPE_CHECKING:
    from trading.records import Instructions, Order


def check_instructions(order: Order, instructions: Instructions) -> None:
    """Refuse an order whose numbers are out of range, or whose instructions contradict each other.

    Raises
    ------
    BookError
        The message names the order and what is wrong with it.
    """
    time_in_force, is_post_only, _, display_lots, stop_price_ticks = instructions
    is_limit = order.order_type == OrderType.LIMIT
    may_rest = is_limit and time_in_force in {TimeInForce.GOOD_TILL_CANCEL, TimeInForce.DAY}
    faults = {
        f"has quantity {order.quantity_lots}; it must be at least 1 lot": order.quantity_lots <= 0,
        f"has quantity {order.quantity_lots}; it must be at most {MAXIMUM_QUANTITY_LOTS} lots": (
            order.quantity_lots > MAXIMUM_QUANTITY_LOTS
        ),
        f"has price {order.price_ticks}; it must be at least 1 tick": is_limit and order.price_ticks <= 0,
        f"has price {order.price_ticks}; it must be at most {MAXIMUM_PRICE_TICKS} ticks": (
            is_limit and order.price_ticks > MAXIMUM_PRICE_TICKS
        ),
        "is post-only, but would not rest: use a limit order that is good for the day or till cancel": (
            is_post_only and not may_rest
        ),
        "shows a part only, but would not rest: use a limit order that is good for the day or till cancel": (
            display_lots > 0 and not may_rest
        ),
        f"shows {display_lots} lots and stops at {stop_price_ticks} ticks; neither may be negative": (
            display_lots < 0 or stop_price_ticks < 0
        ),
    }
    for fault, is_present in faults.items():
        if is_present:
            raise BookError(f"order {order.order_id} {fault}")
