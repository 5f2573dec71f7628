"""Bursty arrival times: a random generator comes in, gaps between events in nanoseconds go out.

The arrivals are a Hawkes process ("Spectra of some self-exciting and mutually exciting point processes", Biometrika
1971) with an exponentially decaying kernel: each event raises the rate of the next ones,
and at a branching ratio near 1 (near-critical, as Filimonov and Sornette measured for futures in "Quantifying
reflexivity in financial markets", 2012) a quiet market breaks into bursts by itself. Gaps are drawn exactly, without
rejection, by the method of Dassios and Zhao, "Exact simulation of Hawkes process with exponentially decaying
intensity", 2013.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from typing import TYPE_CHECKING

from trading.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

_NANOSECONDS_A_SECOND = 1e9


@dataclass(frozen=True, slots=True)
class ArrivalParameters:
    """How events arrive, by default like the busiest minutes of a liquid book; recorded results were measured on those.

    Attributes
    ----------
    mean_rate_hertz
        Events a second in the long run.
    branching_ratio
        Mean number of events that one event sets off, 0 (Poisson) to below 1 (critical).
    decay_hertz
        Speed at which the excitement after an event fades; its inverse is the length of a burst's step in seconds.
    """

    mean_rate_hertz: float = 1_000.0
    branching_ratio: float = 0.9
    decay_hertz: float = 2_000.0

    def __post_init__(self) -> None:
        if not (self.mean_rate_hertz > 0 and self.decay_hertz > 0 and 0 <= self.branching_ratio < 1):
            raise ConfigurationError(f"rates must be positive and the branching ratio in [0, 1): {self}")

    @classmethod
    def amzn_like(cls) -> ArrivalParameters:
        """Arrive like the level-1 messages of AMZN on 2012-06-21 in LOBSTER's free sample.

        Rate, coefficient of variation, and share of gaps under 1 ms are fitted; median gap and peak rate follow. The
        table in docs/trading/synthetic_feed.md sets them beside the sample's, and says what one kernel cannot do.
        """
        return cls(mean_rate_hertz=2.46, branching_ratio=0.82, decay_hertz=300.0)


def arrival_gaps(random: Random, parameters: ArrivalParameters) -> Iterator[int]:
    """Yield the nanoseconds from each event to the next, without end; each gap is at least 1."""
    draw = random.random
    decay = parameters.decay_hertz
    base_rate = parameters.mean_rate_hertz * (1.0 - parameters.branching_ratio)
    jump = parameters.branching_ratio * decay
    excitement = 0.0  # the part of the rate above the base rate, just after the last event
    while True:
        # The next event is the earlier one of two: one of the base rate, one of the excitement (which may never come).
        gap_seconds = -log(1.0 - draw()) / base_rate
        if excitement > 0.0:
            left = 1.0 + decay * log(1.0 - draw()) / excitement
            if left > 0.0:
                gap_seconds = min(gap_seconds, -log(left) / decay)
        excitement = excitement * exp(-decay * gap_seconds) + jump
        yield int(gap_seconds * _NANOSECONDS_A_SECOND) + 1
