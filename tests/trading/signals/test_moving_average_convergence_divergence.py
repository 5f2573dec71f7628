from __future__ import annotations

from math import isnan

import pytest

from trading.errors import ConfigurationError
from trading.signals import MovingAverageConvergenceDivergence


def run(prices: list[float], *periods: int) -> list[tuple[float, float]]:
    indicator = MovingAverageConvergenceDivergence(*periods)
    return [indicator.update(price) for price in prices]


def test_a_small_example_agrees_with_the_hand() -> None:
    # fast over 2: means 1.5, then weight 2/3; slow over 3: mean 2, then weight 1/2; signal over 2: mean, then 2/3.
    values = run([1.0, 2.0, 3.0, 5.0, 5.0], 2, 3, 2)
    fast = [2.5, 2.5 + 2.5 * 2 / 3]
    fast.append(fast[1] + (5 - fast[1]) * 2 / 3)
    slow = [2.0, 3.5, 4.25]
    differences = [f - s for f, s in zip(fast, slow, strict=True)]
    signal = sum(differences[:2]) / 2
    assert [value[0] for value in values[2:]] == pytest.approx(differences)
    assert values[3][1] == pytest.approx(signal)
    assert values[4][1] == pytest.approx(signal + (differences[2] - signal) * 2 / 3)


def test_values_appear_when_their_averages_are_whole() -> None:
    values = run([float(price) for price in range(50)])
    assert [isnan(macd) for macd, _ in values] == [True] * 25 + [False] * 25
    assert [isnan(signal) for _, signal in values] == [True] * 33 + [False] * 17


def test_a_standing_price_gives_exactly_nothing() -> None:
    assert run([100.1] * 60)[-1] == (0.0, 0.0)


def test_a_steady_rise_is_followed_at_the_difference_of_the_lags() -> None:
    # An exponential average over n lags a ramp by (n - 1) / 2 steps.
    macd, signal = run([float(price) for price in range(1_000)])[-1]
    assert macd == pytest.approx((26 - 12) / 2)
    assert signal == pytest.approx((26 - 12) / 2)


@pytest.mark.parametrize("periods", [(0, 26, 9), (12, 12, 9), (26, 12, 9), (12, 26, 0)])
def test_periods_without_sense_are_refused(periods: tuple[int, int, int]) -> None:
    with pytest.raises(ConfigurationError, match="give fast < slow"):
        MovingAverageConvergenceDivergence(*periods)
