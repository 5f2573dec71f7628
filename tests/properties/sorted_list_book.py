"""A tiny order book that is obviously right and slow: one list of orders, sorted anew for each question."""

from __future__ import annotations

from typing import NamedTuple

from trading.records import Order, OrderType, Side, Trade


class Resting(NamedTuple):
    arrival: int
    order_id: int
    side: Side
    price_ticks: int
    quantity_lots: int


class SortedListBook:
    def __init__(self) -> None:
        self.orders: list[Resting] = []
        self.arrivals = 0

    def by_priority(self, side: Side) -> list[Resting]:
        one_side = [order for order in self.orders if order.side == side]
        return sorted(one_side, key=lambda order: (-order.price_ticks * side, order.arrival))

    def submit(self, order: Order) -> list[Trade]:
        trades = []
        left = order.quantity_lots
        for resting in self.by_priority(order.side.opposite):
            is_acceptable = (
                order.order_type == OrderType.MARKET or (order.price_ticks - resting.price_ticks) * order.side >= 0
            )
            if left == 0 or not is_acceptable:
                break
            lots = min(left, resting.quantity_lots)
            left -= lots
            self.take(resting.order_id, lots)
            trades.append(Trade(order.time_ns, resting.order_id, order.order_id, order.side, resting.price_ticks, lots))
        if left and order.order_type == OrderType.LIMIT:
            self.arrivals += 1
            self.orders.append(Resting(self.arrivals, order.order_id, order.side, order.price_ticks, left))
        return trades

    def take(self, order_id: int, lots: int) -> None:
        taken = [
            order._replace(quantity_lots=order.quantity_lots - lots) if order.order_id == order_id else order
            for order in self.orders
        ]
        self.orders = [order for order in taken if order.quantity_lots]

    def cancel(self, order_id: int) -> None:
        self.orders = [order for order in self.orders if order.order_id != order_id]

    def depth(self, side: Side) -> list[tuple[int, int]]:
        levels: dict[int, int] = {}
        for order in self.by_priority(side):
            levels[order.price_ticks] = levels.get(order.price_ticks, 0) + order.quantity_lots
        return list(levels.items())
