"""What parameters of indicators make sense: parameters come in; nothing, or an error that says what to give, goes out.

The plain and the native forms ask here, so that they refuse the same with the same words.
"""

from __future__ import annotations

from trading.errors import ConfigurationError

RESULTS = 6
"""Values a symbol and tick: RSI, MACD, its signal line, lower band, middle, upper band."""


def check_index(period: int) -> None:
    """Refuse a period of the RSI below 1."""
    if period < 1:
        raise ConfigurationError(f"the period of the RSI is {period}; give at least 1")


def check_trend(fast_period: int, slow_period: int, signal_period: int) -> None:
    """Refuse periods of the MACD below 1, and a fast one that is not below the slow one."""
    if not 1 <= fast_period < slow_period or signal_period < 1:
        raise ConfigurationError(
            f"the periods of the MACD are {fast_period}, {slow_period}, {signal_period}; "
            "give fast < slow and each at least 1"
        )


def check_bands(period: int, width: float) -> None:
    """Refuse a period of the Bollinger bands below 2, and a width that is no finite number above 0."""
    if period < 2:  # noqa: PLR2004 - one price has no deviation
        raise ConfigurationError(f"the period of the Bollinger bands is {period}; give at least 2")
    if not 0.0 < width < float("inf"):
        raise ConfigurationError(f"the width of the Bollinger bands is {width}; give a finite number above 0")


def check_symbols(symbols: int) -> None:
    """Refuse a number of symbols below 1."""
    if symbols < 1:
        raise ConfigurationError(f"the number of symbols is {symbols}; give at least 1")


def check_columns(symbols: int, prices: int, values: int) -> None:
    """Refuse columns that are not one price, or not six values, a symbol."""
    if prices != symbols:
        raise ValueError(f"{prices} prices for {symbols} symbols; give one for each")
    if values != RESULTS * symbols:
        raise ValueError(f"room for {values} values of {symbols} symbols; give room for {RESULTS} for each")
