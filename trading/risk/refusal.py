"""The answer of a risk check that stops an order: a reason from a closed set, and the figures behind it."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class RefusalReason(IntEnum):
    """Why an order was refused, in the order in which the checks are made; the first one that fails is given.

    First whether anything may leave, then the order itself, then the exposure it leads to, then the flow of orders.
    Each limit's source is named in :class:`~trading.risk.limits.RiskLimits`.
    """

    KILL_SWITCH = 0
    """A person has stopped all orders (RTS 6, article 12)."""
    REPEATED_EXECUTION = 1
    """The strategy was applied so often that a person must enable it again (RTS 6, article 15(3))."""
    WRONG_SYMBOL = 2
    """The order is for a symbol that this check does not guard (RTS 6, article 15(5); 15c3-5 (c)(2)(ii))."""
    BAD_QUANTITY = 3
    """The quantity is not positive."""
    MAXIMUM_QUANTITY = 4
    """The quantity is above the limit for one order."""
    NO_REFERENCE_PRICE = 5
    """There has not been a two-sided book yet, so no price can be judged."""
    PRICE_COLLAR = 6
    """The limit price is too far from the reference price."""
    MAXIMUM_NOTIONAL = 7
    """Price times quantity is above the limit for one order."""
    POSITION_LIMIT = 8
    """The position could become greater than the limit if this order and all open ones on its side executed."""
    CREDIT_LIMIT = 9
    """The value of that position plus the loss so far would be above the limit."""
    DUPLICATE = 10
    """An order of the same side, price and quantity was sent a moment ago."""
    MESSAGE_RATE = 11
    """Too many orders were sent in a short time."""


_TEMPLATES = {
    RefusalReason.KILL_SWITCH: "the kill switch is engaged; a person must release it",
    RefusalReason.REPEATED_EXECUTION: (
        "the strategy has sent {observed} orders, and {limit} are allowed until a person enables it again"
    ),
    RefusalReason.WRONG_SYMBOL: "the order is for a symbol that is not guarded here",
    RefusalReason.BAD_QUANTITY: "quantity {observed} lots is not positive",
    RefusalReason.MAXIMUM_QUANTITY: "quantity {observed} lots is above the maximum of {limit}",
    RefusalReason.NO_REFERENCE_PRICE: "there is no reference price yet",
    RefusalReason.PRICE_COLLAR: "price is {observed} half ticks from the reference price; the collar allows {limit}",
    RefusalReason.MAXIMUM_NOTIONAL: "notional {observed} half tick lots is above the maximum of {limit}",
    RefusalReason.POSITION_LIMIT: "position could become {observed} lots; the limit is {limit} either way",
    RefusalReason.CREDIT_LIMIT: "credit used could become {observed} half tick lots; the limit is {limit}",
    RefusalReason.DUPLICATE: "the same order was sent {observed} nanoseconds ago; wait until it is {limit}",
    RefusalReason.MESSAGE_RATE: "{limit} orders, as many as may be, were sent within {observed} nanoseconds",
}


class Refusal(NamedTuple):
    """One refused order.

    Attributes
    ----------
    order_id
        Of the refused order.
    reason
        The first check that failed.
    observed
        What the check saw, in the unit that ``message`` names; 0 where the reason has no figure.
    limit
        What it was held against, in the same unit; 0 where the reason has no figure.
    """

    order_id: int
    reason: RefusalReason
    observed: int
    limit: int

    @property
    def message(self) -> str:
        """One sentence for people."""
        return f"order {self.order_id}: " + _TEMPLATES[self.reason].format(observed=self.observed, limit=self.limit)
