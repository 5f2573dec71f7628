"""Memory: an order from its allocation to its release, and a request with its buffers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import scenarios
from trading import assembly

if TYPE_CHECKING:
    from collections.abc import Callable

    from trading.records import Order

BUFFERS = 8
"""Buffers of a request."""


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
