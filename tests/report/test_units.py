"""Numbers keep three digits and get the unit that fits."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tailgate.records import RatioInterval
from tailgate.report import units


@pytest.mark.parametrize(
    ("nanoseconds", "shown"),
    [
        (0.0, "0.00 ns"),
        (-3.25, "-3.25 ns"),
        (9.994, "9.99 ns"),
        (9.996, "10.0 ns"),
        (99.96, "100 ns"),
        (999.4, "999 ns"),
        (999.6, "1.00 µs"),
        (12_340, "12.3 µs"),
        (999_600, "1.00 ms"),
        (2.5e9, "2.50 s"),
        (1e13, "10000 s"),
        (math.nan, "-"),
        (math.inf, "-"),
    ],
)
def test_a_latency_has_three_digits_and_its_unit(nanoseconds: float, shown: str) -> None:
    assert units.latency(nanoseconds) == shown


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        (101, 121, "101 →  121 ns"),
        (998, 1012, "1.00 → 1.01 µs"),
        (1012, 998, "1012 →  998 ns"),
        (5, 5e6, "5.00 ns → 5.00 ms"),
        (5e6, 5, "5.00 ms → 5.00 ns"),
        (math.nan, 5, "- → 5.00 ns"),
    ],
)
def test_a_pair_shares_a_unit_where_it_can(before: float, after: float, shown: str) -> None:
    assert units.latency_pair(before, after) == shown


@pytest.mark.parametrize(
    ("ratio", "shown"),
    [(1.0, "+0.0 %"), (0.9999, "+0.0 %"), (1.198, "+19.8 %"), (0.5, "-50.0 %"), (3.2, "3.20 x"), (math.nan, "-")],
)
def test_a_ratio_reads_as_a_change(ratio: float, shown: str) -> None:
    assert units.change(ratio) == shown


def test_an_interval_reads_as_its_bounds() -> None:
    assert units.interval(RatioInterval(1.05, 0.98, 3.5)) == "[-2.0, 3.50x]"


@pytest.mark.parametrize(("duration", "shown"), [(4.06, "4.1 s"), (59.9, "59.9 s"), (125.2, "2 min 05 s")])
def test_a_duration_reads_in_minutes_from_one(duration: float, shown: str) -> None:
    assert units.seconds(duration) == shown


@given(st.floats(0.01, 1e11))
def test_a_shown_latency_is_within_half_a_digit_of_the_true_one(nanoseconds: float) -> None:
    number, unit = units.latency(nanoseconds).split()
    size = {"ns": 1.0, "µs": 1e3, "ms": 1e6, "s": 1e9}[unit]
    assert abs(float(number) * size - nanoseconds) <= max(0.0051 * nanoseconds, 0.0051)
