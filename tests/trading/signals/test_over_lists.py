from __future__ import annotations

import random
from math import isnan
from typing import TYPE_CHECKING

import pytest

from trading.errors import ConfigurationError
from trading.signals import (
    BollingerBands,
    MovingAverageConvergenceDivergence,
    RelativeStrengthIndex,
    over_lists,
)

if TYPE_CHECKING:
    from trading.signals import ArrayIndicators

indicators: ArrayIndicators = over_lists


def test_many_ticks_that_mostly_stand_still_agree_with_the_tick_form() -> None:
    generator = random.Random(3)
    prices = [100.0]
    for _ in range(30_000):
        prices.append(prices[-1] + generator.choice((0.0, 0.0, 0.0, 0.5, -0.5)))
    prices += [prices[-1]] * 10_000
    index = RelativeStrengthIndex(14)
    assert repr(indicators.relative_strength_index(prices)) == repr([index.update(price) for price in prices])


@pytest.mark.parametrize("count", [0, 1, 13, 14, 15, 19, 20, 21, 34])
def test_each_result_has_one_value_a_price(count: int) -> None:
    prices = [float(price) for price in range(count)]
    index = indicators.relative_strength_index(prices)
    macd, signal = indicators.moving_average_convergence_divergence(prices)
    bands = indicators.bollinger_bands(prices)
    assert {len(values) for values in (index, macd, signal, *bands)} == {count}
    for values, warming in ((index, 14), (macd, 25), (signal, 33), *((band, 19) for band in bands)):
        assert [isnan(value) for value in values] == [position < warming for position in range(count)]


def test_parameters_are_checked_as_in_the_tick_form() -> None:
    with pytest.raises(ConfigurationError, match="RSI"):
        indicators.relative_strength_index([], 0)
    with pytest.raises(ConfigurationError, match="MACD"):
        indicators.moving_average_convergence_divergence([], 12, 12)
    with pytest.raises(ConfigurationError, match="Bollinger"):
        indicators.bollinger_bands([], 1)


def test_prices_may_be_any_sequence() -> None:
    prices = tuple(float(price % 7) for price in range(50))
    trend, bands = MovingAverageConvergenceDivergence(), BollingerBands()
    assert repr(list(zip(*indicators.moving_average_convergence_divergence(prices), strict=True))) == repr(
        [trend.update(price) for price in prices]
    )
    assert repr(list(zip(*indicators.bollinger_bands(prices), strict=True))) == repr(
        [bands.update(price) for price in prices]
    )
