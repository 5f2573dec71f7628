"""All indicators of one symbol together: a :class:`BookUpdate` in, a :class:`Signal` out."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING

from trading.records import BookUpdate, Signal
from trading.signals.imbalance import imbalance

if TYPE_CHECKING:
    from trading.signals.interface import BandIndicator, PriceIndicator, TrendIndicator

_BOTH_WARMING = (nan, nan)
_BAND_WARMING = (nan, nan, nan)

# A call of Signal() runs a constructor written in Python that does just this; without it a signal costs 200 ns less.
_new_tuple = tuple.__new__


class SignalEngine:
    """Feeds the mid price of each book update to the indicators, and adds the imbalance.

    While a side of the book is empty there is no mid price: the indicators keep their values, and only the imbalance
    is new.

    Parameters
    ----------
    relative_strength_index, trend, bands
        The indicators, fresh; the engine owns them from now on.
    """

    __slots__ = ("_band_values", "_index_value", "_trend_values", "_update_bands", "_update_index", "_update_trend")

    def __init__(self, relative_strength_index: PriceIndicator, trend: TrendIndicator, bands: BandIndicator) -> None:
        self._update_index = relative_strength_index.update
        self._update_trend = trend.update
        self._update_bands = bands.update
        self._index_value = nan
        self._trend_values = _BOTH_WARMING
        self._band_values = _BAND_WARMING

    def on_update(self, update: BookUpdate) -> Signal:
        """Take one book update and answer with every indicator after it. Hot path."""
        time_ns, bid_price, bid_quantity, ask_price, ask_quantity = update
        if bid_quantity and ask_quantity:
            mid_price = (bid_price + ask_price) / 2
            self._index_value = self._update_index(mid_price)
            self._trend_values = self._update_trend(mid_price)
            self._band_values = self._update_bands(mid_price)
        macd, macd_signal = self._trend_values
        lower, middle, upper = self._band_values
        return _new_tuple(
            Signal,
            (
                time_ns,
                self._index_value,
                macd,
                macd_signal,
                lower,
                middle,
                upper,
                imbalance(bid_quantity, ask_quantity),
            ),
        )
