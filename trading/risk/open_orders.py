"""Own orders that may still execute: orders, executions and ends come in, the lots still to come go out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trading.records import Side

if TYPE_CHECKING:
    from trading.records import Order

_BUY = Side.BUY


class OpenOrders:
    """Counts the lots that could still be bought and sold.

    Attributes
    ----------
    buy_lots, sell_lots
        Lots of all open orders of a side together.
    """

    __slots__ = ("_lots_of", "buy_lots", "sell_lots")

    def __init__(self) -> None:
        self.buy_lots = 0
        self.sell_lots = 0
        # Order id -> lots, below zero for an order to sell.
        self._lots_of: dict[int, int] = {}

    def add(self, order: Order) -> None:
        """Take an order that was sent; an id that is open already replaces the earlier order (cancel/replace)."""
        order_id, side, _, _, quantity_lots, _, _, _ = order
        if order_id in self._lots_of:
            self.close(order_id)
        if side is _BUY:
            self.buy_lots += quantity_lots
            self._lots_of[order_id] = quantity_lots
        else:
            self.sell_lots += quantity_lots
            self._lots_of[order_id] = -quantity_lots

    def execute(self, order_id: int, quantity_lots: int) -> None:
        """Take lots off an order; its last ones, and any beyond them, close it. An unknown one changes nothing."""
        lots = self._lots_of.get(order_id)
        if lots is None:
            return
        if quantity_lots >= abs(lots):
            self.close(order_id)
        elif lots > 0:
            self.buy_lots -= quantity_lots
            self._lots_of[order_id] = lots - quantity_lots
        else:
            self.sell_lots -= quantity_lots
            self._lots_of[order_id] = lots + quantity_lots

    def close(self, order_id: int) -> None:
        """Forget an order that cannot execute any more; one that is not open is no error."""
        lots = self._lots_of.pop(order_id, 0)
        if lots > 0:
            self.buy_lots -= lots
        else:
            self.sell_lots += lots

    def __len__(self) -> int:
        return len(self._lots_of)
