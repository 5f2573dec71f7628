"""The life of one own order as an explicit state machine: what happened comes in, the order's state goes out."""

from __future__ import annotations

from enum import Enum

from trading.errors import OrderStateError


class OrderState(Enum):
    """Where an own order stands."""

    CREATED = "created"
    SENT = "sent"
    PARTIALLY_FILLED = "partially filled"
    FILLED = "filled"
    CANCELLED = "cancelled"
    REJECTED = "rejected"

    @property
    def is_final(self) -> bool:
        """Tell whether nothing can happen to the order any more."""
        return not _NEXT_STATES[self]


_NEXT_STATES: dict[OrderState, frozenset[OrderState]] = {
    OrderState.CREATED: frozenset({OrderState.SENT}),
    OrderState.SENT: frozenset(
        {OrderState.PARTIALLY_FILLED, OrderState.FILLED, OrderState.CANCELLED, OrderState.REJECTED}
    ),
    OrderState.PARTIALLY_FILLED: frozenset({OrderState.PARTIALLY_FILLED, OrderState.FILLED, OrderState.CANCELLED}),
    OrderState.FILLED: frozenset(),
    OrderState.CANCELLED: frozenset(),
    OrderState.REJECTED: frozenset(),
}


class OrderLife:
    """One own order from its creation to its end.

    Attributes
    ----------
    order_id
        Names the order in messages.
    quantity_lots
        How many lots were ordered.
    filled_lots
        How many of them were executed so far.
    state
        Where the order stands.
    """

    __slots__ = ("filled_lots", "order_id", "quantity_lots", "state")

    def __init__(self, order_id: int, quantity_lots: int) -> None:
        self.order_id = order_id
        self.quantity_lots = quantity_lots
        self.filled_lots = 0
        self.state = OrderState.CREATED

    def mark_sent(self) -> None:
        """Record that the order left for the venue."""
        self._move_to(OrderState.SENT)

    def mark_rejected(self) -> None:
        """Record that the venue refused the order."""
        self._move_to(OrderState.REJECTED)

    def mark_cancelled(self) -> None:
        """Record that what is left of the order was cancelled."""
        self._move_to(OrderState.CANCELLED)

    def mark_filled(self, quantity_lots: int) -> None:
        """Record that lots of the order were executed; the last ones make it filled."""
        filled_lots = self.filled_lots + quantity_lots
        if quantity_lots <= 0 or filled_lots > self.quantity_lots:
            raise OrderStateError(
                f"order {self.order_id} of {self.quantity_lots} lots cannot fill {quantity_lots} more:"
                f" {self.filled_lots} are filled"
            )
        is_complete = filled_lots == self.quantity_lots
        self._move_to(OrderState.FILLED if is_complete else OrderState.PARTIALLY_FILLED)
        self.filled_lots = filled_lots

    def _move_to(self, state: OrderState) -> None:
        if state not in _NEXT_STATES[self.state]:
            raise OrderStateError(f"order {self.order_id} is {self.state.value} and cannot become {state.value}")
        self.state = state
