"""Indicators of many symbols that tick together, in plain Python: a column of prices in, six columns of values out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trading.signals.bollinger_bands import BollingerBands
from trading.signals.moving_average_convergence_divergence import MovingAverageConvergenceDivergence
from trading.signals.parameter_checks import check_columns, check_symbols
from trading.signals.relative_strength_index import RelativeStrengthIndex

if TYPE_CHECKING:
    from collections.abc import MutableSequence, Sequence


class ManySymbols:
    """RSI, MACD and Bollinger bands, with their usual parameters, of every symbol.

    Parameters
    ----------
    symbols
        How many there are, at least 1.

    Raises
    ------
    ConfigurationError
        There is none.
    """

    __slots__ = ("_updates",)

    def __init__(self, symbols: int) -> None:
        check_symbols(symbols)
        self._updates = [
            (RelativeStrengthIndex().update, MovingAverageConvergenceDivergence().update, BollingerBands().update)
            for _ in range(symbols)
        ]

    def update_many(self, prices_ticks: Sequence[float], values: MutableSequence[float]) -> None:
        """Take the next price of every symbol.

        Parameters
        ----------
        prices_ticks
            One price a symbol.
        values
            Where the results go: six columns one after the other, each with one value a symbol. In this order: RSI,
            MACD, its signal line, lower band, middle, upper band; NaN while warming up.

        Raises
        ------
        ValueError
            There are more or fewer prices than symbols, or values than six times as many.
        """
        symbols = len(self._updates)
        check_columns(symbols, len(prices_ticks), len(values))
        for symbol, (price, updates) in enumerate(zip(prices_ticks, self._updates, strict=True)):
            update_index, update_trend, update_bands = updates
            row = (update_index(price), *update_trend(price), *update_bands(price))
            for column, value in enumerate(row):
                values[column * symbols + symbol] = value
