"""Moving average convergence divergence of a stream of prices: prices in ticks in, (MACD, signal line) in ticks out.

Gerald Appel, "The Moving Average Convergence-Divergence Trading Method", 1979.
"""

from __future__ import annotations

from math import nan

from trading.signals.parameter_checks import check_trend

_WARMING = (nan, nan)


class MovingAverageConvergenceDivergence:
    """Appel's MACD: a fast less a slow exponential average of the price, and an exponential average of the difference.

    An exponential average over ``n`` values has the weight ``2 / (n + 1)`` and starts as the plain mean of the first
    ``n`` values: of the first prices for the two averages, of the first differences for the signal line.

    Parameters
    ----------
    fast_period, slow_period, signal_period
        Numbers of values, each at least 1, fast less than slow.

    Raises
    ------
    ConfigurationError
        A period is less than 1, or the fast one is not less than the slow one.
    """

    __slots__ = (
        "_fast",
        "_fast_period",
        "_fast_weight",
        "_is_warm",
        "_seen",
        "_signal",
        "_signal_period",
        "_signal_weight",
        "_slow",
        "_slow_period",
        "_slow_weight",
    )

    def __init__(self, fast_period: int = 12, slow_period: int = 26, signal_period: int = 9) -> None:
        check_trend(fast_period, slow_period, signal_period)
        self._fast_period = fast_period
        self._slow_period = slow_period
        self._signal_period = signal_period
        self._fast_weight = 2.0 / (fast_period + 1)
        self._slow_weight = 2.0 / (slow_period + 1)
        self._signal_weight = 2.0 / (signal_period + 1)
        self._fast = 0.0
        self._slow = 0.0
        self._signal = 0.0
        self._seen = 0
        self._is_warm = False

    def update(self, price_ticks: float) -> tuple[float, float]:
        """Take the next price.

        Parameters
        ----------
        price_ticks
            A finite price.

        Returns
        -------
        tuple of float
            The MACD (NaN for the first ``slow_period - 1`` prices) and its signal line (NaN for ``signal_period - 1``
            further ones), both in ticks.
        """
        if not self._is_warm:
            return self._warm_up(price_ticks)
        # Adding a share of the distance, rather than mixing two products, keeps a standing price exactly in place.
        fast = self._fast
        fast += self._fast_weight * (price_ticks - fast)
        self._fast = fast
        slow = self._slow
        slow += self._slow_weight * (price_ticks - slow)
        self._slow = slow
        difference = fast - slow
        signal = self._signal
        signal += self._signal_weight * (difference - signal)
        self._signal = signal
        return difference, signal

    def _warm_up(self, price_ticks: float) -> tuple[float, float]:
        self._seen += 1
        self._fast = _grow(self._fast, price_ticks, self._seen, self._fast_period, self._fast_weight)
        self._slow = _grow(self._slow, price_ticks, self._seen, self._slow_period, self._slow_weight)
        differences_seen = self._seen - self._slow_period + 1
        if differences_seen < 1:
            return _WARMING
        difference = self._fast - self._slow
        self._signal = _grow(self._signal, difference, differences_seen, self._signal_period, self._signal_weight)
        if differences_seen < self._signal_period:
            return difference, nan
        self._is_warm = True
        return difference, self._signal


def _grow(average: float, value: float, seen: int, period: int, weight: float) -> float:
    """Take the ``seen``-th value: a plain mean up to ``period`` of them, an exponential average from then on."""
    return average + (value - average) * (1.0 / seen if seen <= period else weight)
