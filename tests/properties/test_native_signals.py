"""Each native form of the indicators equals the plain one: to the last bit, or by SIMD to what rounding explains."""

from __future__ import annotations

import random
from array import array
from math import isnan
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trading import native
from trading.records import BookUpdate
from trading.signals import (
    BollingerBands,
    ManySymbols,
    MovingAverageConvergenceDivergence,
    RelativeStrengthIndex,
    SignalEngine,
    over_lists,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

KERNELS = native.load("plain")
SIMD = [level for level in KERNELS.simd_levels() if level != "scalar"]
ROUNDING = 1e-9
"""What SIMD may differ by, as a share of the largest price; of 100 for the RSI."""

HALF_TICKS = st.integers(2, 2_000_000).map(lambda half_ticks: half_ticks / 2)
STANDING = st.sampled_from([100.0, 100.5, 101.0])
HOSTILE = st.floats(-1e9, 1e9)
PRICES = st.one_of([st.lists(prices, max_size=80) for prices in (HALF_TICKS, STANDING, HOSTILE)])
QUANTITIES = st.one_of(st.just(0), st.integers(0, 10**9))
UPDATES = st.lists(
    st.builds(BookUpdate, st.integers(0, 2**70), st.integers(0, 2**32), QUANTITIES, st.integers(0, 2**32), QUANTITIES),
    max_size=80,
)


@given(PRICES, st.integers(1, 20))
def test_the_relative_strength_index_agrees_to_the_bit(prices: list[float], period: int) -> None:
    plain, kernel = RelativeStrengthIndex(period), KERNELS.NativeRelativeStrengthIndex(period)
    assert repr([kernel.update(price) for price in prices]) == repr([plain.update(price) for price in prices])


@given(PRICES, st.integers(1, 8), st.integers(1, 8), st.integers(1, 8))
def test_macd_agrees_to_the_bit(prices: list[float], fast: int, further: int, signal: int) -> None:
    plain = MovingAverageConvergenceDivergence(fast, fast + further, signal)
    kernel = KERNELS.NativeMovingAverageConvergenceDivergence(fast, fast + further, signal)
    assert repr([kernel.update(price) for price in prices]) == repr([plain.update(price) for price in prices])


@given(PRICES, st.integers(2, 25), st.floats(0.1, 10.0))
def test_bollinger_bands_agree_to_the_bit(prices: list[float], period: int, width: float) -> None:
    plain, kernel = BollingerBands(period, width), KERNELS.NativeBollingerBands(period, width)
    assert repr([kernel.update(price) for price in prices]) == repr([plain.update(price) for price in prices])


@given(UPDATES)
def test_the_engine_agrees_to_the_bit(updates: list[BookUpdate]) -> None:
    periods = (3, 2, 4, 2, 5)
    plain = SignalEngine(RelativeStrengthIndex(3), MovingAverageConvergenceDivergence(2, 4, 2), BollingerBands(5, 2.0))
    kernel = KERNELS.NativeSignalEngine(*periods)
    for update in updates:
        ours, theirs = kernel.on_update(update), plain.on_update(update)
        assert type(ours) is type(theirs)
        assert repr(ours) == repr(theirs)


@given(PRICES, st.integers(1, 20), st.integers(1, 8), st.integers(2, 25))
def test_the_scalar_form_over_series_agrees_to_the_bit(prices: list[float], index: int, fast: int, band: int) -> None:
    scalar = KERNELS.NativeArrayIndicators("scalar")
    assert repr(list(scalar.relative_strength_index(prices, index))) == repr(
        over_lists.relative_strength_index(prices, index)
    )
    periods = (fast, fast + 3, 4)
    assert listed(scalar.moving_average_convergence_divergence(prices, *periods)) == repr(
        list(over_lists.moving_average_convergence_divergence(prices, *periods))
    )
    assert listed(scalar.bollinger_bands(prices, band)) == repr(list(over_lists.bollinger_bands(prices, band)))


def listed(results: Sequence[Sequence[float]]) -> str:
    return repr([list(values) for values in results])


def walk(seed: int, length: int, steps: Sequence[float]) -> list[float]:
    generator = random.Random(seed)
    prices = [generator.uniform(1.0, 1e4) // 0.5 * 0.5]
    while len(prices) < length:
        prices.append(prices[-1] + generator.choice(steps))
    return prices[:length]


STEPS = st.sampled_from(
    [(0.0, 0.5, -0.5), (0.0,) * 400 + (1.0, -1.0), (0.5, 1.0), (-3.0, 2.0), (0.1, -0.1, 3.7), (0.0,)]
)
WALKS = st.builds(walk, st.integers(0, 1_000), st.integers(0, 5_000), STEPS)
SHOCKED = st.builds(
    lambda prices, shock, at: [*prices[:at], shock, *prices[at:]], WALKS, HOSTILE, st.integers(0, 5_000)
)
LONG_PRICES = st.one_of(WALKS, SHOCKED, PRICES)


def assert_close(ours: Sequence[float], theirs: Sequence[float], bound: float) -> None:
    assert len(ours) == len(theirs)
    for position, (our, their) in enumerate(zip(ours, theirs, strict=True)):
        assert abs(our - their) <= bound or (isnan(our) and isnan(their)), position


def scale_of(prices: Sequence[float]) -> float:
    return max(map(abs, prices), default=0.0)


@pytest.mark.parametrize("level", SIMD)
@given(LONG_PRICES, st.integers(1, 40))
def test_the_relative_strength_index_by_simd_agrees_up_to_rounding(
    level: str, prices: list[float], period: int
) -> None:
    ours = KERNELS.NativeArrayIndicators(level).relative_strength_index(prices, period)
    assert_close(ours, over_lists.relative_strength_index(prices, period), 100 * ROUNDING)
    assert all(0.0 <= value <= 100.0 for value in ours if not isnan(value))


@pytest.mark.parametrize("level", SIMD)
@given(LONG_PRICES, st.integers(1, 40), st.integers(1, 40), st.integers(1, 40))
def test_macd_by_simd_agrees_up_to_rounding(
    level: str, prices: list[float], fast: int, further: int, signal: int
) -> None:
    periods = (fast, fast + further, signal)
    ours = KERNELS.NativeArrayIndicators(level).moving_average_convergence_divergence(prices, *periods)
    theirs = over_lists.moving_average_convergence_divergence(prices, *periods)
    for our, their in zip(ours, theirs, strict=True):
        assert_close(our, their, ROUNDING * scale_of(prices))


@pytest.mark.parametrize("level", SIMD)
@given(LONG_PRICES, st.integers(2, 300), st.floats(0.1, 10.0))
def test_bollinger_bands_by_simd_agree_up_to_rounding(
    level: str, prices: list[float], period: int, width: float
) -> None:
    lower, middle, upper = KERNELS.NativeArrayIndicators(level).bollinger_bands(prices, period, width)
    plain_lower, plain_middle, plain_upper = over_lists.bollinger_bands(prices, period, width)
    scale = scale_of(prices)
    assert_close(middle, plain_middle, ROUNDING * scale)
    # Rounding bears on the variance; where almost nothing is left of it, its root says more than either form knows.
    for ours, theirs in ((lower, plain_lower), (upper, plain_upper)):
        our_variance = [((band - centre) / width) ** 2 for band, centre in zip(ours, middle, strict=True)]
        their_variance = [((band - centre) / width) ** 2 for band, centre in zip(theirs, plain_middle, strict=True)]
        assert_close(our_variance, their_variance, ROUNDING * scale**2)


@pytest.mark.parametrize("level", SIMD)
@given(st.builds(walk, st.integers(0, 1_000), st.integers(0, 5_000), st.just((0.0, 0.5, -1.0, 0.5))))
def test_bollinger_bands_of_whole_and_half_ticks_have_the_same_width(level: str, prices: list[float]) -> None:
    ours = KERNELS.NativeArrayIndicators(level).bollinger_bands(prices)
    for our, their in zip(ours, over_lists.bollinger_bands(prices), strict=True):
        assert_close(our, their, 1e-12 * scale_of(prices))


@pytest.mark.parametrize("level", SIMD)
@pytest.mark.parametrize("steps", [(0.0, 0.5, -0.5), (0.0,) * 300 + (0.5, -0.5), (0.1, -0.1, 0.3)])
@pytest.mark.parametrize("first", [0, 1, 2, 3])
def test_lanes_that_are_longer_than_the_memory_of_an_average_agree_up_to_rounding(
    level: str, steps: tuple[float, ...], first: int
) -> None:
    prices = walk(7, 70_000, steps)
    prices[40_000] *= 1e6  # a slip of the finger, which every average must forget as the plain one does
    prices[50_000:56_000] = [prices[50_000]] * 6_000
    scale, prices = scale_of(prices), prices[first:]
    kernel = KERNELS.NativeArrayIndicators(level)
    ours, theirs = kernel.relative_strength_index(prices, 5), over_lists.relative_strength_index(prices, 5)
    assert_close(ours, theirs, 100 * ROUNDING)
    pairs = zip(
        kernel.moving_average_convergence_divergence(prices, 12, 26, 9),
        over_lists.moving_average_convergence_divergence(prices, 12, 26, 9),
        strict=True,
    )
    for our, their in pairs:
        assert_close(our, their, 1e-14 * scale)
    assert_close(kernel.bollinger_bands(prices)[1], over_lists.bollinger_bands(prices)[1], 1e-14 * scale)


@pytest.mark.parametrize("level", SIMD)
def test_a_price_that_stands_still_for_long_keeps_its_index_by_simd(level: str) -> None:
    for period in (1, 2, 14):
        prices = [100.0, 101.0, 100.5, 102.0] * 10 + [102.0] * 30_000 + [102.5] * 2_000 + [101.0, 104.0] * 500
        ours = KERNELS.NativeArrayIndicators(level).relative_strength_index(prices, period)
        assert_close(ours, over_lists.relative_strength_index(prices, period), 100 * ROUNDING)


@pytest.mark.parametrize("level", KERNELS.simd_levels())
@pytest.mark.parametrize("symbols", [1, 2, 7, 16, 33])
def test_many_symbols_agree_to_the_bit_at_every_level(level: str, symbols: int) -> None:
    steps = (0.0, 0.0, 0.5, -0.5, 0.1)
    walks = [[*walk(seed, 60, steps), *walk(seed + 99, 60, steps)] for seed in range(symbols - 1)]
    walks.append([102.0, 101.0] * 20 + [101.0] * 80)
    plain, kernel = ManySymbols(symbols), KERNELS.NativeManySymbols(symbols, level)
    for prices in zip(*walks, strict=True):
        theirs, ours = array("d", bytes(48 * symbols)), array("d", bytes(48 * symbols))
        plain.update_many(prices, theirs)
        kernel.update_many(array("d", prices), ours)
        assert repr(ours) == repr(theirs)


@pytest.mark.parametrize("level", KERNELS.simd_levels())
def test_of_many_symbols_one_that_stands_still_for_long_keeps_its_index(level: str) -> None:
    plain, kernel = ManySymbols(2), KERNELS.NativeManySymbols(2, level)
    theirs, ours = array("d", bytes(96)), array("d", bytes(96))
    for tick in range(14_000):
        prices = (100.0 + (tick % 3 if tick < 50 else 0.0), 100.0)
        plain.update_many(prices, theirs)
        kernel.update_many(prices, ours)
        assert repr(ours) == repr(theirs)
