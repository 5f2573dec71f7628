from __future__ import annotations

import random
from math import isnan
from statistics import fmean, pstdev

import pytest

from trading.errors import ConfigurationError
from trading.signals import BollingerBands


def test_a_small_example_agrees_with_the_hand() -> None:
    bands = BollingerBands(4, 2.0)
    values = [bands.update(price) for price in (2.0, 4.0, 4.0, 6.0, 10.0)]
    assert all(isnan(value) for triple in values[:3] for value in triple)
    assert values[3] == pytest.approx((4 - 2 * 2**0.5, 4, 4 + 2 * 2**0.5))
    assert values[4] == pytest.approx((6 - 2 * 6**0.5, 6, 6 + 2 * 6**0.5))


def test_a_standing_price_has_bands_without_width() -> None:
    bands = BollingerBands(20)
    for _ in range(100):
        values = bands.update(100.1)
    assert values == (100.1, 100.1, 100.1)


@pytest.mark.parametrize("base", [1e2, 1e6, 1e9])
def test_small_moves_on_a_high_price_keep_their_deviation(base: float) -> None:
    # The textbook formula on raw prices is wrong by whole units at 1e9.
    generator = random.Random(1)
    prices = [base + generator.randrange(8) * 0.125 for _ in range(1_000)]
    bands = BollingerBands(20, 2.0)
    for index, price in enumerate(prices):
        lower, middle, upper = bands.update(price)
        if index >= 19:
            window = prices[index - 19 : index + 1]
            assert middle == pytest.approx(fmean(window), rel=1e-15)
            assert upper - lower == pytest.approx(4 * pstdev(window), abs=4e-16 * base)


def test_a_crash_leaves_no_error_behind() -> None:
    prices = [100.1, 100.3] * 30 + [1e12] + [100.1, 100.3] * 30
    bands = BollingerBands(20)
    for price in prices:
        values = bands.update(price)
    assert values == pytest.approx((100.0, 100.2, 100.4), rel=1e-13)


def test_a_hundred_thousand_odd_prices_do_not_drift() -> None:
    generator = random.Random(2)
    bands = BollingerBands(20)
    prices = [100.0]
    for _ in range(100_000):
        prices.append(prices[-1] + generator.gauss(0.0, 0.1))
        values = bands.update(prices[-1])
    window = prices[-20:]
    reach = 2 * pstdev(window)
    assert values == pytest.approx((fmean(window) - reach, fmean(window), fmean(window) + reach), rel=1e-13)


@pytest.mark.parametrize("period", [1, 0, -5])
def test_a_period_below_two_is_refused(period: int) -> None:
    with pytest.raises(ConfigurationError, match="give at least 2"):
        BollingerBands(period)


@pytest.mark.parametrize("width", [0.0, -1.0, float("nan"), float("inf")])
def test_a_width_without_sense_is_refused(width: float) -> None:
    with pytest.raises(ConfigurationError, match="give a finite number above 0"):
        BollingerBands(20, width)
