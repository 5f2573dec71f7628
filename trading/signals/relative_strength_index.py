"""Relative strength index of a stream of prices: prices in ticks in, 0..100 out.

J. Welles Wilder, "New Concepts in Technical Trading Systems", 1978, chapter VI.
"""

from __future__ import annotations

from math import nan

from trading.signals.parameter_checks import check_index

NEUTRAL = 50.0
"""The index of a price that has never moved, where Wilder's quotient is 0/0."""

TINY = 1e-200
RESCALE = 1e100
"""While the price stands still both averages shrink for ever and their quotient stays. Lifting both by the same factor,
once they are far below any price change, keeps the quotient and keeps them out of the denormal range, where the
quotient would decay and arithmetic is slow."""


class RelativeStrengthIndex:
    """Wilder's RSI, updated price by price.

    The first averages of gains and losses are the plain means of the first ``period`` price changes; from then on
    ``average = (average * (period - 1) + change) / period``. The index is ``100 * gain / (gain + loss)``, which equals
    Wilder's ``100 - 100 / (1 + gain / loss)`` and needs no exception for a stream without losses.

    Parameters
    ----------
    period
        Number of price changes that are averaged, at least 1.

    Raises
    ------
    ConfigurationError
        The period is less than 1.
    """

    __slots__ = ("_average_gain", "_average_loss", "_changes_missing", "_keep", "_period", "_previous_price", "_value")

    def __init__(self, period: int = 14) -> None:
        check_index(period)
        self._period = period
        self._keep = (period - 1) / period
        self._changes_missing = period
        self._previous_price = nan
        self._average_gain = 0.0
        self._average_loss = 0.0
        self._value = nan

    def update(self, price_ticks: float) -> float:
        """Take the next price.

        Parameters
        ----------
        price_ticks
            A finite price; a change of it is none, or far above 1e-300.

        Returns
        -------
        float
            The index, 0..100; NaN until ``period + 1`` prices were seen.
        """
        if self._changes_missing:
            return self._warm_up(price_ticks)
        change = price_ticks - self._previous_price
        self._previous_price = price_ticks
        keep = self._keep
        if change > 0.0:
            gain = self._average_gain = self._average_gain * keep + change / self._period
            loss = self._average_loss = self._average_loss * keep
        elif change < 0.0:
            gain = self._average_gain = self._average_gain * keep
            loss = self._average_loss = self._average_loss * keep - change / self._period
        else:
            self._decay(keep)
            return self._value
        value = self._value = 100.0 * (gain / (gain + loss))
        return value

    def _decay(self, keep: float) -> None:
        """Shrink both averages by the same factor: the price did not move, and the index does not either."""
        gain = self._average_gain * keep
        loss = self._average_loss * keep
        if gain + loss < TINY:
            gain *= RESCALE
            loss *= RESCALE
        self._average_gain = gain
        self._average_loss = loss

    def _warm_up(self, price_ticks: float) -> float:
        previous = self._previous_price
        self._previous_price = price_ticks
        if previous != previous:  # noqa: PLR0124 - NaN: this is the first price
            return nan
        change = price_ticks - previous
        if change > 0.0:
            self._average_gain += change / self._period
        else:
            self._average_loss -= change / self._period
        self._changes_missing -= 1
        if self._changes_missing:
            return nan
        total = self._average_gain + self._average_loss
        self._value = 100.0 * (self._average_gain / total) if total > 0.0 else NEUTRAL
        return self._value
