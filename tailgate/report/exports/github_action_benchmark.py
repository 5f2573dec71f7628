"""``github-action-benchmark``: what that action reads as the tool ``customSmallerIsBetter``.

A list with both legs' p99 of each benchmark, nanoseconds; ``range`` is the 95 % interval's half width.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from tailgate.report import units
from tailgate.report.exports.figures import Figures, figures, short_name
from tailgate.report.exports.run import TextFormat
from tailgate.report.plain_text import one_line

if TYPE_CHECKING:
    from tailgate.report.exports.run import ExportedRun

_LONGEST_NAME: Final = 300


def render(run: ExportedRun) -> str:
    """Return the list, in the order of the benchmarks."""
    return json.dumps([_entry(item) for item in figures(run)], indent=2, allow_nan=False) + "\n"


def _entry(item: Figures) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": short_name(f"{item.leg.value} p99: {item.verdict.benchmark.label}", _LONGEST_NAME),
        "unit": "ns",
        "value": item.candidate.p99_ns,
    }
    if item.p99_low_ns is not None and item.p99_high_ns is not None:
        entry["range"] = f"± {(item.p99_high_ns - item.p99_low_ns) / 2:.4g}"
    extra = [f"verdict: {item.verdict.kind.value}", f"baseline: {units.latency(item.baseline.p99_ns)}"]
    if item.ratio is not None:
        extra.append(f"change: {units.change(item.ratio.ratio)} {units.interval(item.ratio)}")
    extra += [one_line(reason) for reason in item.verdict.reasons[:1]]
    return entry | {"extra": "\n".join(extra)}


FORMAT: Final = TextFormat(
    "github-action-benchmark", "the action of that name, as customSmallerIsBetter: both legs' p99", render
)
