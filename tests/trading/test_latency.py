from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trading.latency import LatencyHistogram, timed, timed_items


def test_a_histogram_without_calls_answers_zero() -> None:
    assert LatencyHistogram().quantile_ns(0.99) == 0


def test_small_durations_are_counted_exactly() -> None:
    histogram = LatencyHistogram()
    for duration_ns in range(1, 101):
        histogram.record(duration_ns)
    assert [histogram.quantile_ns(share) for share in (0.0, 0.5, 0.99, 1.0)] == [1, 50, 99, 100]
    assert histogram.calls == 100


@given(st.lists(st.integers(0, 2**63 - 1), min_size=1), st.floats(0, 1))
def test_a_quantile_is_at_most_one_part_in_64_too_high(durations: list[int], share: float) -> None:
    histogram = LatencyHistogram()
    for duration_ns in durations:
        histogram.record(duration_ns)
    exact = sorted(durations)[max(1, round(share * len(durations))) - 1]
    assert exact <= histogram.quantile_ns(share) <= exact + exact // 64


def test_a_timed_function_answers_as_before_and_its_duration_is_recorded() -> None:
    histogram = LatencyHistogram()
    assert timed(divmod, histogram, count(0, 7).__next__)(17, 5) == (3, 2)
    assert (histogram.calls, histogram.quantile_ns(0.5)) == (1, 7)


def test_a_call_that_raises_is_not_recorded() -> None:
    histogram = LatencyHistogram()
    with pytest.raises(ZeroDivisionError):
        timed(divmod, histogram, count().__next__)(1, 0)
    assert histogram.calls == 0


def test_timed_items_are_the_items() -> None:
    histogram = LatencyHistogram()
    assert list(timed_items("abc", histogram, count().__next__)) == ["a", "b", "c"]
    assert histogram.calls == 3
