"""The histogram and its percentile output are those of the package hdrhistogram, which nobody here wrote."""

from __future__ import annotations

import io
import math
import re
from typing import Any

import numpy as np
import pytest
from hdrh import histogram as hdrh_module
from hdrh.histogram import HdrHistogram as Reference
from hdrh.iterators import PercentileIterator
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tailgate.report.exports.hdr_histogram import LARGEST, UNITS_PER_NS, HdrHistogram

Values = NDArray[np.float64]


class WholeHalves(PercentileIterator):  # type: ignore[misc] # hdrhistogram has no types
    """Steps of the original in Java and the port in C: a whole number of halvings, which Python's lacks."""

    def increment_iteration_level(self) -> None:
        self.percentile_to_iterate_from = self.percentile_to_iterate_to
        gap = 100.0 - self.percentile_to_iterate_to
        if gap:
            halves = int(math.log(100 / gap) / math.log(2)) + 1
            self.percentile_to_iterate_to += 100.0 / (self.percentile_ticks_per_half_distance * 2**halves)


def reference(values_ns: Values) -> Any:
    histogram = Reference(1, LARGEST, 3)
    for value in np.rint(values_ns.ravel() * UNITS_PER_NS).astype(np.int64):
        assert histogram.record_value(max(int(value), 0))
    return histogram


def written_by_reference(values_ns: Values, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(hdrh_module, "PercentileIterator", WholeHalves)
    stream = io.BytesIO()
    reference(values_ns).output_percentile_distribution(stream, UNITS_PER_NS)
    return stream.getvalue().decode().splitlines()


def ours(values_ns: Values) -> list[str]:
    histogram = HdrHistogram()
    histogram.record(values_ns)
    return histogram.percentile_output().splitlines()


def samples(seed: int, size: int) -> Values:
    generator = np.random.default_rng(seed)
    return np.round(generator.lognormal(5, 1.5, size), 1)


@pytest.mark.parametrize(("seed", "size"), [(1, 1), (2, 2), (3, 7), (4, 100), (5, 4_000), (6, 30_000)])
def test_the_table_is_the_one_that_hdrhistogram_writes(seed: int, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    values = samples(seed, size)
    mine, theirs = ours(values), written_by_reference(values, monkeypatch)
    assert [line for line in mine if not line.startswith("#")] == [line for line in theirs if not line.startswith("#")]
    assert mine[-1] == theirs[-1]


def test_the_closing_lines_are_its_moments(monkeypatch: pytest.MonkeyPatch) -> None:
    values = samples(7, 5_000)
    histogram = reference(values)
    closing = "\n".join(ours(values)[-3:-1])
    mean, deviation, largest, total = map(float, re.findall(r"= +([\d.]+)", closing))
    assert mean == pytest.approx(histogram.get_mean_value() / UNITS_PER_NS, abs=6e-4)
    # Its writer leaves the deviation unscaled, the original scales it as it does the mean.
    assert deviation == pytest.approx(histogram.get_stddev() / UNITS_PER_NS, abs=6e-4)
    assert largest == pytest.approx(histogram.get_max_value() / UNITS_PER_NS, abs=6e-4)
    assert total == 5_000


@given(st.lists(st.integers(0, LARGEST), min_size=1, max_size=40))
def test_every_line_is_the_reference_value_at_that_percentile(units: list[int]) -> None:
    values = np.array(units, np.float64) / UNITS_PER_NS
    histogram = reference(values)
    rows = [line.split() for line in ours(values)[2:-3]]
    for row in rows:
        shown, percentile, count = float(row[0]), float(row[1]), int(row[2])
        # Its lookup rounds a rank to the nearest whole; so does ours where the rank is one.
        assert count >= percentile * len(units) - 1e-6
        value = histogram.get_highest_equivalent_value(round(shown * UNITS_PER_NS))
        assert value == round(shown * UNITS_PER_NS)
        assert count == sum(histogram.get_highest_equivalent_value(unit) <= value for unit in units)
    assert rows[-1][1:] == ["1.000000000000", str(len(units))]
    assert float(rows[-1][0]) == pytest.approx(histogram.get_max_value() / UNITS_PER_NS, abs=6e-4)


def test_recording_in_parts_is_recording_at_once() -> None:
    values = samples(8, 999)
    parts = HdrHistogram()
    for part in np.split(values, [1, 50, 500]):
        parts.record(part.reshape(1, -1))
    assert parts.percentile_output().splitlines() == ours(values)


def test_what_is_below_zero_counts_as_zero_and_an_hour_is_the_end() -> None:
    lines = ours(np.array([-3.0, 1e30]))
    assert lines[2].split()[:3] == ["0.000", "0.000000000000", "1"]
    assert lines[-2].endswith("2]")
    assert float(lines[-4].split()[0]) == pytest.approx(3.6e12, rel=1e-3)


def test_nothing_recorded_is_a_table_without_lines() -> None:
    assert len(HdrHistogram().percentile_output().splitlines()) == 5
