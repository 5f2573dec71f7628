from __future__ import annotations

from math import isnan

import pytest

from trading.errors import ConfigurationError
from trading.signals import RelativeStrengthIndex

# Prices and results of the worked example of StockCharts' ChartSchool for Wilder's RSI over 14 periods.
PRICES = [
    44.3389, 44.0902, 44.1497, 43.6124, 44.3278, 44.8264, 45.0955, 45.4245, 45.8433, 46.0826, 45.8931, 46.0328,
    45.6140, 46.2820, 46.2820, 46.0028, 46.0328, 46.4116, 46.2222, 45.6439, 46.2122, 46.2521, 45.7137, 46.4515,
    45.7835, 45.3548, 44.0288, 44.1783, 44.2181, 44.5672, 43.4205, 42.6628, 43.1314,
]  # fmt: skip
INDICES = [
    70.53, 66.32, 66.55, 69.41, 66.36, 57.97, 62.93, 63.26, 56.06, 62.38, 54.71, 50.42, 39.99, 41.46, 41.87, 45.46,
    37.30, 33.08, 37.77,
]  # fmt: skip


def run(prices: list[float], period: int = 14) -> list[float]:
    index = RelativeStrengthIndex(period)
    return [index.update(price) for price in prices]


def test_the_worked_example_is_reproduced() -> None:
    values = run(PRICES)
    assert all(isnan(value) for value in values[:14])
    assert values[14:] == pytest.approx(INDICES, abs=0.01)


def test_only_gains_give_100() -> None:
    assert run([1.0, 2.0, 3.0, 4.0], period=2)[2:] == [100.0, 100.0]


def test_only_losses_give_0() -> None:
    assert run([4.0, 3.0, 2.0, 1.0], period=2)[2:] == [0.0, 0.0]


def test_a_price_that_never_moved_is_neutral() -> None:
    assert run([5.0] * 6, period=3)[3:] == [50.0] * 3


def test_the_first_move_after_standing_still_is_all_there_is() -> None:
    assert run([5.0] * 6 + [6.0], period=3)[-1] == 100.0
    assert run([5.0] * 6 + [4.0], period=3)[-1] == 0.0


def test_a_price_that_stands_still_for_long_keeps_the_index() -> None:
    index = RelativeStrengthIndex(3)
    for price in (10.0, 12.0, 11.0, 13.0):
        before = index.update(price)
    for _ in range(10_000):
        assert index.update(13.0) == before
    # The averages have not sunk into the denormal range, where they would lose their quotient.
    assert index._average_gain / (index._average_gain + index._average_loss) == pytest.approx(before / 100, rel=1e-10)
    assert index.update(12.0) == pytest.approx(0.0, abs=1e-90)


def test_a_period_of_one_sees_the_last_change_only() -> None:
    assert run([1.0, 2.0, 1.0, 1.0, 3.0], period=1)[1:] == [100.0, 0.0, 0.0, 100.0]


def test_a_period_below_one_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="give at least 1"):
        RelativeStrengthIndex(0)
