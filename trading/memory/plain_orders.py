"""Orders as ordinary Python objects: fields come in, a new order goes out, and both ends are counted.

The interpreter frees an order when its last reference goes; releasing one here only counts. An order that is released
twice, or used afterwards, is not noticed: a technique that reuses memory must say what it does then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trading.memory.counts import AllocationCounts
from trading.records import Order

if TYPE_CHECKING:
    from trading.records import OrderType, Side


class PlainOrderMemory:
    """Allocates each order anew; see :class:`trading.memory.interface.OrderMemory`."""

    __slots__ = ("_acquired", "_released")

    def __init__(self) -> None:
        self._acquired = 0
        self._released = 0

    def acquire(
        self,
        order_id: int,
        side: Side,
        order_type: OrderType,
        price_ticks: int,
        quantity_lots: int,
        time_ns: int,
        symbol: str = "SYNTH",
        account: str = "HOUSE",
    ) -> Order:
        """Make an order."""
        self._acquired += 1
        return Order(order_id, side, order_type, price_ticks, quantity_lots, time_ns, symbol, account)

    def release(self, order: Order) -> None:  # noqa: ARG002 - a pool needs it
        """Count an order that its user has done with."""
        self._released += 1

    @property
    def counts(self) -> AllocationCounts:
        """What happened since construction."""
        return AllocationCounts(self._acquired, self._released, self._acquired)
