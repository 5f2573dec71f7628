"""Trades as a list of records: the plain-Python reference. Trades come in; columns, sums and trades go out."""

from __future__ import annotations

from array import array
from math import nan
from typing import TYPE_CHECKING

from trading.records import MAXIMUM_PRICE_TICKS, MAXIMUM_QUANTITY_LOTS, Trade

if TYPE_CHECKING:
    from collections.abc import Iterable

_SMALLEST, _LARGEST = -(1 << 63), (1 << 63) - 1


class TradeList:
    """Keeps trades in the order in which they came; see :class:`trading.memory.interface.TradeStore`."""

    __slots__ = ("_trades",)

    def __init__(self) -> None:
        self._trades: list[Trade] = []

    def __len__(self) -> int:
        return len(self._trades)

    def __getitem__(self, index: int) -> Trade:
        try:
            return self._trades[index]
        except IndexError:
            raise IndexError(f"there is no trade {index}; {len(self._trades)} are kept") from None

    def append(self, trade: Trade) -> None:
        """Keep one more trade."""
        time_ns, resting_order_id, aggressor_order_id, aggressor_side, price_ticks, quantity_lots = trade
        if (
            aggressor_side not in {1, -1}
            or not 0 <= price_ticks <= MAXIMUM_PRICE_TICKS
            or not 0 <= quantity_lots <= MAXIMUM_QUANTITY_LOTS
            or min(time_ns, resting_order_id, aggressor_order_id) < _SMALLEST
            or max(time_ns, resting_order_id, aggressor_order_id) > _LARGEST
        ):
            raise ValueError(
                f"{trade!r:.400} cannot be kept; numbers have 64 bits, a side is 1 or -1, a price is from 0 to"
                f" {MAXIMUM_PRICE_TICKS} ticks, a quantity from 0 to {MAXIMUM_QUANTITY_LOTS} lots"
            )
        self._trades.append(trade)

    def extend(self, trades: Iterable[Trade]) -> None:
        """Keep trades up to the first that is refused."""
        for trade in trades:
            self.append(trade)

    def column(self, name: str) -> memoryview:
        """Copy one field of every trade."""
        if name not in Trade._fields:
            raise ValueError(f'a trade has no column "{name}"; there are {", ".join(Trade._fields)}')
        place = Trade._fields.index(name)
        return memoryview(array("q", [trade[place] for trade in self._trades])).toreadonly()

    @property
    def volume_lots(self) -> int:
        """Lots that were traded."""
        return sum(trade.quantity_lots for trade in self._trades)

    @property
    def net_volume_lots(self) -> int:
        """Lots that aggressors bought, minus those that they sold."""
        return sum(trade.aggressor_side * trade.quantity_lots for trade in self._trades)

    @property
    def turnover_tick_lots(self) -> int:
        """Sum of price times quantity."""
        return sum(trade.price_ticks * trade.quantity_lots for trade in self._trades)

    @property
    def average_price_ticks(self) -> float:
        """The average price, weighted by quantity; NaN where nothing was traded."""
        volume_lots = self.volume_lots
        return self.turnover_tick_lots / volume_lots if volume_lots else nan
