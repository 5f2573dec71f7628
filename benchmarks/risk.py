"""Pre-trade risk: one check at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks import scenarios
from trading import assembly
from trading.records import BookUpdate

if TYPE_CHECKING:
    from collections.abc import Callable


class Check:
    """Orders of which a few break a limit."""

    def setup(self) -> None:
        """Make orders, fills and ticks."""
        self.orders = scenarios.own_orders()
        self.fills = scenarios.fills()
        self.updates = scenarios.book_updates()

    def latency_check(self) -> tuple[Callable[[Any], Any], list[Any]]:
        """Time each check."""
        return self._risk().check, self.orders

    def latency_on_update(self) -> tuple[Callable[[Any], Any], list[Any]]:
        """Time each tick that moves the reference price."""
        return self._risk().on_update, self.updates

    def latency_on_fill(self) -> tuple[Callable[[Any], Any], list[Any]]:
        """Time each fill that moves the position."""
        return self._risk().on_fill, self.fills

    def time_checks(self) -> None:
        """Throughput: all orders."""
        check = self._risk().check
        for order in self.orders:
            check(order)

    def _risk(self) -> Any:
        risk = assembly.build_risk()
        risk.on_update(BookUpdate(1, scenarios.MID_TICKS, 100, scenarios.MID_TICKS + 1, 100))
        return risk


class Sent:
    """Orders that leave once they have passed: the state behind every check changes with each of them."""

    def setup(self) -> None:
        """Make orders two milliseconds apart, so that few break a limit."""
        self.orders = [
            order._replace(time_ns=number * 2_000_000) for number, order in enumerate(scenarios.own_orders(), start=1)
        ]

    def latency_check_and_send(self) -> tuple[Callable[[Any], Any], list[Any]]:
        """Time each order: its check, and its beginning and end."""
        risk = assembly.build_risk()
        risk.on_update(BookUpdate(1, scenarios.MID_TICKS, 100, scenarios.MID_TICKS + 1, 100))
        check, on_sent, on_closed = risk.check, risk.on_sent, risk.on_closed

        def check_and_send(order: Any) -> None:
            if check(order) is None:
                on_sent(order)
                on_closed(order.order_id)

        return check_and_send, self.orders
