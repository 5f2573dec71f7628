from __future__ import annotations

import math
from datetime import UTC, datetime

import numpy as np
import pytest

from tailgate.compare import Pair, latency_metrics, read_pair, throughput_metric
from tailgate.flag_records import Metric
from tailgate.records import BenchmarkId, Conditions, Fingerprint, Measurement, Side

FINGERPRINT = Fingerprint("host", "a CPU", 2, "6.1", "3.11.2", "gcc 12", "0.1.0", "native", "deployed")


def measurement(side: Side, latency_ns: np.ndarray, number: int) -> Measurement:
    return Measurement(
        BenchmarkId("a.b"),
        side,
        "c" * 40,
        number,
        datetime.now(UTC),
        FINGERPRINT,
        Conditions(0, 1.0, 0.0),
        latency_ns,
        0.0,
        10.0,
    )


def pairs(factor: float, operations: int = 1_000, level_ns: float = 5_000.0) -> list[Pair]:
    generator = np.random.default_rng(3)
    found = []
    for number in range(1, 7):
        profile = level_ns * (1 + generator.gamma(2, 0.2, operations))
        noise = [1 + 0.01 * generator.standard_normal((20, operations)) for _ in Side]
        found.append(
            read_pair(
                measurement(Side.BASELINE, profile * noise[0], number),
                measurement(Side.CANDIDATE, factor * profile * noise[1], number),
            )
        )
    return found


def test_twice_as_slow_is_twice_in_every_latency_and_half_in_throughput() -> None:
    found = {estimate.metric: estimate for estimate in latency_metrics(pairs(2.0))}
    assert set(found) == {Metric.P50, Metric.P99, Metric.P999, Metric.RAW_P99, Metric.RAW_P999, Metric.THROUGHPUT}
    for metric, estimate in found.items():
        expected = 0.5 if metric is Metric.THROUGHPUT else 2.0
        assert math.exp(estimate.effect.log_location) == pytest.approx(expected, rel=0.02)
        assert estimate.candidate / estimate.baseline == pytest.approx(expected, rel=0.02)
        assert len(estimate.effect.log_ratios) == 6
    assert found[Metric.THROUGHPUT].baseline == pytest.approx(1e9 / (5_000 * 1.4), rel=0.02)
    assert "derived" in found[Metric.THROUGHPUT].tool


def test_whole_calls_have_a_throughput_only_even_slower_than_one_a_second() -> None:
    (estimate,) = throughput_metric(pairs(0.25, operations=1, level_ns=4e9))
    assert estimate.metric is Metric.THROUGHPUT
    assert math.exp(estimate.effect.log_location) == pytest.approx(4.0, rel=0.05)
    assert 0.05 < estimate.baseline < 0.3


def test_operations_that_read_as_nothing_have_a_finite_ratio() -> None:
    nothing = [
        read_pair(
            measurement(Side.BASELINE, np.full((10, 1_000), -3.0), 1),
            measurement(Side.CANDIDATE, np.full((10, 1_000), 40.0), 1),
        )
    ]
    for estimate in latency_metrics(nothing):
        assert math.isfinite(estimate.effect.log_location)
