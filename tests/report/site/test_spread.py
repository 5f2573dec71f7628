"""The curves of the chart in HdrHistogram's scale are quantiles of what was measured."""

from __future__ import annotations

import numpy as np
import pytest

from tailgate.records import BenchmarkId, Conditions, Leg, Measurement, Side
from tailgate.report.site import SpreadCollector
from tailgate.report.site.spread import shares_of
from tests.report.site.sites import FINGERPRINT, START


def measurement(latency_ns: np.ndarray, round_number: int = 1) -> Measurement:
    conditions = Conditions(1, 1.0, 0.0)
    return Measurement(
        BenchmarkId("a.b"), Side.CANDIDATE, "c" * 40, round_number, START, FINGERPRINT, conditions, latency_ns, 0.0, 1.0
    )


def test_both_legs_are_quantiles() -> None:
    latency = np.arange(1.0, 4_001.0).reshape(4, 1_000)
    collector = SpreadCollector()
    collector.add(measurement(latency), latency.min(axis=0))
    intrinsic, raw = collector.spreads()
    assert (intrinsic.leg, raw.leg) == (Leg.INTRINSIC, Leg.RAW)
    middle = int(np.argmin(np.abs(raw.shares - 0.9)))
    assert raw.latency_ns[middle] == pytest.approx(np.quantile(latency, raw.shares[middle]))
    assert intrinsic.latency_ns[-1] == pytest.approx(1_000, rel=0.01)


def test_one_disturbed_process_bends_no_intrinsic_curve() -> None:
    collector = SpreadCollector()
    for number, factor in enumerate((1.0, 1.0, 50.0)):
        latency = np.full((2, 100), 10.0 * factor)
        collector.add(measurement(latency, number + 1), latency.min(axis=0))
    intrinsic, raw = collector.spreads()
    assert float(intrinsic.latency_ns.max()) == 10.0
    assert float(raw.latency_ns.max()) == 500.0


@pytest.mark.parametrize("count", [1, 2, 1_000, 1_000_000])
def test_shares_rise_evenly_in_nines_and_stay_below_one(count: int) -> None:
    shares = shares_of(count)
    assert shares[0] == 0.0
    assert shares[-1] < 1.0
    steps = np.diff(-np.log10(1 - shares))
    assert steps.min() > 0
    assert steps.max() == pytest.approx(steps.min())
