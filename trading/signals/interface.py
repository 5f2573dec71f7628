"""What every technique of this component offers: prices or book updates in, indicator values out.

Prices are in ticks and may be fractions of one (the mid price of an odd spread). An indicator that has not seen enough
prices answers NaN.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import MutableSequence, Sequence

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


class ArrayIndicators(Protocol):
    """The indicators of a whole series of prices at once; each result has one value a price, NaN while warming up."""

    def relative_strength_index(self, prices_ticks: Sequence[float], period: int = 14) -> Sequence[float]:
        """Answer with Wilder's RSI after each price."""
        ...

    def moving_average_convergence_divergence(
        self,
        prices_ticks: Sequence[float],
        fast_period: int = 12,
        slow_period: int = 26,
        signal_period: int = 9,
    ) -> tuple[Sequence[float], Sequence[float]]:
        """Answer with Appel's MACD, and its signal line, after each price."""
        ...

    def bollinger_bands(
        self, prices_ticks: Sequence[float], period: int = 20, width: float = 2.0
    ) -> tuple[Sequence[float], Sequence[float], Sequence[float]]:
        """Answer with Bollinger's lower band, middle and upper band after each price."""
        ...


class ManySymbolIndicators(Protocol):
    """The indicators of many symbols that tick together."""

    def update_many(self, prices_ticks: Sequence[float], values: MutableSequence[float]) -> None:
        """Take the next price of every symbol, and write six columns of values, each with one value a symbol. Hot path.

        The columns: RSI, MACD, its signal line, lower band, middle, upper band; NaN while warming up.
        """
        ...
