"""Views of any order book: a book comes in; its levels (L2), its single orders (L3) and its microprice go out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from trading.book.interface import OrderBook
    from trading.records import BookUpdate, Side


class LevelView(NamedTuple):
    """All orders of one side at one price together (L2)."""

    price_ticks: int
    quantity_lots: int
    orders: int


class OrderView(NamedTuple):
    """One resting order (L3); `place` counts from 0, the next to trade at its price."""

    order_id: int
    price_ticks: int
    quantity_lots: int
    place: int


def level_views(book: OrderBook, side: Side, levels: int) -> list[LevelView]:
    """List the best levels of one side, best first."""
    return [
        LevelView(price_ticks, quantity_lots, len(book.queue(side, price_ticks)))
        for price_ticks, quantity_lots in book.depth(side, levels)
    ]


def order_views(book: OrderBook, side: Side, levels: int) -> list[OrderView]:
    """List every order at the best levels of one side, in the order in which they would trade."""
    return [
        OrderView(order_id, price_ticks, quantity_lots, place)
        for price_ticks, _ in book.depth(side, levels)
        for place, (order_id, quantity_lots) in enumerate(book.queue(side, price_ticks))
    ]


def microprice(top: BookUpdate) -> float | None:
    """Weigh each best price by the quantity on the other side: where the price is likely to go next.

    This is the weighted mid price, the first approximation in Stoikov, "The micro-price: a high-frequency estimator of
    future prices", 2018.

    Returns
    -------
    float or None
        In ticks, between bid and ask; None while a side is empty.
    """
    _, bid_ticks, bid_lots, ask_ticks, ask_lots = top
    if not bid_lots or not ask_lots:
        return None
    return (bid_ticks * ask_lots + ask_ticks * bid_lots) / (bid_lots + ask_lots)
