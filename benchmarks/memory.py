"""Memory: orders from allocation to release, requests with their buffers, and trades that are kept and added up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import scenarios
from trading import assembly

if TYPE_CHECKING:
    from collections.abc import Callable

    from trading.memory import TradeStore
    from trading.records import Order, Trade

BUFFERS = 8
"""Buffers of a request."""

TRADES = 20_000
"""Trades of a session that are added up."""
QUESTIONS = 1_200
"""How often the sums are asked for in a replay."""
ASKED_TRADES = 128
"""Trades that are added up at each of these questions: few enough for a replay of the reference to be short."""


class Orders:
    """Orders that are made and given back."""

    def setup(self) -> None:
        """Choose the fields."""
        self.orders = scenarios.own_orders()

    def latency_acquire_and_release(self) -> tuple[Callable[[Order], None], list[Order]]:
        """Time each order's allocation and release, without what happens to it in between."""
        memory = assembly.build_order_memory()
        acquire, release = memory.acquire, memory.release

        def live_and_die(like: Order) -> None:
            release(acquire(*like))

        return live_and_die, self.orders

    def track_allocations_an_order(self) -> float:
        """Count how many orders took memory of their own, as a share of all."""
        memory = assembly.build_order_memory()
        for order in self.orders:
            memory.release(memory.acquire(*order))
        return memory.counts.allocated / memory.counts.acquired

    track_allocations_an_order.unit = "allocations"  # type: ignore[attr-defined]


class Requests:
    """Requests that need a few small buffers each."""

    def setup(self) -> None:
        """Choose the sizes."""
        self.sizes = [16 + order.quantity_lots % 100 for order in scenarios.own_orders()]

    def latency_request(self) -> tuple[Callable[[int], None], list[int]]:
        """Time each request: its buffers, and their end."""
        memory = assembly.build_request_memory()
        acquire, reset = memory.acquire, memory.reset

        def serve(size_bytes: int) -> None:
            for _ in range(BUFFERS):
                acquire(size_bytes)
            reset()

        return serve, self.sizes


class Trades:
    """Trades that are kept, and what is asked of all of them."""

    def setup(self) -> None:
        """Make the trades, and stores of a few and of many of them."""
        if not hasattr(assembly, "build_trade_store"):
            raise NotImplementedError
        self.trades = scenarios.trades(TRADES)
        self.few = self._filled(self.trades[:ASKED_TRADES])
        self.many = self._filled(self.trades)

    def latency_append(self) -> tuple[Callable[[Trade], None], list[Trade]]:
        """Time keeping each trade."""
        return assembly.build_trade_store().append, self.trades[:QUESTIONS]

    def latency_average_price(self) -> tuple[Callable[[int], float], list[int]]:
        """Time each average price over some trades, weighted by quantity."""
        store = self.few
        return lambda _: store.average_price_ticks, list(range(QUESTIONS))

    def time_turnover(self) -> None:
        """Throughput: the turnover of a whole session."""
        _ = self.many.turnover_tick_lots

    def time_net_volume(self) -> None:
        """Throughput: lots bought minus lots sold over a whole session."""
        _ = self.many.net_volume_lots

    def time_column(self) -> None:
        """Throughput: one column of a whole session, for an array library to read."""
        self.many.column("price_ticks")

    @staticmethod
    def _filled(trades: list[Trade]) -> TradeStore:
        store = assembly.build_trade_store()
        store.extend(trades)
        return store
