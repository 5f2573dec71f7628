"""The codec keeps every replay's distribution to 0.1 ns and the profile to float32, in little room."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from tailgate.store.distribution import (
    QUANTUM_NS,
    decode_distribution,
    decode_profile,
    encode_distribution,
    encode_profile,
)

LATENCIES = arrays(
    np.float64,
    array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=20),
    elements=st.floats(-1e3, 1e12, allow_nan=False),
)


@given(LATENCIES)
def test_each_replay_comes_back_sorted_and_within_half_a_quantum(latency_ns: np.ndarray) -> None:
    decoded = decode_distribution(encode_distribution(latency_ns))
    expected = np.sort(latency_ns, axis=1)
    assert decoded.shape == latency_ns.shape
    # Besides the quantum, values near 1e12 have float64's own rounding.
    assert np.all(np.abs(decoded - expected) <= QUANTUM_NS / 2 + np.abs(expected) * 1e-15 + 1e-9)


@given(LATENCIES)
def test_what_came_back_once_comes_back_the_same_for_ever(latency_ns: np.ndarray) -> None:
    once = decode_distribution(encode_distribution(latency_ns))
    assert np.array_equal(decode_distribution(encode_distribution(once)), once)


@given(arrays(np.float32, st.integers(0, 50), elements=st.floats(-100, 2.0**40, width=32)))
def test_a_float32_profile_comes_back_bit_for_bit(profile_ns: np.ndarray) -> None:
    decoded = decode_profile(encode_profile(profile_ns))
    assert decoded.dtype == np.float32
    assert np.array_equal(decoded, profile_ns)


@pytest.mark.parametrize("shape", [(0, 0), (0, 5), (3, 0), (1, 1), (4, 1)])
def test_degenerate_shapes_survive(shape: tuple[int, int]) -> None:
    decoded = decode_distribution(encode_distribution(np.full(shape, 12.5)))
    assert decoded.shape == shape
    assert np.all(decoded == 12.5)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300])
def test_values_that_are_no_latencies_are_refused(value: float) -> None:
    latency_ns = np.ones((2, 3))
    latency_ns[1, 1] = value
    with pytest.raises(ValueError, match="finite"):
        encode_distribution(latency_ns)


def test_other_dimensions_are_refused() -> None:
    with pytest.raises(ValueError, match="dimensions"):
        encode_distribution(np.ones(3))
    with pytest.raises(ValueError, match="one dimension"):
        encode_profile(np.ones((2, 3)))
    with pytest.raises(ValueError, match="not finite"):
        encode_profile(np.array([1.0, np.nan]))


@given(st.binary(max_size=60))
def test_random_bytes_are_an_error_and_never_a_distribution_of_nonsense(blob: bytes) -> None:
    with pytest.raises(ValueError, match=r"distribution|damaged"):
        decode_distribution(blob)


@given(st.integers(0, 199), st.integers(1, 255))
def test_a_flipped_byte_is_noticed_or_harmless(position: int, flip: int) -> None:
    latency_ns = np.random.default_rng(1).normal(200, 30, (4, 100))
    blob = bytearray(encode_distribution(latency_ns))
    blob[position % len(blob)] ^= flip
    try:
        decoded = decode_distribution(bytes(blob))
    except ValueError:
        return
    # The header's level byte of zlib is the only place whose change may go unnoticed.
    assert np.array_equal(decoded, decode_distribution(encode_distribution(latency_ns)))


def test_a_stepped_clock_costs_little_room() -> None:
    generator = np.random.default_rng(7)
    replays, operations, step_ns = 16, 4_000, 10.0
    true_ns = 100 * np.exp(generator.normal(0, 0.25, operations)) * np.ones((replays, 1))
    read_ns = np.floor((true_ns + generator.random((replays, operations)) * step_ns) / step_ns) * step_ns - 18.4
    blob = encode_distribution(read_ns)
    assert len(blob) < read_ns.nbytes / 100
    assert len(encode_profile(read_ns.mean(axis=0))) < operations * 4
