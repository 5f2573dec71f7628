from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.trading.legal_flags import resolved
from trading import assembly, native
from trading.errors import ConfigurationError
from trading.records import BookUpdate
from trading.signals import (
    BollingerBands,
    ManySymbols,
    MovingAverageConvergenceDivergence,
    RelativeStrengthIndex,
    over_lists,
)

if TYPE_CHECKING:
    from collections.abc import Callable

KERNELS = native.load("plain")
LEVELS = KERNELS.simd_levels()
PRICES = [float(100 + price * price % 23) for price in range(700)]


@pytest.mark.parametrize(
    ("plain", "kernel", "parameters"),
    [
        (RelativeStrengthIndex, KERNELS.NativeRelativeStrengthIndex, (0,)),
        (RelativeStrengthIndex, KERNELS.NativeRelativeStrengthIndex, (-(2**70),)),
        (MovingAverageConvergenceDivergence, KERNELS.NativeMovingAverageConvergenceDivergence, (12, 12, 9)),
        (MovingAverageConvergenceDivergence, KERNELS.NativeMovingAverageConvergenceDivergence, (0, 2, 9)),
        (MovingAverageConvergenceDivergence, KERNELS.NativeMovingAverageConvergenceDivergence, (1, 2, 0)),
        (BollingerBands, KERNELS.NativeBollingerBands, (1,)),
        (BollingerBands, KERNELS.NativeBollingerBands, (20, 0)),
        (BollingerBands, KERNELS.NativeBollingerBands, (20, float("nan"))),
        (BollingerBands, KERNELS.NativeBollingerBands, (20, float("inf"))),
        (ManySymbols, KERNELS.NativeManySymbols, (0,)),
        (over_lists.relative_strength_index, KERNELS.NativeArrayIndicators().relative_strength_index, (PRICES, 0)),
        (
            over_lists.moving_average_convergence_divergence,
            KERNELS.NativeArrayIndicators().moving_average_convergence_divergence,
            (PRICES, 3, 2, 1),
        ),
        (over_lists.bollinger_bands, KERNELS.NativeArrayIndicators().bollinger_bands, (PRICES, 20, -1.0)),
    ],
)
def test_parameters_without_sense_are_refused_with_the_words_of_the_reference(
    plain: Callable[..., object], kernel: Callable[..., object], parameters: tuple[Any, ...]
) -> None:
    with pytest.raises(ConfigurationError) as theirs:
        plain(*parameters)
    with pytest.raises(ConfigurationError) as ours:
        kernel(*parameters)
    assert str(ours.value) == str(theirs.value)


def test_a_window_beyond_all_memory_is_refused_by_a_memory_error() -> None:
    with pytest.raises(MemoryError):
        KERNELS.NativeBollingerBands(2**62)


def test_what_is_no_book_update_is_refused() -> None:
    with pytest.raises(TypeError, match="BookUpdate expected"):
        KERNELS.NativeSignalEngine().on_update((1, 2))  # type: ignore[arg-type]


def test_a_signal_carries_the_very_time_of_its_update() -> None:
    time_ns = 2**70
    assert KERNELS.NativeSignalEngine().on_update(BookUpdate(time_ns, 1, 1, 2, 1)).time_ns is time_ns


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    "prices",
    [
        tuple(PRICES),
        [int(price) for price in PRICES],
        array("d", PRICES),
        array("f", PRICES),
        array("q", [int(price) for price in PRICES]),
        memoryview(array("d", PRICES)),
        np.array(PRICES),
        np.array(PRICES, dtype=">f8"),
        np.array(PRICES, dtype=np.float32),
        np.repeat(PRICES, 2)[::2],
    ],
    ids=lambda prices: f"{type(prices).__name__}-{getattr(prices, 'dtype', getattr(prices, 'typecode', ''))}",
)
def test_prices_may_be_any_buffer_and_any_sequence(level: str, prices: Any) -> None:
    indicators = KERNELS.NativeArrayIndicators(level)
    expected = over_lists.relative_strength_index(PRICES)
    assert list(indicators.relative_strength_index(prices)) == pytest.approx(expected, nan_ok=True, rel=1e-12)


def test_results_are_arrays_that_numpy_reads_without_a_copy() -> None:
    values: Any = KERNELS.NativeArrayIndicators("best").relative_strength_index(PRICES)
    view = np.asarray(values)
    values[0] = 7.0
    assert view[0] == 7.0


@pytest.mark.parametrize("prices", [None, 7, "prices", ["7"], np.ones((3, 3)), [1.0, None]])
def test_what_is_no_series_of_numbers_is_a_type_error(prices: Any) -> None:
    with pytest.raises(TypeError):
        KERNELS.NativeArrayIndicators().relative_strength_index(prices)


def test_an_error_of_a_number_comes_through() -> None:
    class Unwilling:
        def __float__(self) -> float:
            raise ZeroDivisionError

    prices: Any = [1.0, Unwilling()]
    for level in LEVELS:
        with pytest.raises(ZeroDivisionError):
            KERNELS.NativeArrayIndicators(level).bollinger_bands(prices)


def test_a_level_that_the_processor_lacks_is_refused_and_the_others_are_named() -> None:
    assert LEVELS[0] == "scalar"
    with pytest.raises(ConfigurationError, match=r'the SIMD level is "neon"; this processor has scalar'):
        KERNELS.NativeArrayIndicators("neon")
    for level in {"scalar", "avx2", "avx512"} - set(LEVELS):
        with pytest.raises(ConfigurationError, match=f'the SIMD level is "{level}"'):
            KERNELS.NativeManySymbols(1, level)


@pytest.mark.parametrize("build", [ManySymbols, KERNELS.NativeManySymbols])
def test_columns_of_another_length_are_refused(build: Callable[[int], Any]) -> None:
    with pytest.raises(ValueError, match="2 prices for 3 symbols"):
        build(3).update_many(array("d", [1.0, 2.0]), array("d", bytes(8 * 18)))
    with pytest.raises(ValueError, match="room for 17 values of 3 symbols"):
        build(3).update_many(array("d", [1.0, 2.0, 3.0]), array("d", bytes(8 * 17)))


def test_values_of_many_symbols_go_into_a_writable_buffer_of_doubles_only() -> None:
    many: Any = KERNELS.NativeManySymbols(1)
    with pytest.raises(TypeError, match="a writable buffer of doubles"):
        many.update_many([1.0], array("f", bytes(4 * 6)))
    with pytest.raises(BufferError):
        many.update_many([1.0], bytes(48))
    columns = np.zeros((6, 1))
    many.update_many([1.0], columns)
    assert np.isnan(columns).all()


def test_the_assembly_builds_what_the_flags_ask_for() -> None:
    scalar, simd = resolved(["native-core"]), resolved(["simd-indicators"])
    for flags in (scalar, simd):
        assert type(assembly.build_relative_strength_index(flags)) is KERNELS.NativeRelativeStrengthIndex
        assert type(assembly.build_signals(flags)) is KERNELS.NativeSignalEngine
        assert type(assembly.build_array_indicators(flags)) is KERNELS.NativeArrayIndicators
        assert type(assembly.build_many_symbols(3, flags)) is KERNELS.NativeManySymbols
    levels = [getattr(assembly.build_array_indicators(flags), "level", None) for flags in (scalar, simd)]
    assert levels == ["scalar", LEVELS[-1]]
    assert assembly.build_array_indicators(resolved([])) is over_lists
    assert type(assembly.build_many_symbols(3, resolved([]))) is ManySymbols
