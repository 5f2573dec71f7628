"""Series made of numbers, for tests of what is read off them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tailgate.history_records import Environment, Fact, Series
from tailgate.records import RatioInterval
from tests.store.history_points import BENCHMARK, ENVIRONMENT, commit, point

if TYPE_CHECKING:
    from collections.abc import Iterable

NEW_KERNEL = Environment("tower", (Fact("kernel", "6.2"), Fact("python", "3.11.2")))


def series_of(values: Iterable[float], *, new_kernel_from: int | None = None, known_to: float = 0.02) -> Series:
    """Make a series; the first commit is the pinned baseline, each ratio to it is known to a share of ``known_to``."""
    listed = [float(value) for value in values]
    points = tuple(
        point(
            place,
            value,
            environment=NEW_KERNEL if new_kernel_from is not None and place >= new_kernel_from else ENVIRONMENT,
            low=value / (1 + known_to),
            high=value * (1 + known_to),
            against_pinned=RatioInterval(
                value / listed[0], value / listed[0] / (1 + known_to), value / listed[0] * (1 + known_to)
            ),
        )
        for place, value in enumerate(listed)
    )
    return Series(BENCHMARK, "tower", "ns", tuple(commit(place) for place in range(len(listed))), points)
