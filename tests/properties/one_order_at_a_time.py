"""A tiny exchange, obviously right and slow: the incoming order trades with the best resting one, one at a time."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace

from trading.book import Outcome
from trading.records import Instructions, Order, OrderType, SelfTradePrevention, Side, TimeInForce, Trade

NEVER_RESTS = {TimeInForce.IMMEDIATE_OR_CANCEL, TimeInForce.FILL_OR_KILL}


@dataclass
class Resting:
    arrival: int
    order: Order
    instructions: Instructions
    shown_lots: int
    hidden_lots: int


class OneOrderAtATime:
    def __init__(self) -> None:
        self.resting: list[Resting] = []
        self.waiting: list[tuple[Order, Instructions]] = []
        self.arrivals = 0
        self.last_price_ticks = 0
        self.last_trades: list[Trade] = []

    def by_priority(self, side: Side) -> list[Resting]:
        one_side = [resting for resting in self.resting if resting.order.side == side]
        return sorted(one_side, key=lambda resting: (-resting.order.price_ticks * side, resting.arrival))

    def next_arrival(self) -> int:
        self.arrivals += 1
        return self.arrivals

    def submit(self, order: Order, instructions: Instructions) -> list[tuple[int, Outcome, list[Trade]]]:
        """Return what became of the order, and of each stop that it set off."""
        stop = instructions.stop_price_ticks
        if stop and not (self.last_price_ticks and (self.last_price_ticks - stop) * order.side >= 0):
            self.waiting.append((order, instructions))
            return [(order.order_id, Outcome.WAITING, [])]
        results, queue = [], [(order, instructions)]
        while queue:
            entering, its_instructions = queue.pop(0)
            outcome, trades = self.enter(entering, its_instructions)
            results.append((entering.order_id, outcome, trades))
            reached = [stop for stop in self.waiting if any(is_reached(*stop, trade.price_ticks) for trade in trades)]
            self.waiting = [stop for stop in self.waiting if stop not in reached]
            queue += reached
        return results

    def enter(self, order: Order, instructions: Instructions) -> tuple[Outcome, list[Trade]]:
        if instructions.is_post_only and self.counterpart(order) is not None:
            return Outcome.REFUSED_POST_ONLY, []
        if instructions.time_in_force == TimeInForce.FILL_OR_KILL:
            trial = deepcopy(self)
            trial.enter(order, instructions._replace(time_in_force=TimeInForce.IMMEDIATE_OR_CANCEL))
            trial_lots = sum(trade.quantity_lots for trade in trial.last_trades)
            if trial_lots < order.quantity_lots:
                return Outcome.EXPIRED, []

        left, is_prevented = self.match(order, instructions.self_trade_prevention)
        if is_prevented:
            return Outcome.SELF_TRADE_PREVENTED, self.last_trades
        if not left:
            return Outcome.FILLED, self.last_trades
        if order.order_type == OrderType.MARKET or instructions.time_in_force in NEVER_RESTS:
            return Outcome.EXPIRED, self.last_trades
        shown = min(left, instructions.display_lots or left)
        self.resting.append(Resting(self.next_arrival(), order, instructions, shown, left - shown))
        return Outcome.RESTING, self.last_trades

    def match(self, order: Order, prevention: SelfTradePrevention) -> tuple[int, bool]:
        """Return the lots left over, and whether self-trade prevention cancelled them."""
        trades = self.last_trades = []
        left = order.quantity_lots
        while left and (best := self.counterpart(order)) is not None:
            if prevention and best.order.account == order.account:
                if prevention in {SelfTradePrevention.CANCEL_OLDEST, SelfTradePrevention.CANCEL_BOTH}:
                    self.resting.remove(best)
                if prevention in {SelfTradePrevention.CANCEL_NEWEST, SelfTradePrevention.CANCEL_BOTH}:
                    return left, True
                continue
            lots = min(left, best.shown_lots)
            left -= lots
            best.shown_lots -= lots
            price_ticks = self.last_price_ticks = best.order.price_ticks
            trades.append(Trade(order.time_ns, best.order.order_id, order.order_id, order.side, price_ticks, lots))
            if best.shown_lots == 0:
                self.resting.remove(best)
                if best.hidden_lots:
                    shown = min(best.hidden_lots, best.instructions.display_lots)
                    hidden = best.hidden_lots - shown
                    self.resting.append(
                        replace(best, arrival=self.next_arrival(), shown_lots=shown, hidden_lots=hidden)
                    )
        return left, False

    def counterpart(self, order: Order) -> Resting | None:
        """Find the resting order that would trade next with an incoming one."""
        for best in self.by_priority(order.side.opposite):
            is_market = order.order_type == OrderType.MARKET
            is_acceptable = is_market or (order.price_ticks - best.order.price_ticks) * order.side >= 0
            return best if is_acceptable else None
        return None

    def cancel(self, order_id: int) -> None:
        self.resting = [resting for resting in self.resting if resting.order.order_id != order_id]
        self.waiting = [stop for stop in self.waiting if stop[0].order_id != order_id]

    def replace(
        self, order_id: int, price_ticks: int, quantity_lots: int, time_ns: int
    ) -> list[tuple[int, Outcome, list[Trade]]]:
        [resting] = [resting for resting in self.resting if resting.order.order_id == order_id]
        open_lots = resting.shown_lots + resting.hidden_lots
        if price_ticks == resting.order.price_ticks and quantity_lots <= open_lots:
            resting.shown_lots = min(resting.shown_lots, quantity_lots)
            resting.hidden_lots = quantity_lots - resting.shown_lots
            return [(order_id, Outcome.RESTING, [])]
        changed = resting.order._replace(price_ticks=price_ticks, quantity_lots=quantity_lots, time_ns=time_ns)
        if resting.instructions.is_post_only and self.counterpart(changed) is not None:
            return [(order_id, Outcome.REFUSED_POST_ONLY, [])]
        self.cancel(order_id)
        return self.submit(changed, resting.instructions._replace(stop_price_ticks=0))

    def end_session(self) -> set[int]:
        expired = {
            resting.order.order_id for resting in self.resting if resting.instructions.time_in_force == TimeInForce.DAY
        } | {order.order_id for order, instructions in self.waiting if instructions.time_in_force == TimeInForce.DAY}
        for order_id in expired:
            self.cancel(order_id)
        return expired


def is_reached(order: Order, instructions: Instructions, price_ticks: int) -> bool:
    return (price_ticks - instructions.stop_price_ticks) * order.side >= 0
