"""The life of one own order as an explicit state machine: what happened comes in, the order's state goes out."""

from __future__ import annotations

from enum import IntEnum

from trading.errors import OrderStateError


class OrderState(IntEnum):
    """Where an own order stands. An integer, since those hash without a call of Python code."""

    CREATED = 0
    SENT = 1
    PARTIALLY_FILLED = 2
    FILLED = 3
    CANCELLED = 4
    REJECTED = 5
    EXPIRED = 6
    REPLACING = 7
    """A change of the order is on its way; until the venue answers, the order as it was can still trade."""

    @property
    def is_final(self) -> bool:
        """Tell whether nothing can happen to the order any more."""
        return not _NEXT_STATES[self]

    @property
    def label(self) -> str:
        """The state in the words of a message."""
        return self.name.lower().replace("_", " ")


_NEXT_STATES: dict[OrderState, frozenset[OrderState]] = {
    OrderState.CREATED: frozenset({OrderState.SENT}),
    OrderState.SENT: frozenset(
        {
            OrderState.PARTIALLY_FILLED,
            OrderState.FILLED,
            OrderState.REPLACING,
            OrderState.CANCELLED,
            OrderState.EXPIRED,
            OrderState.REJECTED,
        }
    ),
    OrderState.PARTIALLY_FILLED: frozenset(
        {
            OrderState.PARTIALLY_FILLED,
            OrderState.FILLED,
            OrderState.REPLACING,
            OrderState.CANCELLED,
            OrderState.EXPIRED,
        }
    ),
    OrderState.REPLACING: frozenset(
        {
            OrderState.SENT,
            OrderState.PARTIALLY_FILLED,
            OrderState.FILLED,
            OrderState.REPLACING,
            OrderState.CANCELLED,
            OrderState.EXPIRED,
        }
    ),
    OrderState.FILLED: frozenset(),
    OrderState.CANCELLED: frozenset(),
    OrderState.REJECTED: frozenset(),
    OrderState.EXPIRED: frozenset(),
}

# An enumeration's member costs a descriptor call at each look-up; these are read for each order.
_CREATED, _SENT, _PARTIALLY_FILLED = OrderState.CREATED, OrderState.SENT, OrderState.PARTIALLY_FILLED
_FILLED, _CANCELLED, _REJECTED = OrderState.FILLED, OrderState.CANCELLED, OrderState.REJECTED
_EXPIRED, _REPLACING = OrderState.EXPIRED, OrderState.REPLACING


class OrderLife:
    """One own order from its creation to its end.

    Attributes
    ----------
    order_id
        Names the order in messages.
    quantity_lots
        How many lots were ordered, by the last change that the venue accepted.
    replacement_lots
        How many lots the order is to have after the change that is on its way; 0 when none is.
    filled_lots
        How many of them were executed so far.
    state
        Where the order stands.
    """

    __slots__ = ("filled_lots", "order_id", "quantity_lots", "replacement_lots", "state")

    def __init__(self, order_id: int, quantity_lots: int) -> None:
        self.order_id = order_id
        self.quantity_lots = quantity_lots
        self.filled_lots = 0
        self.replacement_lots = 0
        self.state = _CREATED

    def mark_sent(self) -> None:
        """Record that the order left for the venue."""
        self._move_to(_SENT)

    def mark_rejected(self) -> None:
        """Record that the venue refused the order."""
        self._move_to(_REJECTED)

    def mark_cancelled(self) -> None:
        """Record that what is left of the order was cancelled."""
        self._move_to(_CANCELLED)

    def mark_expired(self) -> None:
        """Record that what is left of the order ran out of time, such as at the end of the session."""
        self._move_to(_EXPIRED)

    def mark_replacing(self, quantity_lots: int) -> None:
        """Record that a change to so many lots in all, filled ones included, left for the venue.

        Raises
        ------
        OrderStateError
            Another change is on its way, the order is not open, or so many lots are filled already.
        """
        if self.state == _REPLACING:
            raise OrderStateError(f"order {self.order_id} is replacing already; wait for the venue's answer")
        if quantity_lots <= self.filled_lots:
            raise OrderStateError(
                f"order {self.order_id} cannot become one of {quantity_lots} lots: {self.filled_lots} are filled"
            )
        self._move_to(_REPLACING)
        self.replacement_lots = quantity_lots

    def mark_replaced(self) -> None:
        """Record that the venue accepted the change.

        Raises
        ------
        OrderStateError
            No change is on its way, or the fills since have used up all of it: then the venue has to refuse it.
        """
        self._check_replacing()
        if self.replacement_lots <= self.filled_lots:
            raise OrderStateError(
                f"order {self.order_id} cannot become one of {self.replacement_lots} lots:"
                f" {self.filled_lots} are filled"
            )
        self.quantity_lots = self.replacement_lots
        self._leave_replacing()

    def mark_replace_refused(self) -> None:
        """Record that the venue refused the change; the order is what it was.

        Raises
        ------
        OrderStateError
            No change is on its way.
        """
        self._check_replacing()
        self._leave_replacing()

    def mark_filled(self, quantity_lots: int) -> None:
        """Record that lots of the order were executed; the last ones make it filled, whatever change is on its way."""
        filled_lots = self.filled_lots + quantity_lots
        if quantity_lots <= 0 or filled_lots > self.quantity_lots:
            raise OrderStateError(
                f"order {self.order_id} of {self.quantity_lots} lots cannot fill {quantity_lots} more:"
                f" {self.filled_lots} are filled"
            )
        if filled_lots == self.quantity_lots:
            self._move_to(_FILLED)
        elif self.state != _REPLACING:
            self._move_to(_PARTIALLY_FILLED)
        self.filled_lots = filled_lots

    def _check_replacing(self) -> None:
        if self.state != _REPLACING:
            raise OrderStateError(f"order {self.order_id} is {self.state.label}, and no change of it is on its way")

    def _leave_replacing(self) -> None:
        self._move_to(_PARTIALLY_FILLED if self.filled_lots else _SENT)
        self.replacement_lots = 0

    def _move_to(self, state: OrderState) -> None:
        if state not in _NEXT_STATES[self.state]:
            raise OrderStateError(f"order {self.order_id} is {self.state.label} and cannot become {state.label}")
        self.state = state
