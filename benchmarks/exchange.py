"""The exchange's rules around the book: orders with instructions."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from benchmarks import scenarios
from trading import assembly
from trading.records import Instructions, Order, OrderType, SelfTradePrevention, Side, TimeInForce

if TYPE_CHECKING:
    from collections.abc import Callable

    from trading.book import OrderResult

KINDS = (
    Instructions(),
    Instructions(time_in_force=TimeInForce.IMMEDIATE_OR_CANCEL),
    Instructions(time_in_force=TimeInForce.FILL_OR_KILL),
    Instructions(is_post_only=True),
    Instructions(self_trade_prevention=SelfTradePrevention.CANCEL_OLDEST),
    Instructions(display_lots=10),
)


class Submit:
    """Limit orders around the middle, of which about a third could trade at once."""

    def setup(self) -> None:
        """Choose what rests and what arrives."""
        generator = random.Random("exchange")
        self.resting = scenarios.resting_orders(scenarios.OPERATIONS)
        self.incoming = [
            (
                Order(
                    1_000_000 + number,
                    side := generator.choice((Side.BUY, Side.SELL)),
                    OrderType.LIMIT,
                    scenarios.MID_TICKS + side * generator.randrange(-20, 10),
                    generator.randrange(11, 60),
                    number,
                    account=generator.choice(("HOUSE", "CLIENT")),
                ),
                generator.choice(KINDS),
            )
            for number in range(scenarios.OPERATIONS)
        ]

    def latency_submit(
        self,
    ) -> tuple[Callable[[tuple[Order, Instructions]], OrderResult], list[tuple[Order, Instructions]]]:
        """Time each order."""
        engine = assembly.build_matching_engine()
        for order in self.resting:
            engine.submit(order)
        return lambda item: engine.submit(*item), self.incoming
