"""What every source of memory offers; a technique may keep what is given back, and hand it out again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trading.memory.counts import AllocationCounts
    from trading.records import Order, OrderType, Side, Trade


class OrderMemory(Protocol):
    """Makes orders. Whoever acquires one releases it once, and does not look at it afterwards.

    A technique that hands a released order out again does so only when nobody holds it any more: an order never changes
    under anybody's eyes, not even where this rule is broken.
    """

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
    """Gives out the buffers that one request needs, and takes all of them back at its end.

    A view that is kept longer than its request goes on showing the same bytes, which no later request sees or changes:
    what it keeps from being used again is only memory.
    """

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


class TradeStore(Protocol):
    """Keeps every trade of a session, in order, and adds them up exactly."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> Trade:
        """Return the trade of that place, negative ones counted from the end. Raises IndexError."""
        ...

    def append(self, trade: Trade, /) -> None:
        """Keep one more trade. Hot path.

        Raises
        ------
        ValueError
            A number is beyond what is kept: 64 bits, a side of 1 or -1, and the limits of prices and quantities.
        """
        ...

    def extend(self, trades: Iterable[Trade], /) -> None:
        """Keep more trades, up to the first that is refused; raises as ``append``."""
        ...

    def column(self, name: str, /) -> memoryview:
        """Show one field of all trades so far: whole numbers of 64 bits, which are only read.

        What is appended later does not show, and does not disturb. Native stores copy nothing; in an array of
        structures the numbers are apart, so the view has a stride.

        Raises
        ------
        ValueError
            A trade has no such field.
        """
        ...

    @property
    def volume_lots(self) -> int:
        """Lots that were traded."""
        ...

    @property
    def net_volume_lots(self) -> int:
        """Lots that aggressors bought, minus those that they sold."""
        ...

    @property
    def turnover_tick_lots(self) -> int:
        """Sum of price times quantity, in ticks times lots."""
        ...

    @property
    def average_price_ticks(self) -> float:
        """The average price in ticks, weighted by quantity; NaN where nothing was traded."""
        ...
