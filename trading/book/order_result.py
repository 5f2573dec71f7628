"""What became of an order: the value that a matching engine answers an order with."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from trading.records import Trade


class Outcome(IntEnum):
    """What became of the lots that an order did not trade at once."""

    FILLED = 0
    """There are none."""
    RESTING = 1
    """They rest in the book."""
    WAITING = 2
    """The order waits for its stop price and has done nothing yet."""
    EXPIRED = 3
    """They were dropped: a market, an immediate-or-cancel or a fill-or-kill order does not rest."""
    REFUSED_POST_ONLY = 4
    """The order would have traded, and must not; nothing of it happened."""
    SELF_TRADE_PREVENTED = 5
    """They were cancelled where they met an order of the same account."""


class OrderResult(NamedTuple):
    """What one order led to."""

    order_id: int
    outcome: Outcome
    trades: list[Trade]
    remaining_lots: int = 0
    """Lots that rest or wait, hidden ones included."""
    cancelled_order_ids: tuple[int, ...] = ()
    """Resting orders of the same account that self-trade prevention took out."""
    triggered: tuple[OrderResult, ...] = ()
    """Results of the stop orders that the trades set off, in the order in which they were carried out."""
