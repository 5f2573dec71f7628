"""Positions at average cost: fills come in, positions with realised and unrealised profit go out.

A fill that adds to a position adds to its cost. One that reduces it realises the difference between its price and the
average cost of the lots it closes. One that crosses zero closes the position and opens the opposite one with the rest.

The average cost of a part is a fraction, money is integer: the part's cost is rounded down, and what that leaves stays
in the cost of the lots still held. So nothing is ever lost, and a flat position has realised its exact profit.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from trading.errors import ConfigurationError
from trading.records import Position

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trading.records import Fill


class _Holding:
    """One symbol's lots and cost, both negative for a short position, and the profit realised so far."""

    __slots__ = ("cost_tick_lots", "quantity_lots", "realised_tick_lots")

    def __init__(self) -> None:
        self.quantity_lots = 0
        self.cost_tick_lots = 0
        self.realised_tick_lots = 0


class AverageCostPositions:
    """Keeps the position of each symbol; see :class:`trading.positions.interface.Positions`."""

    __slots__ = ("_holdings",)

    def __init__(self) -> None:
        self._holdings: dict[str, _Holding] = {}

    def apply(self, fill: Fill) -> Position:
        """Book a fill and return the position that it leads to."""
        symbol = fill.symbol
        holding = self._holdings.get(symbol)
        if holding is None:
            holding = self._holdings[symbol] = _Holding()
        price_ticks = fill.price_ticks
        signed_lots = fill.side * fill.quantity_lots
        held_lots = holding.quantity_lots
        if held_lots * signed_lots < 0:
            sign = 1 if held_lots > 0 else -1
            closed_lots = min(abs(held_lots), abs(signed_lots))
            # Rounded down in magnitude, so that long and short positions mirror each other.
            closed_cost = sign * (abs(holding.cost_tick_lots) * closed_lots // abs(held_lots))
            holding.realised_tick_lots += sign * closed_lots * price_ticks - closed_cost
            holding.cost_tick_lots -= closed_cost
            opened_lots = signed_lots + sign * closed_lots
        else:
            opened_lots = signed_lots
        holding.quantity_lots = held_lots + signed_lots
        holding.cost_tick_lots += opened_lots * price_ticks
        return Position(symbol, holding.quantity_lots, holding.cost_tick_lots, holding.realised_tick_lots)

    def position(self, symbol: str) -> Position:
        """Tell the position in a symbol; one that was never traded is flat."""
        holding = self._holdings.get(symbol)
        if holding is None:
            return Position(symbol, 0, 0, 0)
        return Position(symbol, holding.quantity_lots, holding.cost_tick_lots, holding.realised_tick_lots)

    def unrealised(self, symbol: str, price_ticks: int) -> int:
        """Tell the profit in ticks times lots, were the position closed at that price."""
        holding = self._holdings.get(symbol)
        return holding.quantity_lots * price_ticks - holding.cost_tick_lots if holding is not None else 0

    def apply_streams(self, streams: Sequence[Sequence[Fill]], rounds: int = 1) -> int:
        """Book several streams of fills at the same time, a thread each; return how many nanoseconds that took."""
        if rounds < 1:
            raise ConfigurationError(f"the streams are to be booked {rounds} times; book them at least once")
        apply = self.apply
        lock, start = threading.Lock(), threading.Barrier(len(streams) + 1)

        def work(fills: Sequence[Fill]) -> None:
            start.wait()
            for _ in range(rounds):
                for fill in fills:
                    with lock:
                        apply(fill)

        threads = [threading.Thread(target=work, args=(fills,)) for fills in streams]
        for thread in threads:
            thread.start()
        start.wait()
        started_ns = time.monotonic_ns()
        for thread in threads:
            thread.join()
        return time.monotonic_ns() - started_ns
