"""Own orders: through their life to a fill on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks import scenarios
from trading import assembly
from trading.records import BookUpdate

if TYPE_CHECKING:
    from collections.abc import Callable

QUOTE = BookUpdate(1, scenarios.MID_TICKS, 60, scenarios.MID_TICKS + 1, 60)


class Send:
    """Orders against a quote: filled, partly filled or cancelled."""

    def setup(self) -> None:
        """Make the orders."""
        self.orders = scenarios.own_orders()

    def latency_send(self) -> tuple[Callable[[Any], Any], list[Any]]:
        """Time each order."""
        send = assembly.build_orders().send
        return lambda order: send(order, QUOTE), self.orders

    def time_send_all(self) -> None:
        """Throughput: all orders."""
        send = assembly.build_orders().send
        for order in self.orders:
            send(order, QUOTE)

    def peakmem_orders(self) -> None:
        """Peak memory after all orders."""
        self.time_send_all()
