"""The pre-trade checks of one symbol in plain Python: the reference that every faster technique must agree with.

Book updates and fills come in as state, orders as questions; refusals go out. In the spirit of SEC rule 15c3-5 and of
RTS 6 under MiFID II, article 15; an order that cannot be judged is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trading.records import OrderType, Side
from trading.risk.limits import ONE_IN_BASIS_POINTS
from trading.risk.refusal import Refusal, RefusalReason

if TYPE_CHECKING:
    from trading.records import BookUpdate, Fill, Order
    from trading.risk.limits import RiskLimits

# Looked up once: an attribute of an enumeration's class costs several times a global name.
_BUY = Side.BUY
_MARKET = OrderType.MARKET


class PreTradeRisk:
    """Price collar, maximum quantity, maximum notional and position limit.

    The reference price is the mid price of the last update that had both sides; it is kept in half ticks, so that it
    is a whole number and every comparison exact. The position counts executions only, not orders that still rest.

    Parameters
    ----------
    limits
        What may not be exceeded.
    symbol
        The symbol that is guarded; orders for others are refused, fills of others are not counted.
    """

    __slots__ = (
        "_collar_basis_points",
        "_counts",
        "_maximum_notional_half_tick_lots",
        "_maximum_position_lots",
        "_maximum_quantity_lots",
        "_position_lots",
        "_reference_half_ticks",
        "_symbol",
    )

    def __init__(self, limits: RiskLimits, symbol: str = "SYNTH") -> None:
        self._symbol = symbol
        self._collar_basis_points = limits.collar_basis_points
        self._maximum_quantity_lots = limits.maximum_quantity_lots
        self._maximum_notional_half_tick_lots = 2 * limits.maximum_notional_tick_lots
        self._maximum_position_lots = limits.maximum_position_lots
        self._position_lots = 0
        self._reference_half_ticks = 0
        self._counts = [0] * len(RefusalReason)

    @property
    def position_lots(self) -> int:
        """The position as the fills have made it; negative when short."""
        return self._position_lots

    @property
    def refusal_counts(self) -> dict[RefusalReason, int]:
        """How often each reason has been given since construction; every reason is a key."""
        return {reason: self._counts[reason] for reason in RefusalReason}

    def on_update(self, update: BookUpdate) -> None:
        """Take the top of the book; the reference price stays what it was while a side is empty. Hot path."""
        _, bid_price, bid_quantity, ask_price, ask_quantity = update
        if bid_quantity and ask_quantity:
            self._reference_half_ticks = bid_price + ask_price

    def on_fill(self, fill: Fill) -> None:
        """Take an execution of one of our orders."""
        if fill.symbol == self._symbol:
            self._position_lots += fill.quantity_lots if fill.side is _BUY else -fill.quantity_lots

    def check(self, order: Order) -> Refusal | None:  # noqa: PLR0911 - one return a check, none to unwind
        """Answer why an order may not be sent, or None when it may. Hot path.

        Returns
        -------
        Refusal or None
            The first failing check, in the order of :class:`RefusalReason`; it has been counted.
        """
        order_id, side, order_type, price_ticks, quantity_lots, _, symbol, _ = order
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

        position = self._position_lots
        limit = self._maximum_position_lots
        after = position + quantity_lots if side is _BUY else position - quantity_lots
        # An order that brings the position nearer to zero passes even from beyond the limit.
        if not -limit <= after <= limit and abs(after) >= abs(position):
            return self._refuse(order_id, RefusalReason.POSITION_LIMIT, after, limit)
        return None

    def _refuse(self, order_id: int, reason: RefusalReason, observed: int = 0, limit: int = 0) -> Refusal:
        self._counts[reason] += 1
        return Refusal(order_id, reason, observed, limit)
