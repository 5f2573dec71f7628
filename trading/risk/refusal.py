"""The answer of a risk check that stops an order: a reason from a closed set, and the figures behind it."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class RefusalReason(IntEnum):
    """Why an order was refused, in the order in which the checks are made; the first one that fails is given."""

    WRONG_SYMBOL = 0
    """The order is for a symbol that this check does not guard."""
    BAD_QUANTITY = 1
    """The quantity is not positive."""
    MAXIMUM_QUANTITY = 2
    """The quantity is above the limit for one order (RTS 6, article 15(1)(c): maximum order volume)."""
    NO_REFERENCE_PRICE = 3
    """There has not been a two-sided book yet, so no price can be judged."""
    PRICE_COLLAR = 4
    """The limit price is too far from the reference price (RTS 6, article 15(1)(a); 15c3-5 (c)(1)(ii))."""
    MAXIMUM_NOTIONAL = 5
    """Price times quantity is above the limit for one order (RTS 6, article 15(1)(b): maximum order value)."""
    POSITION_LIMIT = 6
    """The position after a full execution would be above the limit (15c3-5 (c)(1)(i))."""


_TEMPLATES = {
    RefusalReason.WRONG_SYMBOL: "the order is for a symbol that is not guarded here",
    RefusalReason.BAD_QUANTITY: "quantity {observed} lots is not positive",
    RefusalReason.MAXIMUM_QUANTITY: "quantity {observed} lots is above the maximum of {limit}",
    RefusalReason.NO_REFERENCE_PRICE: "there is no reference price yet",
    RefusalReason.PRICE_COLLAR: "price is {observed} half ticks from the reference price; the collar allows {limit}",
    RefusalReason.MAXIMUM_NOTIONAL: "notional {observed} half tick lots is above the maximum of {limit}",
    RefusalReason.POSITION_LIMIT: "position would be {observed} lots; the limit is {limit} either way",
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
        The most that would have passed, in the same unit; 0 where the reason has no figure.
    """

    order_id: int
    reason: RefusalReason
    observed: int
    limit: int

    @property
    def message(self) -> str:
        """One sentence for people."""
        return f"order {self.order_id}: " + _TEMPLATES[self.reason].format(observed=self.observed, limit=self.limit)
