"""The intrinsic profile: each operation's own location over replays. In: replays x operations. Out: one value each.

Two steps. :func:`steady_replays` finds, over both sides together, the replays that the machine ran at its usual speed,
and takes out what is left of its changes. :func:`intrinsic_profile` then averages each operation over those replays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SPEED_TOLERANCE = 0.03
"""Replays whose speed is this close to the usual one always count (logarithm)."""

SPEED_DEVIATIONS = 2.0
"""Beyond the tolerance: how many standard deviations of the speed still count."""

MIDDLE_OPERATIONS = (0.1, 0.75)
"""Which operations, by rank, tell the speed of a replay."""

STEPS = 1.5
"""How far from its median a value may lie and still count, in steps of the clock."""

DEVIATIONS_BELOW = 1.0
DEVIATIONS_ABOVE = 0.5
"""The same in standard deviations over replays. Disturbances only ever slow down, so less is let in above."""

NEAR_NS = 150.0
"""Values this close to the median always count: what a mispredicted branch or a cache miss costs is an operation's own.
Where one of them strikes in about half of the replays, a narrower window would follow the median from one mode to the
other (measured on a 150 ns operation: standard deviation of a pair 5.8 % with the narrow window, 3.5 % with this)."""

NORMAL_CONSISTENCY = 1.4826
"""Turns a median absolute deviation into a standard deviation, for normal data."""


def steady_replays(
    baseline: NDArray[np.float64], candidate: NDArray[np.float64], clock_step_ns: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Keep the replays that ran at the machine's usual speed, and divide each by the speed that it ran at.

    A shared machine has speeds: with the other hardware thread of its core busy, everything takes up to twice as long,
    for tens or hundreds of milliseconds. Replay i of one side ran next to replay i of the other, so their *common*
    level, the geometric mean of both sides' levels, tells the speed and nothing of the difference between the sides:
    what is selected and divided out is the same for both.

    Measured on unchanged code on a machine with other load: standard deviation of one pair's log ratio of p99 1.5 and
    1.9 % with this, 4.8 % without it, 6-7 % for minima over replays.

    Parameters
    ----------
    baseline, candidate
        Nanoseconds, shapes (replays, operations); the same number of replays.
    clock_step_ns
        The clock's smallest step: a level below it says nothing of the machine's speed.

    Returns
    -------
    tuple
        Both sides at the usual speed, shapes (kept, operations) with the same ``kept``: at least half of the replays.
    """
    level = np.stack([_level(side) for side in (baseline, candidate)])
    speed = np.log(np.maximum(level, clock_step_ns)).mean(axis=0)
    usual = np.median(speed)
    distance = np.abs(speed - usual)
    # Two median absolute deviations always hold at least half of the values.
    kept = distance <= max(SPEED_TOLERANCE, SPEED_DEVIATIONS * NORMAL_CONSISTENCY * float(np.median(distance)))
    relative = np.exp(speed[kept] - usual)[:, None]
    return baseline[kept] / relative, candidate[kept] / relative


def _level(latency: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean of the middle operations of each replay: a median would jump by a whole step of the clock."""
    low, high = (int(share * latency.shape[1]) for share in MIDDLE_OPERATIONS)
    middle = np.partition(latency, (low, high), axis=1)[:, low : high + 1]
    return np.asarray(middle.mean(axis=1), dtype=np.float64)


def intrinsic_profile(latency: NDArray[np.float64], clock_step_ns: float) -> NDArray[np.float64]:
    """Average each operation over its replays, without the values that something else slowed down or sped up.

    The mean of the values near the median: within 150 ns, or where that is more, within 1.5 steps of the clock and a
    standard deviation below or half of one above. The steps matter for short operations: the clock's phase is random
    from replay to replay, so the mean of an operation that takes ten steps is unbiased where its minimum is not
    (measured: +5 % of work on 100 ns showed as +7.2 % in minima, +4.4 % in such means). The deviations matter for long
    ones.

    Parameters
    ----------
    latency
        Nanoseconds, shape (replays, operations).
    clock_step_ns
        The clock's smallest step.

    Returns
    -------
    numpy.ndarray
        Nanoseconds, shape (operations,).
    """
    median = np.median(latency, axis=0)
    deviation = NORMAL_CONSISTENCY * np.median(np.abs(latency - median), axis=0)
    below = np.maximum(STEPS * clock_step_ns + DEVIATIONS_BELOW * deviation, NEAR_NS)
    above = np.maximum(STEPS * clock_step_ns + DEVIATIONS_ABOVE * deviation, NEAR_NS)
    counts = (latency >= median - below) & (latency <= median + above)
    number = counts.sum(axis=0)
    total = np.where(counts, latency, 0.0).sum(axis=0)
    # With an even number of replays the median may lie between two values that are both too far from it.
    return np.asarray(np.where(number > 0, total / np.maximum(number, 1), median), dtype=np.float64)
