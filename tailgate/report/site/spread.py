"""How latencies are spread, for the chart in HdrHistogram's scale. In: stored measurements. Out: ``Spread``."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import numpy as np

from tailgate.records import Leg
from tailgate.report.site.content import Spread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tailgate.records import BenchmarkId, Conditions, Measurement, Side

POINTS_A_NINE: Final = 24
_MOST: Final = 200_000
"""Latencies of one side that are looked at in the raw leg: enough for five nines."""


class SpreadCollector:
    """Takes the measurements of a run one by one, so that only what is shown stays in memory."""

    def __init__(self) -> None:
        self._profiles: dict[tuple[BenchmarkId, Side], list[NDArray[np.floating]]] = defaultdict(list)
        self._raw: dict[tuple[BenchmarkId, Side], list[NDArray[np.float64]]] = defaultdict(list)
        self._conditions: list[Conditions] = []

    def add(self, measurement: Measurement, profile_ns: NDArray[np.floating]) -> None:
        """Take one measurement."""
        key = (measurement.benchmark, measurement.side)
        self._profiles[key].append(np.sort(profile_ns))
        self._raw[key].append(measurement.latency_ns.ravel().astype(np.float32))
        self._conditions.append(measurement.conditions)

    @property
    def conditions(self) -> tuple[Conditions, ...]:
        """What disturbed each process."""
        return tuple(self._conditions)

    def spreads(self) -> tuple[Spread, ...]:
        """Return both legs of every benchmark and side."""
        found = []
        for (benchmark, side), profiles in self._profiles.items():
            shares = shares_of(min(profile.size for profile in profiles))
            # The middle one of the processes, as the gate takes it: one disturbed process bends nothing.
            curves = np.array([np.quantile(profile, shares) for profile in profiles])
            found.append(Spread(benchmark, side, Leg.INTRINSIC, shares, np.median(curves, axis=0)))
            raw = np.concatenate(self._raw[benchmark, side])
            raw = raw[:: -(-raw.size // _MOST)]
            shares = shares_of(raw.size)
            found.append(Spread(benchmark, side, Leg.RAW, shares, np.quantile(raw, shares)))
        return tuple(found)


def shares_of(count: int) -> NDArray[np.float64]:
    """Return shares that lie evenly in HdrHistogram's scale, as far as a number of values goes."""
    nines = max(np.log10(max(count, 2)), 0.5)
    return 1 - 10 ** -np.linspace(0, nines, int(nines * POINTS_A_NINE) + 1)
