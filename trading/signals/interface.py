"""What every technique of this component offers: prices or book updates in, indicator values out.

Prices are in ticks and may be fractions of one (the mid price of an odd spread). An indicator that has not seen enough
prices answers NaN.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from trading.records import BookUpdate, Signal


class SignalSource(Protocol):
    """Turns the top of the book into all indicator values."""

    def on_update(self, update: BookUpdate) -> Signal:
        """Take one book update and answer with every indicator after it. Hot path."""
        ...


class PriceIndicator(Protocol):
    """An indicator with one value, such as the RSI."""

    def update(self, price_ticks: float) -> float:
        """Take the next price and answer with the indicator after it. Hot path."""
        ...


class TrendIndicator(Protocol):
    """An indicator with a value and its signal line, such as the MACD."""

    def update(self, price_ticks: float) -> tuple[float, float]:
        """Take the next price and answer with (value, signal line) after it. Hot path."""
        ...


class BandIndicator(Protocol):
    """An indicator with a band, such as Bollinger's."""

    def update(self, price_ticks: float) -> tuple[float, float, float]:
        """Take the next price and answer with (lower, middle, upper) after it. Hot path."""
        ...
