"""What positions promise: fills come in; what is held, at what cost, and the profit and loss go out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trading.records import Fill, Position


class Positions(Protocol):
    """What is held of each symbol. Money is exact: integer ticks times lots.

    At any price, realised plus unrealised profit equals the cash received minus the cash paid plus the value of what
    is held, to the last unit.
    """

    def apply(self, fill: Fill) -> Position:
        """Book a fill and return the position that it leads to."""

    def position(self, symbol: str) -> Position:
        """Tell the position in a symbol; one that was never traded is flat."""

    def unrealised(self, symbol: str, price_ticks: int) -> int:
        """Tell the profit in ticks times lots, were the position closed at that price."""

    def apply_streams(self, streams: Sequence[Sequence[Fill]], rounds: int = 1) -> int:
        """Book several streams of fills at the same time, a thread each, and wait for the end.

        Nothing is lost, also where streams trade the same symbol; in which order their fills are booked is open.

        Parameters
        ----------
        streams
            The fills, each stream in its order.
        rounds
            How many times each thread books its stream; at least once.

        Returns
        -------
        int
            Nanoseconds from the moment at which all threads begin to the end of the last one.

        Raises
        ------
        ConfigurationError
            The streams are to be booked less than once.
        """
