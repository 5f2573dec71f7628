"""A simple mean reversion: indicator values and the top of the book come in, an own order or nothing goes out.

It is there so that every stage of the pipeline has real work, not to make money.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trading.errors import ConfigurationError
from trading.records import Order, OrderType, Side

if TYPE_CHECKING:
    from trading.records import BookUpdate, Signal

_BUY, _SELL = Side.BUY, Side.SELL
_LIMIT = OrderType.LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyParameters:
    """When to trade, and how much.

    Attributes
    ----------
    order_lots
        Quantity of each order.
    oversold_index, overbought_index
        RSI at or below which the market counts as oversold, at or above which as overbought.
    confirming_imbalance
        The imbalance must lean at least so far towards the trade, 0..1.
    strongest_trend
        No trade against a trend: greatest distance of the MACD from its signal line, as a share of the band's width.
    pause_ns
        Shortest time between two orders.
    """

    order_lots: int = 10
    oversold_index: float = 35.0
    overbought_index: float = 65.0
    confirming_imbalance: float = 0.1
    strongest_trend: float = 0.25
    pause_ns: int = 20_000_000

    def __post_init__(self) -> None:
        if self.order_lots < 1 or self.pause_ns < 0:
            raise ConfigurationError(f"an order has at least 1 lot, and a pause at least 0 nanoseconds: {self}")


class MeanReversion:
    """Buys below the lower Bollinger band and sells above the upper one.

    A price outside its band is expected to come back, if the RSI calls the market oversold (overbought), the imbalance
    leans towards the trade, and the MACD shows no strong trend. The order is a limit order at the opposite best price:
    marketable, but never dearer than what is displayed.

    Parameters
    ----------
    parameters
        When to trade, and how much.
    symbol
        What to trade.
    """

    __slots__ = ("_last_order_id", "_parameters", "_symbol", "_wait_until_ns")

    def __init__(self, parameters: StrategyParameters, symbol: str) -> None:
        self._parameters = parameters
        self._symbol = symbol
        self._last_order_id = 0
        self._wait_until_ns = 0

    def decide(self, signal: Signal, top: BookUpdate) -> Order | None:
        """Answer a tick with an order, or with None. NaN, while an indicator warms up, compares false: no order."""
        time_ns, index, macd, macd_signal, lower, _, upper, imbalance = signal
        mid_ticks = (top.bid_price_ticks + top.ask_price_ticks) / 2
        parameters = self._parameters
        if mid_ticks < lower:
            if not (index <= parameters.oversold_index and imbalance >= parameters.confirming_imbalance):
                return None
            side, price_ticks, displayed_lots = _BUY, top.ask_price_ticks, top.ask_quantity_lots
        elif mid_ticks > upper:
            if not (index >= parameters.overbought_index and imbalance <= -parameters.confirming_imbalance):
                return None
            side, price_ticks, displayed_lots = _SELL, top.bid_price_ticks, top.bid_quantity_lots
        else:
            return None
        is_trend_strong = abs(macd - macd_signal) > parameters.strongest_trend * (upper - lower)
        if is_trend_strong or time_ns < self._wait_until_ns or not displayed_lots:
            return None
        self._wait_until_ns = time_ns + parameters.pause_ns
        self._last_order_id += 1
        return Order(self._last_order_id, side, _LIMIT, price_ticks, parameters.order_lots, time_ns, self._symbol)
