"""Each incremental indicator equals a formula over all prices that is obviously right and slow, and its list form."""

from __future__ import annotations

from fractions import Fraction
from math import isnan, nan, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trading.signals import BollingerBands, MovingAverageConvergenceDivergence, RelativeStrengthIndex, over_lists

HALF_TICKS = st.integers(2, 2_000_000).map(lambda half_ticks: half_ticks / 2)
# Streams that stand still and streams that jump.
PRICES = st.one_of(
    st.lists(HALF_TICKS, min_size=1, max_size=80),
    st.lists(st.sampled_from([100.0, 100.5, 101.0]), min_size=1, max_size=80),
)


def exact(prices: list[float]) -> list[Fraction]:
    return [Fraction(price) for price in prices]


def relative_strength_index(prices: list[float], period: int) -> float:
    changes = [after - before for before, after in zip(exact(prices), exact(prices)[1:], strict=False)]
    if len(changes) < period:
        return nan
    gain = sum((max(change, Fraction(0)) for change in changes[:period]), Fraction(0)) / period
    loss = sum((max(-change, Fraction(0)) for change in changes[:period]), Fraction(0)) / period
    for change in changes[period:]:
        gain = (gain * (period - 1) + max(change, Fraction(0))) / period
        loss = (loss * (period - 1) + max(-change, Fraction(0))) / period
    return float(100 - 100 / (1 + gain / loss)) if loss else (100.0 if gain else 50.0)


def exponential_averages(values: list[Fraction], period: int) -> list[Fraction]:
    if len(values) < period:
        return []
    averages = [sum(values[:period], Fraction(0)) / period]
    weight = Fraction(2, period + 1)
    for value in values[period:]:
        averages.append(averages[-1] * (1 - weight) + value * weight)
    return averages


@given(PRICES, st.integers(2, 20))
def test_relative_strength_index(prices: list[float], period: int) -> None:
    indicator = RelativeStrengthIndex(period)
    for price in prices:
        value = indicator.update(price)
    assert value == pytest.approx(relative_strength_index(prices, period), abs=1e-9, nan_ok=True)


@given(PRICES, st.integers(1, 8), st.integers(1, 8), st.integers(1, 8))
def test_macd(prices: list[float], fast_period: int, further: int, signal_period: int) -> None:
    slow_period = fast_period + further
    indicator = MovingAverageConvergenceDivergence(fast_period, slow_period, signal_period)
    for price in prices:
        macd, signal = indicator.update(price)
    slow = exponential_averages(exact(prices), slow_period)
    fast = exponential_averages(exact(prices), fast_period)[-len(slow) :] if slow else []
    differences = [f - s for f, s in zip(fast, slow, strict=True)]
    signals = exponential_averages(differences, signal_period)
    assert macd == pytest.approx(float(differences[-1]) if differences else nan, abs=1e-6, nan_ok=True)
    assert signal == pytest.approx(float(signals[-1]) if signals else nan, abs=1e-6, nan_ok=True)


@given(PRICES, st.integers(2, 25))
def test_bollinger_bands(prices: list[float], period: int) -> None:
    indicator = BollingerBands(period, 2.0)
    for price in prices:
        lower, middle, upper = indicator.update(price)
    if len(prices) < period:
        assert isnan(lower)
        assert isnan(middle)
        assert isnan(upper)
        return
    window = exact(prices[-period:])
    mean = sum(window, Fraction(0)) / period
    reach = 2 * sqrt(sum(((price - mean) ** 2 for price in window), Fraction(0)) / period)
    assert middle == pytest.approx(float(mean), rel=1e-14)
    # A window of equal prices has exactly no width; any other one is wide enough for a relative measure.
    assert upper - middle == pytest.approx(reach, rel=1e-6, abs=1e-9)
    assert middle - lower == pytest.approx(reach, rel=1e-6, abs=1e-9)


ANY_PRICES = st.lists(st.floats(-1e9, 1e9), max_size=80)


@given(PRICES | ANY_PRICES, st.integers(1, 20))
def test_the_list_form_of_the_relative_strength_index_agrees_to_the_bit(prices: list[float], period: int) -> None:
    indicator = RelativeStrengthIndex(period)
    assert repr(over_lists.relative_strength_index(prices, period)) == repr([indicator.update(p) for p in prices])


@given(PRICES | ANY_PRICES, st.integers(1, 8), st.integers(1, 8), st.integers(1, 8))
def test_the_list_form_of_macd_agrees_to_the_bit(
    prices: list[float], fast_period: int, further: int, signal_period: int
) -> None:
    periods = (fast_period, fast_period + further, signal_period)
    indicator = MovingAverageConvergenceDivergence(*periods)
    pairs = zip(*over_lists.moving_average_convergence_divergence(prices, *periods), strict=True)
    assert repr(list(pairs)) == repr([indicator.update(price) for price in prices])


@given(PRICES | ANY_PRICES, st.integers(2, 25))
def test_the_list_form_of_bollinger_bands_agrees_to_the_bit(prices: list[float], period: int) -> None:
    indicator = BollingerBands(period)
    triples = zip(*over_lists.bollinger_bands(prices, period), strict=True)
    assert repr(list(triples)) == repr([indicator.update(price) for price in prices])
