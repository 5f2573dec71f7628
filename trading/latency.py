"""Latencies of calls in constant memory: durations in nanoseconds come in, quantiles go out.

A histogram whose classes grow with the value, 64 to a doubling, so that a quantile is at most 1.6 % too high. What is
measured contains one reading of the clock and one call of a wrapper: it tells people where time goes, and is no
substitute for the recorder of the benchmark suite.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")

_CLASS_BITS = 6
_CLASSES_A_DOUBLING = 1 << _CLASS_BITS
_EXACT_BELOW_NS = 2 * _CLASSES_A_DOUBLING
_LARGEST_BITS = 63


class LatencyHistogram:
    """Counts durations from 0 to 2**63 - 1 nanoseconds.

    Attributes
    ----------
    calls
        How many durations were recorded.
    """

    __slots__ = ("_counts", "calls")

    def __init__(self) -> None:
        self._counts = [0] * (_CLASSES_A_DOUBLING * (_LARGEST_BITS - _CLASS_BITS + 1))
        self.calls = 0

    def record(self, duration_ns: int) -> None:
        """Count one duration."""
        self.calls += 1
        if duration_ns < _EXACT_BELOW_NS:
            self._counts[duration_ns] += 1
        else:
            shift = duration_ns.bit_length() - _CLASS_BITS - 1
            self._counts[(shift << _CLASS_BITS) + (duration_ns >> shift)] += 1

    def quantile_ns(self, share: float) -> int:
        """Tell the duration that this share of the calls, 0..1, does not exceed; 0 when there were none."""
        rank = max(1, round(share * self.calls))
        seen = 0
        for index, count in enumerate(self._counts):
            seen += count
            if count and seen >= rank:
                return _upper_end(index)
        return 0


def timed(
    function: Callable[_Parameters, _Result], histogram: LatencyHistogram, clock: Callable[[], int]
) -> Callable[_Parameters, _Result]:
    """Wrap a function so that the duration of each call that returns is recorded."""
    record = histogram.record

    def call(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Result:
        started_ns = clock()
        result = function(*args, **kwargs)
        record(clock() - started_ns)
        return result

    return call


def timed_items(items: Iterable[_Result], histogram: LatencyHistogram, clock: Callable[[], int]) -> Iterator[_Result]:
    """Give out the same items, and record how long each took to come."""
    next_item = timed(iter(items).__next__, histogram, clock)
    while True:
        try:
            item = next_item()
        except StopIteration:
            return
        yield item


def _upper_end(index: int) -> int:
    if index < _EXACT_BELOW_NS:
        return index
    shift = (index >> _CLASS_BITS) - 1
    return ((index - (shift << _CLASS_BITS) + 1) << shift) - 1
