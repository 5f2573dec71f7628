"""Bollinger bands of a stream of prices: prices in ticks in, (lower, middle, upper) in ticks out.

John Bollinger, "Bollinger on Bollinger Bands", 2001: the middle is the mean of the last ``period`` prices, the bands
lie ``width`` standard deviations of the same prices (divisor ``period``) below and above it.
"""

from __future__ import annotations

from math import nan, sqrt

from trading.signals.parameter_checks import check_bands

_WARMING = (nan, nan, nan)


class BollingerBands:
    """Bollinger's bands in constant time a price, without the cancellation of the textbook formula.

    ``E[x²] - E[x]²`` of raw prices is wrong by 1e-7 at prices near 100, and sums that are only ever added to and
    subtracted from drift. Here the sums are of distances from an anchor price near the window, and a second pair of
    sums, of the prices since the last turn of the ring buffer, takes over each time the ring has turned: by then it
    covers exactly the window, with a new anchor. So no rounding error outlives two windows, and no price pays for a
    recomputation. For prices that are whole or half ticks all sums are exact.

    Parameters
    ----------
    period
        Number of prices in the window, at least 2.
    width
        Distance of each band from the middle in standard deviations, more than 0.

    Raises
    ------
    ConfigurationError
        A parameter is out of its range.
    """

    __slots__ = (
        "_anchor",
        "_is_warm",
        "_next",
        "_next_anchor",
        "_next_squares",
        "_next_sum",
        "_period",
        "_squares",
        "_sum",
        "_width",
        "_window",
    )

    def __init__(self, period: int = 20, width: float = 2.0) -> None:
        check_bands(period, width)
        self._period = period
        self._width = width
        self._window = [0.0] * period
        self._next = 0
        self._is_warm = False
        self._anchor = 0.0
        self._sum = 0.0
        self._squares = 0.0
        self._next_anchor = 0.0
        self._next_sum = 0.0
        self._next_squares = 0.0

    def update(self, price_ticks: float) -> tuple[float, float, float]:
        """Take the next price.

        Parameters
        ----------
        price_ticks
            A finite price.

        Returns
        -------
        tuple of float
            Lower band, middle and upper band in ticks; NaN for the first ``period - 1`` prices.
        """
        index = self._next
        window = self._window
        removed = window[index]
        window[index] = price_ticks
        if index:
            distance = price_ticks - self._next_anchor
            self._next_sum += distance
            self._next_squares += distance * distance
        else:
            self._next_anchor = price_ticks
            self._next_sum = 0.0
            self._next_squares = 0.0

        period = self._period
        index += 1
        if index == period:
            # The ring has turned: the second sums cover the window that ends with this price.
            self._next = 0
            self._is_warm = True
            anchor = self._anchor = self._next_anchor
            total = self._sum = self._next_sum
            squares = self._squares = self._next_squares
        else:
            self._next = index
            if not self._is_warm:
                return _WARMING
            anchor = self._anchor
            change = price_ticks - removed
            total = self._sum = self._sum + change
            # a² - b² as (a - b)(a + b)
            squares = self._squares = self._squares + change * ((price_ticks - anchor) + (removed - anchor))

        mean = total / period
        variance = squares / period - mean * mean
        # Rounding may leave a variance of nothing slightly below zero.
        reach = self._width * sqrt(variance) if variance > 0.0 else 0.0
        middle = anchor + mean
        return middle - reach, middle, middle + reach
