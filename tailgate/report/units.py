"""Numbers as people read them: three significant digits, a unit that fits, columns that line up."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tailgate.records import RatioInterval

_UNITS: Final = (("ns", 1.0), ("µs", 1e3), ("ms", 1e6), ("s", 1e9))
_NO_VALUE: Final = "-"


def latency(nanoseconds: float) -> str:
    """Return a latency with its unit, ``101 ns``, ``1.23 µs``; ``-`` where there is none."""
    if not math.isfinite(nanoseconds):
        return _NO_VALUE
    unit, size = _unit_of(nanoseconds)
    return f"{_three_digits(nanoseconds / size)} {unit}"


def latency_pair(before_ns: float, after_ns: float) -> str:
    """Return two latencies as ``101 → 121 ns``, in one unit where both are of its size."""
    if not (math.isfinite(before_ns) and math.isfinite(after_ns)):
        return f"{latency(before_ns)} → {latency(after_ns)}"
    unit, size = _unit_of(after_ns)
    # One unit as long as the other value keeps its digits in it, so that 998 ns → 1.01 µs reads as 0.998 → 1.01 µs.
    if 0.1 <= abs(before_ns) / size < 10_000:  # noqa: PLR2004
        return f"{_three_digits(before_ns / size)} → {_three_digits(after_ns / size):>4} {unit}"
    return f"{latency(before_ns)} → {latency(after_ns)}"


def change(ratio: float) -> str:
    """Return a ratio as its change, ``+19.8 %``; as a factor from three times upwards, ``3.20 x``."""
    if not math.isfinite(ratio):
        return _NO_VALUE
    if ratio >= 3:  # noqa: PLR2004
        return f"{_three_digits(ratio)} x"
    # Adding zero turns -0.0, which reads as a change, into 0.0.
    return f"{round((ratio - 1) * 100, 1) + 0.0:+.1f} %"


def interval(ratio: RatioInterval) -> str:
    """Return the bounds of a ratio, ``[+18.2, +21.4]`` in per cent, as ``change`` would."""
    low, high = (change(bound).removesuffix(" %").replace(" x", "x") for bound in (ratio.low, ratio.high))
    return f"[{low}, {high}]"


def seconds(value: float) -> str:
    """Return a duration, ``4.1 s`` or ``2 min 05 s``."""
    if value < 60:  # noqa: PLR2004
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest:02d} s"


def _unit_of(nanoseconds: float) -> tuple[str, float]:
    # 999.5 rounds to 1000 at three digits and belongs to the next unit.
    for unit, size in _UNITS[:-1]:
        if abs(nanoseconds) / size < 999.5:  # noqa: PLR2004
            return unit, size
    return _UNITS[-1]


def _three_digits(value: float) -> str:
    size = abs(value)
    if size >= 99.95:  # noqa: PLR2004
        return f"{value:.0f}"
    return f"{value:.1f}" if size >= 9.995 else f"{value:.2f}"  # noqa: PLR2004
