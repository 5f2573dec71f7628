"""The ledger of own orders: orders and quotes come in, go to a venue, and fills and states come out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trading.errors import OrderStateError
from trading.orders.order_state import OrderLife, OrderState

if TYPE_CHECKING:
    from trading.orders.interface import Venue
    from trading.records import BookUpdate, Fill, Order


class OrderLedger:
    """Sends own orders and keeps the life of each; see :class:`trading.orders.interface.OrderManager`.

    Parameters
    ----------
    venue
        Where the orders go.
    """

    __slots__ = ("_lives", "_venue")

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._lives: dict[int, OrderLife] = {}

    def send(self, order: Order, quote: BookUpdate) -> list[Fill]:
        """Send an order and return its fills; afterwards its state is a final one."""
        order_id = order.order_id
        if order_id in self._lives:
            raise OrderStateError(f"order {order_id} was sent before; give each order its own id")
        life = self._lives[order_id] = OrderLife(order_id, order.quantity_lots)
        life.mark_sent()
        fills = self._venue.send(order, quote)
        for fill in fills:
            life.mark_filled(fill.quantity_lots)
        if not life.state.is_final:
            life.mark_cancelled()
        return fills

    def state_of(self, order_id: int) -> OrderState:
        """Tell the state of an own order."""
        return self._life_of(order_id).state

    def filled_lots_of(self, order_id: int) -> int:
        """Tell how many lots of an own order were executed."""
        return self._life_of(order_id).filled_lots

    def _life_of(self, order_id: int) -> OrderLife:
        life = self._lives.get(order_id)
        if life is None:
            raise OrderStateError(f"order {order_id} was never sent")
        return life

    def __len__(self) -> int:
        """Count the orders that were ever sent."""
        return len(self._lives)
