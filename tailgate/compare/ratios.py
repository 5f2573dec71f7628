"""Ratios with intervals, put together. Logarithms of ratios add, and so do their variances."""

from __future__ import annotations

import math

from tailgate.records import RatioInterval


def chained(first: RatioInterval, second: RatioInterval) -> RatioInterval:
    """Return the product of two ratios that were measured independently."""
    ratio = first.ratio * second.ratio
    below = math.hypot(*(math.log(item.ratio / item.low) for item in (first, second)))
    above = math.hypot(*(math.log(item.high / item.ratio) for item in (first, second)))
    return RatioInterval(ratio, ratio * math.exp(-below), ratio * math.exp(above))
