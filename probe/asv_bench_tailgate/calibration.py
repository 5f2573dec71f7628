"""What a recorder's counter means: nanoseconds per count, its own cost, and its smallest step.

In: a recorder. Out: a :class:`Calibration`. On today's virtual machines the time-stamp counter advances in steps of
about 10 ns, so the step decides how a 100 ns operation may be averaged (see docs/how_the_gate_decides.md).
"""

from __future__ import annotations

import itertools
import statistics
from array import array
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asv_bench_tailgate.recorder import Recorder

BASELINE_NS = 20_000_000
"""Length of the stretch over which the counter is compared with the clock: 50 ns of jitter are 2.5 ppm of it."""

EMPTY_CALLS = 4_000

NEIGHBOURING_COUNTS = 2
"""Readings this close to each other belong to the same step of the counter."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """How to read counter differences.

    Attributes
    ----------
    ns_per_count
        Nanoseconds per count of the counter.
    cost_ns
        Mean of the recorder's own cost around one operation; what is subtracted from each value.
    step_ns
        The counter's smallest step, nanoseconds.
    """

    ns_per_count: float
    cost_ns: float
    step_ns: float


def calibrate(recorder: Recorder) -> Calibration:
    """Measure a recorder against the monotonic clock and against doing nothing; takes about 25 ms.

    The cost is a mean of values near the median, not a minimum: the counter is coarse against it, and the phase of
    the two readings is random, so that only a mean is unbiased below one step.
    """
    clock_start, count_start = recorder.nanoseconds(), recorder.counter()
    inputs: list[object] = [None] * EMPTY_CALLS
    elapsed = array("Q", bytes(8 * EMPTY_CALLS))
    recorder.record_nothing(inputs, elapsed)  # the first run warms the code and the array up
    recorder.record_nothing(inputs, elapsed)
    step = smallest_step(elapsed)
    middle = statistics.median(elapsed)
    cost = statistics.fmean(value for value in elapsed if abs(value - middle) <= 2 * step + 2)
    while recorder.nanoseconds() - clock_start < BASELINE_NS:
        pass
    counts, nanoseconds = recorder.counter() - count_start, recorder.nanoseconds() - clock_start
    ns_per_count = nanoseconds / counts
    return Calibration(ns_per_count=ns_per_count, cost_ns=cost * ns_per_count, step_ns=step * ns_per_count)


def smallest_step(elapsed: Iterable[int]) -> float:
    """Find the smallest step of a counter from many short intervals, in counts.

    A virtual machine's counter may advance by a number of counts that is no integer (24.5 here), so that readings fall
    into clusters of neighbouring values: the step is the smallest distance between neighbouring clusters. Values seen
    once are disturbances. One cluster alone means a counter that is fine enough to need no care: one count.
    """
    seen = Counter(elapsed)
    values = sorted(value for value, times in seen.items() if times > 1)
    clusters: list[list[int]] = []
    for value in values:
        if clusters and value - clusters[-1][-1] <= NEIGHBOURING_COUNTS:
            clusters[-1].append(value)
        else:
            clusters.append([value])
    centres = [statistics.fmean(cluster) for cluster in clusters]
    gaps = [later - earlier for earlier, later in itertools.pairwise(centres)]
    return min(gaps, default=1.0)
