"""What orders promise: own orders and quotes come in; fills and the state of each order go out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from trading.orders.order_state import OrderState
    from trading.records import BookUpdate, Fill, Order


class Venue(Protocol):
    """Where own orders are sent."""

    def send(self, order: Order, quote: BookUpdate) -> list[Fill]:
        """Take an own order and return what was executed of it at once.

        Parameters
        ----------
        order
            The order; what cannot be executed at once is cancelled by the venue.
        quote
            The top of the market at which the order arrives.
        """


class OrderManager(Protocol):
    """Sends own orders to a venue and keeps the state of each."""

    def send(self, order: Order, quote: BookUpdate) -> list[Fill]:
        """Send an order and return its fills; afterwards its state is a final one.

        Raises
        ------
        OrderStateError
            An order of that id was sent before.
        """

    def state_of(self, order_id: int) -> OrderState:
        """Tell the state of an own order.

        Raises
        ------
        OrderStateError
            No order of that id was ever sent.
        """

    def filled_lots_of(self, order_id: int) -> int:
        """Tell how many lots of an own order were executed.

        Raises
        ------
        OrderStateError
            No order of that id was ever sent.
        """

    def __len__(self) -> int:
        """Count the orders that were ever sent."""
