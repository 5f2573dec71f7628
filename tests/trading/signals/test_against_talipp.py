"""The indicators beside talipp's, which nobody here wrote, compared where the different warm-ups have settled."""

from __future__ import annotations

import random

import pytest
from talipp.indicators import BB, MACD, RSI

from trading.signals import over_lists

SETTLED = 400
"""After so many prices the difference in how averages are started has decayed below the tolerance."""


@pytest.fixture(params=range(5))
def prices(request: pytest.FixtureRequest) -> list[float]:
    generator = random.Random(request.param)
    walk = [10_000.0]
    for _ in range(1_500):
        walk.append(walk[-1] + generator.choice((-2.0, -1.0, 0.0, 1.0, 2.0)))
    return walk


def test_relative_strength_index(prices: list[float]) -> None:
    theirs = list(RSI(14, prices))[SETTLED:]
    assert over_lists.relative_strength_index(prices)[SETTLED:] == pytest.approx(theirs, rel=1e-9)


def test_moving_average_convergence_divergence(prices: list[float]) -> None:
    theirs = list(MACD(12, 26, 9, prices))[SETTLED:]
    macd, signal = over_lists.moving_average_convergence_divergence(prices)
    assert macd[SETTLED:] == pytest.approx([item.macd for item in theirs], abs=1e-8)
    assert signal[SETTLED:] == pytest.approx([item.signal for item in theirs], abs=1e-8)


def test_bollinger_bands(prices: list[float]) -> None:
    theirs = list(BB(20, 2.0, prices))[SETTLED:]
    lower, middle, upper = over_lists.bollinger_bands(prices)
    assert lower[SETTLED:] == pytest.approx([item.lb for item in theirs], rel=1e-12)
    assert middle[SETTLED:] == pytest.approx([item.cb for item in theirs], rel=1e-12)
    assert upper[SETTLED:] == pytest.approx([item.ub for item in theirs], rel=1e-12)
