"""How bursty a feed is: event times come in, the figures by which feeds are compared go out."""

from __future__ import annotations

from array import array
from itertools import pairwise
from math import nan, sqrt
from statistics import fmean, median_low
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

_NANOSECONDS_A_SECOND = 1_000_000_000
_SHORT_GAP_NS = 1_000_000


class ArrivalStatistics(NamedTuple):
    """The gaps between the events of one feed; NaN where there are too few events to tell."""

    events: int
    mean_rate_hertz: float
    median_gap_ns: float
    variation: float
    """Standard deviation of the gaps over their mean: 1 for a Poisson process, more where events come in bursts."""
    share_under_1_ms: float
    peak_rate_hertz: int
    """Most events within one second of the clock."""


def arrival_statistics(times_ns: Iterable[int]) -> ArrivalStatistics:
    """Measure rising times of events; memory is eight bytes an event.

    Parameters
    ----------
    times_ns
        Nanoseconds, none before the one before it.
    """
    times = array("q", times_ns)
    peak = in_this_second = 0
    this_second = -1
    for time_ns in times:
        second = time_ns // _NANOSECONDS_A_SECOND
        in_this_second = in_this_second + 1 if second == this_second else 1
        this_second = second
        peak = max(peak, in_this_second)
    gaps = array("q", (later - earlier for earlier, later in pairwise(times)))
    mean = fmean(gaps) if gaps else 0.0
    if not mean:
        return ArrivalStatistics(len(times), nan, nan, nan, nan, peak)
    deviation = sqrt(fmean((gap - mean) ** 2 for gap in gaps))
    short = sum(gap < _SHORT_GAP_NS for gap in gaps)
    return ArrivalStatistics(
        events=len(times),
        mean_rate_hertz=_NANOSECONDS_A_SECOND / mean,
        median_gap_ns=median_low(gaps),
        variation=deviation / mean,
        share_under_1_ms=short / len(gaps),
        peak_rate_hertz=peak,
    )
