"""Records as text that is ready to be shown: numbers with units, moments, commits, foreign text made harmless."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

from tailgate.report import units
from tailgate.report.plain_text import one_line
from tailgate.report.units import latency, seconds

if TYPE_CHECKING:
    from datetime import datetime

    from tailgate.records import RatioInterval, VerdictKind

LONGEST: Final = 300
"""Characters of a foreign text that a page shows; the rest of a name of a megabyte helps nobody."""

NANOSECONDS: Final = {"ns": 1.0, "seconds": 1e9}
_BYTES: Final = (("B", 1.0), ("kB", 1e3), ("MB", 1e6), ("GB", 1e9))
_SHORT_COMMIT: Final = 10


def clipped(text: str, longest: int = LONGEST) -> str:
    """Return foreign text on one line, hidden characters made visible, cut where it is too long."""
    shown = one_line(text)
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


def short(commit: str) -> str:
    """Return the first digits of a commit."""
    return clipped(commit, _SHORT_COMMIT + 1)[:_SHORT_COMMIT]


def quantity(value: float, unit: str) -> str:
    """Return a value with its unit: ``ns``, asv's ``seconds`` and ``bytes``, or any other as it is."""
    if not math.isfinite(value):
        return "-"
    if unit in NANOSECONDS:
        return latency(value * NANOSECONDS[unit])
    if unit == "bytes":
        name, size = next((item for item in reversed(_BYTES) if abs(value) >= item[1]), _BYTES[0])
        return f"{value / size:.3g} {name}"
    return f"{value:.4g}" if unit in {"", "unit"} else f"{value:.4g} {clipped(unit, 20)}"


def change(ratio: float) -> str:
    """Return a ratio as its change, with a minus sign of the width of the plus sign."""
    return _with_minus(units.change(ratio))


def interval(ratio: RatioInterval) -> str:
    """Return the bounds of a ratio, ``[+18.2, +21.4]``."""
    return _with_minus(units.interval(ratio))


def count(value: int) -> str:
    """Return a whole number with its thousands apart."""
    return f"{value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def target(name: str) -> str:
    """Return the name of a flag, or the first digits of a commit's."""
    return short(name) if re.fullmatch(r"[0-9a-f]{40,64}", name) else clipped(name, 80)


def moment(value: datetime) -> str:
    """Return a moment as date and time with its offset, ``2026-03-01 12:30 UTC``."""
    offset = value.strftime("%Z") or "local time"
    return f"{value.strftime('%Y-%m-%d %H:%M')} {offset.replace('UTC+00:00', 'UTC')}"


def day(value: datetime) -> str:
    """Return the day of a moment."""
    return value.strftime("%Y-%m-%d")


def ratio_with_interval(ratio: RatioInterval | None) -> str:
    """Return a ratio as its change with the bounds, ``+19.8 % [+18.2, +21.4]``."""
    return "-" if ratio is None else f"{change(ratio.ratio)} {interval(ratio)}"


def _with_minus(text: str) -> str:
    return text if text == "-" else text.replace("-", "\N{MINUS SIGN}")


def share(value: float) -> str:
    """Return a share in per cent."""
    return "-" if not math.isfinite(value) else f"{100 * value:.1f} %"


def sign_of(kind: VerdictKind) -> str:
    """Return the sign that a verdict has beside its word, so that colour is never alone."""
    return {"pass": "✓", "improved": "▲", "regressed": "▼", "inconclusive": "?", "invalid": "✕"}[kind.value]


__all__ = [
    "change",
    "clipped",
    "count",
    "day",
    "interval",
    "latency",
    "moment",
    "quantity",
    "ratio_with_interval",
    "seconds",
    "share",
    "short",
    "sign_of",
    "target",
]
