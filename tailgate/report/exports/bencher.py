"""``bencher``: Bencher Metric Format, for ``bencher run --adapter json``: benchmark -> measure -> value and bounds.

Measures are the quantiles of both legs, nanoseconds; the p99 has the bounds of its 95 % interval.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Final

from tailgate.report.exports.figures import Figures, figures, short_name
from tailgate.report.exports.run import TextFormat

if TYPE_CHECKING:
    from tailgate.report.exports.run import ExportedRun

LONGEST_NAME: Final = 1_024
"""Letters that Bencher allows in the name of a benchmark."""


def render(run: ExportedRun) -> str:
    """Return the document, in the order of the benchmarks."""
    document: dict[str, dict[str, dict[str, float]]] = {}
    for item in figures(run):
        name = short_name(item.verdict.benchmark.label, LONGEST_NAME)
        document.setdefault(name, {}).update(_measures(item))
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def _measures(item: Figures) -> dict[str, dict[str, float]]:
    seen = item.candidate
    quantiles = {"p50": seen.p50_ns, "p90": seen.p90_ns, "p99": seen.p99_ns, "p99-9": seen.p999_ns, "max": seen.max_ns}
    measures = {
        f"{item.leg.value}-{name}": {"value": value} for name, value in quantiles.items() if math.isfinite(value)
    }
    if item.p99_low_ns is not None and item.p99_high_ns is not None:
        measures[f"{item.leg.value}-p99"] |= {"lower_value": item.p99_low_ns, "upper_value": item.p99_high_ns}
    return measures


FORMAT: Final = TextFormat("bencher", "Bencher: its metric format, both legs' quantiles", render)
