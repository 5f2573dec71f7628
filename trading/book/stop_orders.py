"""Stop orders: orders that wait and trades come in, the orders whose price was reached go out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trading.records import Side, TimeInForce

if TYPE_CHECKING:
    from trading.records import Instructions, Order, Trade


class StopOrders:
    """Orders that wait for a trade at their stop price or beyond it: above for a buy, below for a sell.

    Attributes
    ----------
    last_price_ticks
        Price of the last trade; 0 before the first.
    """

    __slots__ = ("_waiting", "last_price_ticks")

    def __init__(self) -> None:
        self.last_price_ticks = 0
        self._waiting: dict[int, tuple[Order, Instructions]] = {}

    def add(self, order: Order, instructions: Instructions) -> None:
        """Let an order wait."""
        self._waiting[order.order_id] = (order, instructions)

    def cancel(self, order_id: int) -> int:
        """Take an order out and return its lots."""
        order, _ = self._waiting.pop(order_id)
        return order.quantity_lots

    def is_reached(self, side: Side, stop_price_ticks: int) -> bool:
        """Tell whether the last trade was at a stop price or beyond it."""
        return self.last_price_ticks > 0 and (self.last_price_ticks - stop_price_ticks) * side >= 0

    def take_reached(self, trades: list[Trade]) -> list[tuple[Order, Instructions]]:
        """Take the orders out that any of these trades reached, in order of arrival."""
        if not trades:
            return []
        self.last_price_ticks = trades[-1].price_ticks
        if not self._waiting:
            return []
        prices = [trade.price_ticks for trade in trades]
        furthest = {Side.BUY: max(prices), Side.SELL: min(prices)}
        reached = [
            (order, instructions)
            for order, instructions in self._waiting.values()
            if (furthest[order.side] - instructions.stop_price_ticks) * order.side >= 0
        ]
        for order, _ in reached:
            del self._waiting[order.order_id]
        return reached

    def ids_for_the_day(self) -> list[int]:
        """List the orders that are good for the day only, in order of arrival."""
        return [
            order_id
            for order_id, (_, instructions) in self._waiting.items()
            if instructions.time_in_force == TimeInForce.DAY
        ]

    def __len__(self) -> int:
        """Count the orders that wait."""
        return len(self._waiting)

    def __contains__(self, order_id: int) -> bool:
        """Tell whether an order of that id waits."""
        return order_id in self._waiting
