"""The pre-trade checks of one symbol in plain Python: the reference that every faster technique must agree with.

Book updates, own orders, fills and commands come in as state, orders as questions; refusals go out. The controls are
those of SEC rule 15c3-5 (17 CFR 240.15c3-5) and of RTS 6 under MiFID II (Delegated Regulation (EU) 2017/589), articles
12 and 15. An order that cannot be judged is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trading.records import OperatorAction, OrderType, Side
from trading.risk.limits import ONE_IN_BASIS_POINTS
from trading.risk.open_orders import OpenOrders
from trading.risk.recent_orders import RecentOrders
from trading.risk.refusal import Refusal, RefusalReason

if TYPE_CHECKING:
    from trading.records import BookUpdate, Fill, OperatorCommand, Order
    from trading.risk.limits import RiskLimits

# Looked up once: an attribute of an enumeration's class costs several times a global name.
_BUY = Side.BUY
_MARKET = OrderType.MARKET


class PreTradeRisk:
    """All pre-trade checks of one strategy on one symbol.

    The reference price is the mid price of the last update that had both sides; it is kept in half ticks, so that it
    is a whole number and every comparison exact, and money with it in half tick lots. Time is that of the orders.

    Asking does not change what the next order is held against; only what is reported does: a fill, an order that was
    sent, one that was closed, a command.

    Parameters
    ----------
    limits
        What may not be exceeded.
    symbol
        The symbol that is guarded; orders for others are refused, fills of others are not counted.
    """

    __slots__ = (
        "_cash_half_tick_lots",
        "_collar_basis_points",
        "_counts",
        "_duplicate_window_ns",
        "_is_killed",
        "_maximum_credit_half_tick_lots",
        "_maximum_notional_half_tick_lots",
        "_maximum_position_lots",
        "_maximum_quantity_lots",
        "_maximum_repeated_executions",
        "_message_times_ns",
        "_message_window_ns",
        "_open_orders",
        "_position_lots",
        "_recent_orders",
        "_reference_half_ticks",
        "_repeated_executions",
        "_sent_at_ns",
        "_symbol",
    )

    def __init__(self, limits: RiskLimits, symbol: str = "SYNTH") -> None:
        self._symbol = symbol
        self._collar_basis_points = limits.collar_basis_points
        self._maximum_quantity_lots = limits.maximum_quantity_lots
        self._maximum_notional_half_tick_lots = 2 * limits.maximum_notional_tick_lots
        self._maximum_position_lots = limits.maximum_position_lots
        self._maximum_credit_half_tick_lots = 2 * limits.maximum_credit_tick_lots
        self._maximum_repeated_executions = limits.maximum_repeated_executions
        self._duplicate_window_ns = limits.duplicate_window_ns
        self._message_window_ns = limits.message_window_ns
        self._is_killed = False
        self._repeated_executions = 0
        self._reference_half_ticks = 0
        self._position_lots = 0
        self._cash_half_tick_lots = 0
        self._open_orders = OpenOrders()
        self._recent_orders = RecentOrders(limits.duplicate_window_ns, limits.maximum_messages)
        # The same containers: a check reads them without a call.
        self._sent_at_ns = self._recent_orders.sent_at_ns
        self._message_times_ns = self._recent_orders.message_times_ns
        self._counts = [0] * len(RefusalReason)

    @property
    def position_lots(self) -> int:
        """The position as the fills have made it; negative when short."""
        return self._position_lots

    @property
    def is_killed(self) -> bool:
        """Whether the kill switch is engaged."""
        return self._is_killed

    @property
    def refusal_counts(self) -> dict[RefusalReason, int]:
        """How often each reason has been given since construction; every reason is a key."""
        return {reason: self._counts[reason] for reason in RefusalReason}

    def on_update(self, update: BookUpdate) -> None:
        """Take the top of the book; the reference price stays what it was while a side is empty. Hot path."""
        _, bid_price, bid_quantity, ask_price, ask_quantity = update
        if bid_quantity and ask_quantity:
            self._reference_half_ticks = bid_price + ask_price

    def on_sent(self, order: Order) -> None:
        """Take an order that left for the market; until it is closed, all of it may execute."""
        self._repeated_executions += 1
        self._open_orders.add(order)
        self._recent_orders.add(order)

    def on_fill(self, fill: Fill) -> None:
        """Take an execution of one of our orders."""
        _, order_id, side, price_ticks, quantity_lots, symbol = fill
        if symbol != self._symbol:
            return
        signed_lots = quantity_lots if side is _BUY else -quantity_lots
        self._position_lots += signed_lots
        self._cash_half_tick_lots -= 2 * price_ticks * signed_lots
        self._open_orders.execute(order_id, quantity_lots)

    def on_closed(self, order_id: int) -> None:
        """Take the end of an own order: filled, cancelled or rejected, it executes no more."""
        self._open_orders.close(order_id)

    def on_command(self, command: OperatorCommand) -> None:
        """Take a person's decision to stop all orders, to let them leave again, or to enable the strategy again."""
        if command.action is OperatorAction.REENABLE_STRATEGY:
            self._repeated_executions = 0
        else:
            self._is_killed = command.action is OperatorAction.ENGAGE_KILL_SWITCH

    def check(self, order: Order) -> Refusal | None:  # noqa: C901, PLR0911, PLR0912 - a line or two a check
        """Answer why an order may not be sent, or None when it may. Hot path.

        Returns
        -------
        Refusal or None
            The first failing check, in the order of :class:`RefusalReason`; it has been counted.
        """
        order_id, side, order_type, price_ticks, quantity_lots, time_ns, symbol, _ = order
        if self._is_killed:
            return self._refuse(order_id, RefusalReason.KILL_SWITCH)
        executions = self._repeated_executions
        if executions >= self._maximum_repeated_executions:
            return self._refuse(
                order_id, RefusalReason.REPEATED_EXECUTION, executions, self._maximum_repeated_executions
            )

        if symbol != self._symbol:
            return self._refuse(order_id, RefusalReason.WRONG_SYMBOL)
        if quantity_lots <= 0:
            return self._refuse(order_id, RefusalReason.BAD_QUANTITY, quantity_lots, self._maximum_quantity_lots)
        if quantity_lots > self._maximum_quantity_lots:
            return self._refuse(order_id, RefusalReason.MAXIMUM_QUANTITY, quantity_lots, self._maximum_quantity_lots)

        reference = self._reference_half_ticks
        if not reference:
            return self._refuse(order_id, RefusalReason.NO_REFERENCE_PRICE)
        if order_type is _MARKET:
            notional = reference * quantity_lots
        else:
            price = 2 * price_ticks
            distance = price - reference
            # Rounding down is exact: a whole distance is within the collar if and only if it is within its floor.
            collar = self._collar_basis_points * reference // ONE_IN_BASIS_POINTS
            if not -collar <= distance <= collar:
                return self._refuse(order_id, RefusalReason.PRICE_COLLAR, abs(distance), collar)
            notional = price * quantity_lots
        if notional > self._maximum_notional_half_tick_lots:
            return self._refuse(
                order_id, RefusalReason.MAXIMUM_NOTIONAL, notional, self._maximum_notional_half_tick_lots
            )

        # The worst case of a side is that all its open orders execute and none of the other side's.
        position = self._position_lots
        if side is _BUY:
            signed_lots = quantity_lots
            worst = position + self._open_orders.buy_lots + quantity_lots
        else:
            signed_lots = -quantity_lots
            worst = position - self._open_orders.sell_lots - quantity_lots
        exposed_lots = abs(worst)
        # What leaves a smaller position than there is passes, even from beyond a limit.
        if exposed_lots >= abs(position):
            if exposed_lots > self._maximum_position_lots:
                return self._refuse(order_id, RefusalReason.POSITION_LIMIT, worst, self._maximum_position_lots)
            profit = self._cash_half_tick_lots + position * reference
            credit = exposed_lots * reference - profit if profit < 0 else exposed_lots * reference
            if credit > self._maximum_credit_half_tick_lots:
                return self._refuse(order_id, RefusalReason.CREDIT_LIMIT, credit, self._maximum_credit_half_tick_lots)

        sent_at_ns = self._sent_at_ns.get((price_ticks, signed_lots))
        if sent_at_ns is not None and time_ns - sent_at_ns < self._duplicate_window_ns:
            return self._refuse(order_id, RefusalReason.DUPLICATE, time_ns - sent_at_ns, self._duplicate_window_ns)
        message_age_ns = time_ns - self._message_times_ns[0]
        if message_age_ns < self._message_window_ns:
            return self._refuse(order_id, RefusalReason.MESSAGE_RATE, message_age_ns, len(self._message_times_ns))
        return None

    def _refuse(self, order_id: int, reason: RefusalReason, observed: int = 0, limit: int = 0) -> Refusal:
        self._counts[reason] += 1
        return Refusal(order_id, reason, observed, limit)
