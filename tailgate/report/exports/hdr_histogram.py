"""HdrHistogram's layout and its percentile output, the text that its plotters read (``.hgrm``).

A value is counted in the bin that its leading 11 binary digits name: three significant decimal digits at every size.
Only bins that were hit are kept, so a histogram of millions of latencies takes a few kilobytes.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

UNITS_PER_NS: Final = 10
"""Values are counted in tenths of a nanosecond, which is what the store keeps, and shown in nanoseconds."""
LARGEST: Final = 3_600_000_000_000 * UNITS_PER_NS
"""One hour; what is longer counts as that."""
SIGNIFICANT_DIGITS: Final = 3
TICKS_PER_HALF_DISTANCE: Final = 5

_SUB_BUCKET_BITS: Final = 11
SUB_BUCKETS: Final = 1 << _SUB_BUCKET_BITS
_HALF: Final = SUB_BUCKETS // 2
BUCKETS: Final = LARGEST.bit_length() - _SUB_BUCKET_BITS + 1


class HdrHistogram:
    """Counts of latencies by bin."""

    def __init__(self) -> None:
        self._indices = np.zeros(0, np.int64)
        self._counts = np.zeros(0, np.int64)

    def record(self, values_ns: NDArray[np.floating]) -> None:
        """Count values of any shape; what is below zero by the recorder's subtracted cost counts as zero."""
        units = np.rint(np.asarray(values_ns, np.float64).ravel() * UNITS_PER_NS)
        indices, counts = np.unique(_index(np.clip(units, 0, LARGEST).astype(np.int64)), return_counts=True)
        merged, places = np.unique(np.concatenate([self._indices, indices]), return_inverse=True)
        totals = np.zeros(len(merged), np.int64)
        np.add.at(totals, places, np.concatenate([self._counts, counts]))
        self._indices, self._counts = merged, totals

    @property
    def total(self) -> int:
        """How many values were counted."""
        return int(self._counts.sum())

    def percentile_output(self) -> str:
        """Return the table of percentiles and its three closing lines, nanoseconds."""
        lines = [f"{'Value':>12} {'Percentile':>14} {'TotalCount':>10} {'1/(1-Percentile)':>14}", ""]
        for value, percentile, count in self._percentiles():
            line = f"{value / UNITS_PER_NS:12.3f} {percentile / 100:.12f} {count:10d}"
            lines.append(line if percentile == 100 else f"{line} {1 / (1 - percentile / 100):14.2f}")  # noqa: PLR2004
        mean, deviation = self._moments()
        largest = self._highest()[-1] / UNITS_PER_NS if self.total else 0.0
        lines += [
            f"#[Mean    = {mean:12.3f}, StdDeviation   = {deviation:12.3f}]",
            f"#[Max     = {largest:12.3f}, Total count    = {self.total:12d}]",
            f"#[Buckets = {BUCKETS:12d}, SubBuckets     = {SUB_BUCKETS:12d}]",
        ]
        return "\n".join(lines) + "\n"

    def _percentiles(self) -> Iterator[tuple[int, float, int]]:
        """Yield value, percentile and count up to it; the steps halve with the distance that is left to 100 %."""
        if not self.total:
            return
        highest, counts = self._highest(), np.cumsum(self._counts)
        level = 0.0
        for value, count in zip(highest, counts, strict=True):
            is_last = count == counts[-1]
            while 100.0 * count / counts[-1] >= level:
                yield int(value), level, int(count)
                halves = int(math.log2(100 / (100 - level))) + 1
                level += 100 / (TICKS_PER_HALF_DISTANCE * 2**halves)
                if is_last:
                    break
        yield int(highest[-1]), 100.0, int(counts[-1])

    def _moments(self) -> tuple[float, float]:
        if not self.total:
            return 0.0, 0.0
        lowest, width = _bins(self._indices)
        middle = (lowest + width // 2) / UNITS_PER_NS
        mean = float(np.average(middle, weights=self._counts))
        return mean, math.sqrt(float(np.average((middle - mean) ** 2, weights=self._counts)))

    def _highest(self) -> NDArray[np.int64]:
        lowest, width = _bins(self._indices)
        return lowest + width - 1


def _index(units: NDArray[np.int64]) -> NDArray[np.int64]:
    """Name the bin of each value; exact below 2^53, and an hour in tenths of a nanosecond is less than 2^46."""
    digits = np.frexp(units.astype(np.float64))[1].astype(np.int64)
    bucket = np.maximum(digits - _SUB_BUCKET_BITS, 0)
    index: NDArray[np.int64] = bucket * _HALF + (units >> bucket)
    return index


def _bins(indices: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the lowest value and the width of each bin."""
    bucket = np.maximum(indices // _HALF - 1, 0)
    return (indices - bucket * _HALF) << bucket, np.int64(1) << bucket
