from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.stats.mstats import hdquantiles

from tailgate.compare.quantiles import harrell_davis, order_statistic, summarise_profile, summarise_replays

if TYPE_CHECKING:
    import random

LATENCIES = arrays.arrays(np.float64, st.integers(1, 400), elements=st.floats(1, 1e9))


@pytest.mark.parametrize("probability", [0.01, 0.5, 0.9, 0.99, 0.999])
@pytest.mark.parametrize("size", [1, 2, 3, 1000, 4000])
def test_harrell_davis_agrees_with_scipy(size: int, probability: float) -> None:
    values = np.random.default_rng(size).lognormal(5, 1, size)
    expected = float(hdquantiles(values, [probability])[0]) if size > 1 else values[0]
    assert harrell_davis(values, probability) == pytest.approx(expected, rel=1e-9)


@given(LATENCIES, st.floats(0.01, 0.999), st.randoms(use_true_random=False))
def test_harrell_davis_lies_within_the_values_and_ignores_their_order(
    values: object, probability: float, order: random.Random
) -> None:
    assert isinstance(values, np.ndarray)
    estimate = harrell_davis(values, probability)
    assert values.min() * (1 - 1e-9) <= estimate <= values.max() * (1 + 1e-9)
    shuffled = values.tolist()
    order.shuffle(shuffled)
    assert harrell_davis(np.array(shuffled), probability) == estimate


def test_harrell_davis_leaves_its_argument_as_it_is() -> None:
    values = np.array([3.0, 1.0, 2.0])
    harrell_davis(values, 0.5)
    assert values.tolist() == [3.0, 1.0, 2.0]


@given(arrays.arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(1, 300)), elements=st.floats(0, 1e9)))
def test_the_order_statistic_is_numpys_inverted_distribution_function(values: object) -> None:
    assert isinstance(values, np.ndarray)
    for probability in (0.5, 0.9, 0.99, 0.999):
        expected = np.sort(values, axis=-1)[:, int(np.ceil(probability * values.shape[1])) - 1]
        assert order_statistic(values, probability).tolist() == expected.tolist()
    assert order_statistic(values, 0.5).tolist() == np.quantile(values, 0.5, axis=-1, method="inverted_cdf").tolist()


@pytest.mark.parametrize(
    ("size", "probability", "expected"),
    [(1000, 0.99, 989), (1000, 0.999, 998), (100, 0.99, 98), (4000, 0.999, 3995), (1, 0.99, 0), (3, 0.5, 1)],
)
def test_the_order_statistic_takes_the_rank_that_is_meant(size: int, probability: float, expected: int) -> None:
    assert order_statistic(np.arange(float(size))[::-1], probability) == expected


def test_a_profiles_quantiles_rise_to_its_maximum() -> None:
    quantiles = summarise_profile(np.random.default_rng(1).lognormal(5, 1, 2000))
    values = [quantiles.p50_ns, quantiles.p90_ns, quantiles.p99_ns, quantiles.p999_ns, quantiles.max_ns]
    assert values == sorted(values)


def test_replays_are_summarised_by_medians_over_replays_and_the_largest_of_all() -> None:
    latency = np.tile(np.arange(1.0, 1001.0), (5, 1))
    latency[0] *= 100
    quantiles = summarise_replays(latency)
    assert (quantiles.p50_ns, quantiles.p90_ns, quantiles.p99_ns, quantiles.p999_ns) == (500, 900, 990, 999)
    assert quantiles.max_ns == 100_000
