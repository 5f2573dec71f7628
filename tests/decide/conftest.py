"""Comparisons with known effects."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from tailgate.records import BenchmarkId, Comparison, Effect, Leg, Quantiles, SideSummary

if TYPE_CHECKING:
    from collections.abc import Callable

QUANTILES = Quantiles(100.0, 150.0, 290.0, 600.0, 5_000.0)
SIDE = SideSummary(QUANTILES, QUANTILES, processes=4, replays=64, operations=1000)


@pytest.fixture
def compare() -> Callable[..., Comparison]:
    """Return a function that makes a comparison from the ratios of both legs and the standard error of their logs."""

    def make(intrinsic: float = 1.0, raw: float = 1.0, *, scale: float = 0.0005, pairs: int = 4) -> Comparison:
        effects = [
            Effect(leg, (math.log(ratio),) * pairs, math.log(ratio), scale, pairs + 3.0)
            for leg, ratio in ((Leg.INTRINSIC, intrinsic), (Leg.RAW, raw))
        ]
        return Comparison(BenchmarkId("book.Cancel.latency_cancel"), SIDE, SIDE, *effects)

    return make
