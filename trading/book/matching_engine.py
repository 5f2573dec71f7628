"""The rules of an exchange around any order book: orders with instructions come in, what became of them goes out.

A book matches plain limit and market orders by price and time, fast. Everything else an exchange offers is put together
here from the book's own operations: time in force, post-only, self-trade prevention, icebergs, stops, replacement and
the end of the session. A plain order goes straight to the book.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trading.book.instruction_checks import check_instructions
from trading.book.order_result import OrderResult, Outcome
from trading.book.stop_orders import StopOrders
from trading.errors import BookError
from trading.records import (
    MAXIMUM_PRICE_TICKS,
    MAXIMUM_QUANTITY_LOTS,
    Instructions,
    Order,
    OrderType,
    SelfTradePrevention,
    Side,
    TimeInForce,
)

if TYPE_CHECKING:
    from trading.book.interface import OrderBook
    from trading.records import Trade

PLAIN = Instructions()
"""The instructions of an order that gives none."""

_NEVER_RESTS = frozenset({TimeInForce.IMMEDIATE_OR_CANCEL, TimeInForce.FILL_OR_KILL})


@dataclass(slots=True)
class _Resting:
    """What the book does not know of an order that rests in it."""

    order: Order
    instructions: Instructions
    hidden_lots: int


@dataclass(slots=True)
class _Sweep:
    """How far an incoming order got through the other side."""

    left_lots: int
    trades: list[Trade] = field(default_factory=list)
    cancelled_order_ids: list[int] = field(default_factory=list)
    is_prevented: bool = False


class MatchingEngine:
    """Carries out orders with instructions on one book, of which it is the only writer.

    Parameters
    ----------
    book
        An empty book. Read from it whatever is asked of the market; write through the engine only.

    Attributes
    ----------
    book
        The same book. Of an iceberg it holds the displayed lots only.
    """

    __slots__ = ("_icebergs", "_resting", "_stops", "book")

    def __init__(self, book: OrderBook) -> None:
        self.book = book
        self._resting: dict[int, _Resting] = {}
        self._stops = StopOrders()
        # How many resting orders have hidden lots: while there is none, the book can match a plain order by itself.
        self._icebergs = 0

    def submit(self, order: Order, instructions: Instructions = PLAIN) -> OrderResult:
        """Carry out an incoming order, and the stop orders that its trades set off.

        Raises
        ------
        BookError
            The order id is resting or waiting already, a price or quantity is out of range, or the instructions
            contradict each other or the order's type. Nothing changed.
        """
        if order.order_id in self:
            raise BookError(f"order {order.order_id} is open already; give each order its own id")
        check_instructions(order, instructions)
        if instructions.stop_price_ticks and not self._stops.is_reached(order.side, instructions.stop_price_ticks):
            self._stops.add(order, instructions)
            return OrderResult(order.order_id, Outcome.WAITING, [], order.quantity_lots)
        return self._enter_and_trigger(order, instructions)

    def cancel(self, order_id: int) -> int:
        """Take a resting or waiting order out and return the lots it still had, hidden ones included.

        Raises
        ------
        BookError
            No such order is resting or waiting.
        """
        if order_id in self._stops:
            return self._stops.cancel(order_id)
        displayed_lots = self.book.cancel(order_id)
        return displayed_lots + self._forget(order_id).hidden_lots

    def replace(self, order_id: int, price_ticks: int, quantity_lots: int, time_ns: int) -> OrderResult:
        """Change price or open quantity of a resting order.

        Fewer lots at the same price keep the place in the queue; another price or more lots lose it, and may trade at
        once. Of an iceberg the hidden lots go first. A post-only order that would trade stays what it was.

        Parameters
        ----------
        order_id
            The resting order; it keeps its id.
        price_ticks, quantity_lots
            The new price, and the new number of open lots (what was traded before does not count).
        time_ns
            When the change arrives.

        Raises
        ------
        BookError
            No such order is resting, or a number is out of range. Nothing changed.
        """
        resting = self._resting.get(order_id)
        if resting is None:
            state = "waits for its stop price; cancel it instead" if order_id in self._stops else "is not resting"
            raise BookError(f"order {order_id} {state}")
        if not 0 < price_ticks <= MAXIMUM_PRICE_TICKS or not 0 < quantity_lots <= MAXIMUM_QUANTITY_LOTS:
            raise BookError(
                f"order {order_id} cannot become {quantity_lots} lots at {price_ticks} ticks: both start at 1,"
                f" and end at {MAXIMUM_QUANTITY_LOTS} lots and {MAXIMUM_PRICE_TICKS} ticks"
            )
        order, instructions = resting.order, resting.instructions
        open_lots = self.book.quantity_of(order_id) + resting.hidden_lots
        if price_ticks == order.price_ticks and quantity_lots <= open_lots:
            self._shrink(resting, open_lots - quantity_lots)
            return OrderResult(order_id, Outcome.RESTING, [], quantity_lots)
        changed = order._replace(price_ticks=price_ticks, quantity_lots=quantity_lots, time_ns=time_ns)
        if instructions.is_post_only and self._would_trade(changed):
            return OrderResult(order_id, Outcome.REFUSED_POST_ONLY, [], open_lots)
        self.cancel(order_id)
        return self._enter_and_trigger(changed, instructions)

    def end_session(self) -> list[int]:
        """Take out every order that was good for the day only, and return their ids resting ones first."""
        expired = [
            order_id
            for order_id, resting in self._resting.items()
            if resting.instructions.time_in_force == TimeInForce.DAY
        ]
        expired += self._stops.ids_for_the_day()
        for order_id in expired:
            self.cancel(order_id)
        return expired

    def open_lots_of(self, order_id: int) -> int:
        """Lots that a resting order still has, hidden ones included; 0 when no such order is resting."""
        resting = self._resting.get(order_id)
        return self.book.quantity_of(order_id) + resting.hidden_lots if resting is not None else 0

    def __len__(self) -> int:
        """Count the resting and the waiting orders."""
        return len(self._resting) + len(self._stops)

    def __contains__(self, order_id: int) -> bool:
        """Tell whether an order of that id is resting or waiting."""
        return order_id in self._resting or order_id in self._stops

    def _enter_and_trigger(self, order: Order, instructions: Instructions) -> OrderResult:
        """Carry out an order, then the stops that its trades reached, then those that theirs reached."""
        result = self._enter(order, instructions)
        reached = self._stops.take_reached(result.trades)
        triggered: list[OrderResult] = []
        while reached:
            triggered.append(self._enter(*reached.pop(0)))
            reached += self._stops.take_reached(triggered[-1].trades)
        return result._replace(triggered=tuple(triggered)) if triggered else result

    def _enter(self, order: Order, instructions: Instructions) -> OrderResult:
        time_in_force, is_post_only, prevention, display_lots, _ = instructions
        order_id = order.order_id
        if is_post_only and self._would_trade(order):
            return OrderResult(order_id, Outcome.REFUSED_POST_ONLY, [])
        if time_in_force == TimeInForce.FILL_OR_KILL and not self._can_fill(order, prevention):
            return OrderResult(order_id, Outcome.EXPIRED, [])
        if prevention or display_lots or self._icebergs or time_in_force in _NEVER_RESTS:
            sweep = self._sweep(order, prevention)
            may_rest = order.order_type == OrderType.LIMIT and time_in_force not in _NEVER_RESTS
            if sweep.left_lots and may_rest and not sweep.is_prevented:
                displayed_lots = min(sweep.left_lots, display_lots or sweep.left_lots)
                self.book.submit(order._replace(quantity_lots=displayed_lots))
        else:
            trades = self.book.submit(order)
            self._settle(trades)
            sweep = _Sweep(order.quantity_lots - sum(trade.quantity_lots for trade in trades), trades)
            displayed_lots = sweep.left_lots

        cancelled_order_ids = tuple(sweep.cancelled_order_ids)
        if order_id in self.book:
            hidden_lots = sweep.left_lots - displayed_lots
            self._resting[order_id] = _Resting(order, instructions, hidden_lots)
            self._icebergs += hidden_lots > 0
            return OrderResult(order_id, Outcome.RESTING, sweep.trades, sweep.left_lots, cancelled_order_ids)
        if sweep.is_prevented:
            outcome = Outcome.SELF_TRADE_PREVENTED
        else:
            outcome = Outcome.EXPIRED if sweep.left_lots else Outcome.FILLED
        return OrderResult(order_id, outcome, sweep.trades, 0, cancelled_order_ids)

    def _sweep(self, order: Order, prevention: SelfTradePrevention) -> _Sweep:
        """Trade against the other side level by level, so that hidden lots and own orders get their turn."""
        sweep = _Sweep(order.quantity_lots)
        opposite = order.side.opposite
        while sweep.left_lots:
            price_ticks, lots = self._best(opposite)
            if not lots or not _is_acceptable(order, price_ticks):
                break
            own_order_id, lots_ahead = self._first_own(order, price_ticks) if prevention else (None, lots)
            slice_lots = min(sweep.left_lots, lots_ahead)
            if slice_lots:
                trades = self.book.submit(order._replace(quantity_lots=slice_lots))
                sweep.left_lots -= slice_lots
                sweep.trades += trades
                self._settle(trades)
            if own_order_id is None or not sweep.left_lots:
                continue
            if prevention != SelfTradePrevention.CANCEL_NEWEST:
                self.cancel(own_order_id)
                sweep.cancelled_order_ids.append(own_order_id)
            if prevention != SelfTradePrevention.CANCEL_OLDEST:
                sweep.is_prevented = True
                break
        return sweep

    def _first_own(self, order: Order, price_ticks: int) -> tuple[int | None, int]:
        """Find the first order of the same account at a price of the other side, and the lots that trade before it."""
        lots_ahead = 0
        for resting_id, lots in self.book.queue(order.side.opposite, price_ticks):
            if self._resting[resting_id].order.account == order.account:
                return resting_id, lots_ahead
            lots_ahead += lots
        return None, lots_ahead

    def _can_fill(self, order: Order, prevention: SelfTradePrevention) -> bool:
        """Tell whether the whole order could trade now, hidden lots included."""
        found_lots = 0
        opposite = order.side.opposite
        for price_ticks, _ in self.book.depth(opposite, len(self.book)):
            if not _is_acceptable(order, price_ticks):
                break
            is_blocked = False
            behind_lots = 0
            for resting_id, lots in self.book.queue(opposite, price_ticks):
                resting = self._resting[resting_id]
                if prevention and resting.order.account == order.account:
                    is_blocked |= prevention != SelfTradePrevention.CANCEL_OLDEST
                elif not is_blocked:
                    found_lots += lots
                    behind_lots += resting.hidden_lots
            if is_blocked:
                # Hidden lots come to the end of the queue: behind the own order at which this one would stop.
                break
            found_lots += behind_lots
            if found_lots >= order.quantity_lots:
                break
        return found_lots >= order.quantity_lots

    def _settle(self, trades: list[Trade]) -> None:
        """After trades: show the next lots of icebergs, at the end of their queue, and forget what is filled."""
        for trade in trades:
            resting_id = trade.resting_order_id
            if resting_id in self.book:
                continue
            resting = self._resting[resting_id]
            if not resting.hidden_lots:
                del self._resting[resting_id]
                continue
            shown_lots = min(resting.hidden_lots, resting.instructions.display_lots)
            resting.hidden_lots -= shown_lots
            self._icebergs -= not resting.hidden_lots
            self.book.submit(resting.order._replace(quantity_lots=shown_lots, time_ns=trade.time_ns))

    def _shrink(self, resting: _Resting, lots: int) -> None:
        """Take lots off an order in its place: hidden ones first."""
        from_hidden = min(lots, resting.hidden_lots)
        if from_hidden:
            resting.hidden_lots -= from_hidden
            self._icebergs -= not resting.hidden_lots
        if lots > from_hidden:
            self.book.reduce(resting.order.order_id, lots - from_hidden)

    def _forget(self, order_id: int) -> _Resting:
        resting = self._resting.pop(order_id)
        self._icebergs -= resting.hidden_lots > 0
        return resting

    def _best(self, side: Side) -> tuple[int, int]:
        return self.book.best_bid() if side > 0 else self.book.best_ask()

    def _would_trade(self, order: Order) -> bool:
        price_ticks, lots = self._best(order.side.opposite)
        return lots > 0 and _is_acceptable(order, price_ticks)


def _is_acceptable(order: Order, price_ticks: int) -> bool:
    """Tell whether an incoming order may trade at that price."""
    return order.order_type == OrderType.MARKET or (order.price_ticks - price_ticks) * order.side >= 0
