"""What every source of memory offers; a technique may keep what is given back, and hand it out again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from trading.memory.counts import AllocationCounts
    from trading.records import Order, OrderType, Side


class OrderMemory(Protocol):
    """Makes orders. Whoever acquires one releases it once, and does not look at it afterwards."""

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
        """Make an order. Hot path."""
        ...

    def release(self, order: Order) -> None:
        """Give an order back. Hot path."""
        ...

    @property
    def counts(self) -> AllocationCounts:
        """What happened since construction."""
        ...


class RequestMemory(Protocol):
    """Gives out the buffers that one request needs, and takes all of them back at its end."""

    def acquire(self, size_bytes: int) -> memoryview:
        """Hand out a writable buffer of that size, all zeros, which is valid until ``reset``. Hot path.

        Raises
        ------
        ValueError
            The size is not positive.
        """
        ...

    def reset(self) -> None:
        """End the request: all of its buffers are given back at once. Hot path."""
        ...

    @property
    def counts(self) -> AllocationCounts:
        """What happened since construction."""
        ...
