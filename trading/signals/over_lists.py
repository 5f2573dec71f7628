"""The indicators over a whole series of prices, in plain Python: a sequence in, one list a result out.

This module is an :class:`~trading.signals.interface.ArrayIndicators`. Each function does what the tick form of the same
indicator does, in the same order and so to the last bit, but keeps its state in local variables; the formulas, their
sources and the reasons of each step are documented there.
"""

from __future__ import annotations

from math import nan, sqrt
from typing import TYPE_CHECKING

from trading.signals.parameter_checks import check_bands, check_index, check_trend
from trading.signals.relative_strength_index import NEUTRAL, RESCALE, TINY

if TYPE_CHECKING:
    from collections.abc import Sequence


def relative_strength_index(prices_ticks: Sequence[float], period: int = 14) -> list[float]:
    """Answer with Wilder's RSI after each price, 0..100; NaN for the first ``period`` prices.

    Raises
    ------
    ConfigurationError
        The period is less than 1.
    """
    check_index(period)
    values = [nan] * min(period, len(prices_ticks))
    if len(prices_ticks) <= period:
        return values
    gain = loss = 0.0
    previous = prices_ticks[0]
    for price in prices_ticks[1 : period + 1]:
        change = price - previous
        previous = price
        if change > 0.0:
            gain += change / period
        else:
            loss -= change / period
    value = 100.0 * (gain / (gain + loss)) if gain + loss > 0.0 else NEUTRAL
    values.append(value)

    keep = (period - 1) / period
    for price in prices_ticks[period + 1 :]:
        change = price - previous
        previous = price
        gain *= keep
        loss *= keep
        if change:
            if change > 0.0:
                gain += change / period
            else:
                loss -= change / period
            value = 100.0 * (gain / (gain + loss))
        elif gain + loss < TINY:
            gain *= RESCALE
            loss *= RESCALE
        values.append(value)
    return values


def moving_average_convergence_divergence(
    prices_ticks: Sequence[float], fast_period: int = 12, slow_period: int = 26, signal_period: int = 9
) -> tuple[list[float], list[float]]:
    """Answer with Appel's MACD and its signal line after each price, both in ticks; NaN while warming up.

    Raises
    ------
    ConfigurationError
        A period is less than 1, or the fast one is not less than the slow one.
    """
    check_trend(fast_period, slow_period, signal_period)
    fast = _exponential_averages(prices_ticks, fast_period)
    slow = _exponential_averages(prices_ticks, slow_period)
    warming = min(slow_period - 1, len(prices_ticks))
    differences = [f - s for f, s in zip(fast[warming:], slow[warming:], strict=True)]
    signals = _exponential_averages(differences, signal_period)
    signals[: signal_period - 1] = [nan] * min(signal_period - 1, len(signals))
    return [nan] * warming + differences, [nan] * warming + signals


def _exponential_averages(values: Sequence[float], period: int) -> list[float]:
    """Average ever more values plainly up to ``period`` of them, and exponentially from then on."""
    averages: list[float] = []
    average = 0.0
    for seen, value in enumerate(values[:period], start=1):
        average += (value - average) * (1.0 / seen)
        averages.append(average)
    weight = 2.0 / (period + 1)
    for value in values[period:]:
        average += weight * (value - average)
        averages.append(average)
    return averages


def bollinger_bands(
    prices_ticks: Sequence[float], period: int = 20, width: float = 2.0
) -> tuple[list[float], list[float], list[float]]:
    """Answer with Bollinger's lower band, middle and upper band after each price, in ticks; NaN while warming up.

    Raises
    ------
    ConfigurationError
        The period is less than 2, or the width not a finite number above 0.
    """
    check_bands(period, width)
    warming = min(period - 1, len(prices_ticks))
    lower, middle, upper = [nan] * warming, [nan] * warming, [nan] * warming
    for start in range(0, len(prices_ticks) - period + 1, period):
        # The window that fills the ring exactly is summed anew; those that end within the next turn slide from it.
        anchor = prices_ticks[start]
        total = squares = 0.0
        for price in prices_ticks[start + 1 : start + period]:
            distance = price - anchor
            total += distance
            squares += distance * distance
        ends = range(start + period - 1, min(start + 2 * period - 1, len(prices_ticks)))
        for end in ends:
            if end >= start + period:
                price, removed = prices_ticks[end], prices_ticks[end - period]
                change = price - removed
                total += change
                squares += change * ((price - anchor) + (removed - anchor))
            mean = total / period
            variance = squares / period - mean * mean
            reach = width * sqrt(variance) if variance > 0.0 else 0.0
            centre = anchor + mean
            lower.append(centre - reach)
            middle.append(centre)
            upper.append(centre + reach)
    return lower, middle, upper
