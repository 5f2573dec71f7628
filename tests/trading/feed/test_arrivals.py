from __future__ import annotations

from itertools import islice
from random import Random
from statistics import fmean, pstdev

import pytest

from trading.errors import ConfigurationError
from trading.feed import ArrivalParameters
from trading.feed.arrivals import arrival_gaps


def gaps(parameters: ArrivalParameters, count: int = 100_000) -> list[int]:
    return list(islice(arrival_gaps(Random(11), parameters), count))


def test_without_excitement_the_arrivals_are_a_poisson_process() -> None:
    drawn = gaps(ArrivalParameters(branching_ratio=0.0))
    assert fmean(drawn) == pytest.approx(1e6, rel=0.02)
    assert pstdev(drawn) / fmean(drawn) == pytest.approx(1.0, abs=0.02)


def test_near_the_critical_point_the_arrivals_come_in_bursts_at_the_same_mean_rate() -> None:
    drawn = gaps(ArrivalParameters())
    assert fmean(drawn) == pytest.approx(1e6, rel=0.1)
    assert pstdev(drawn) / fmean(drawn) > 2


def test_counts_are_as_dispersed_as_the_theory_says() -> None:
    # Over windows much longer than a burst the variance of a Hawkes count is mean / (1 - branching ratio) ** 2.
    parameters = ArrivalParameters(branching_ratio=0.5)
    window_ns, time_ns = 100_000_000, 0
    counts: dict[int, int] = {}
    for gap_ns in gaps(parameters, 200_000):
        time_ns += gap_ns
        counts[time_ns // window_ns] = counts.get(time_ns // window_ns, 0) + 1
    whole_windows = [counts.get(window, 0) for window in range(time_ns // window_ns)]
    assert pstdev(whole_windows) ** 2 / fmean(whole_windows) == pytest.approx(4.0, rel=0.15)


def test_a_gap_is_at_least_a_nanosecond() -> None:
    assert min(gaps(ArrivalParameters(mean_rate_hertz=1e9, decay_hertz=1e9), 1_000)) >= 1


@pytest.mark.parametrize("bad", [{"branching_ratio": 1.0}, {"mean_rate_hertz": 0.0}, {"decay_hertz": -1.0}])
def test_parameters_that_make_no_sense_are_refused(bad: dict[str, float]) -> None:
    with pytest.raises(ConfigurationError, match="branching ratio"):
        ArrivalParameters(**bad)
