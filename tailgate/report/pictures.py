"""Pictures for mail and merge requests, where no page can be opened: PNG, drawn by matplotlib (the extra ``pictures``).

In: a result of the gate, or a series. Out: the bytes of a PNG file.
"""

from __future__ import annotations

import importlib.util
import io
import math
import warnings
from typing import TYPE_CHECKING, Any, Final

from tailgate.records import VerdictKind
from tailgate.report.plain_text import one_line
from tailgate.report.summary import worst_ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tailgate.history_records import ChangePoint, Series
    from tailgate.records import GateResult

NO_MATPLOTLIB: Final = "no pictures: matplotlib is not installed (pip install 'tailgate[pictures]')"

MOST_ROWS: Final = 60
"""Benchmarks in one forest plot, the worst first: a picture of more cannot be read."""

LONGEST_LABEL: Final = 70

_INK: Final = "#1c1c1c"
_COLOURS: Final = {
    VerdictKind.PASS: "#2b7a3d",
    VerdictKind.IMPROVED: "#1b5fb0",
    VerdictKind.INCONCLUSIVE: "#8a6100",
    VerdictKind.REGRESSED: "#b3261e",
    VerdictKind.INVALID: "#7b2d8b",
}


def can_draw() -> bool:
    """Whether matplotlib is here."""
    return importlib.util.find_spec("matplotlib") is not None


def ratio_forest(result: GateResult, title: str) -> bytes:
    """Draw the p99's ratio of every benchmark with its 95 % interval, the worst at the top."""
    measured = [verdict for verdict in result.verdicts if verdict.intrinsic is not None]
    shown = sorted(measured, key=worst_ratio, reverse=True)[:MOST_ROWS]
    figure, axes = _figure(10.0, 1.6 + 0.26 * max(len(shown), 1))
    for row, verdict in enumerate(shown):
        for ratio, marker, offset in ((verdict.intrinsic, "o", -0.14), (verdict.raw, "D", 0.14)):
            if ratio is None or not math.isfinite(ratio.ratio):
                continue
            ends = [[ratio.ratio - ratio.low], [ratio.high - ratio.ratio]]
            bars = [[value if math.isfinite(value) and value > 0 else 0.0 for value in end] for end in ends]
            colour = _COLOURS[verdict.kind]
            filled = colour if marker == "o" else "white"
            axes.errorbar(
                ratio.ratio, row + offset, xerr=bars, fmt=marker, color=colour, mfc=filled, ms=4, lw=1.2, capsize=2
            )
    axes.axvline(1.0, color=_INK, lw=0.8)
    axes.set_ylim(max(len(shown), 1) - 0.5, -0.5)
    names = [f"{_short(verdict.benchmark.label)}  {verdict.kind.value}" for verdict in shown]
    axes.set_yticks(range(len(shown)), labels=names, fontsize=7)
    left_out = f"; {len(measured) - len(shown)} more are better than these" if len(measured) > len(shown) else ""
    axes.set_xlabel(f"p99, candidate / baseline, 95 % interval (dots intrinsic, diamonds raw){left_out}", fontsize=8)
    return _png(figure, axes, title)


def series_picture(series: Series, changes: Sequence[ChangePoint], title: str) -> bytes:
    """Draw a series over its commits with its intervals; change points are marked."""
    figure, axes = _figure(10.0, 3.6)
    places = list(range(len(series.points)))
    values = [point.value for point in series.points]
    low, high = (
        [
            edge if math.isfinite(edge) else point.value
            for point, edge in zip(series.points, [getattr(point, name) for point in series.points], strict=True)
        ]
        for name in ("low", "high")
    )
    axes.fill_between(places, low, high, color=_COLOURS[VerdictKind.IMPROVED], alpha=0.2, lw=0)
    axes.plot(places, values, color=_COLOURS[VerdictKind.IMPROVED], marker="o", ms=3, lw=1.2)
    for change in changes:
        axes.axvline(change.index - 0.5, color=_COLOURS[VerdictKind.REGRESSED], lw=1.0, ls="--")
    step = max(1, len(places) // 12)
    axes.set_xticks(places[::step], labels=[commit.commit[:8] for commit in series.commits[::step]], fontsize=7)
    axes.set_ylabel(f"p99, {series.unit}", fontsize=8)
    axes.set_ylim(bottom=0)
    return _png(figure, axes, title)


def _figure(width: float, height: float) -> tuple[Any, Any]:
    # Without pyplot: no global state, no display.
    from matplotlib.figure import Figure  # noqa: PLC0415 - an extra; whoever has none draws no pictures

    figure = Figure(figsize=(width, height), dpi=110, layout="constrained")
    return figure, figure.add_subplot()


def _png(figure: Any, axes: Any, title: str) -> bytes:
    axes.set_title(_short(title), fontsize=10, loc="left", color=_INK)
    axes.grid(axis="both", color="#dddddd", lw=0.5)
    axes.set_axisbelow(True)
    for text in (axes.title, axes._left_title, axes.xaxis.label, axes.yaxis.label, *axes.get_yticklabels()):  # noqa: SLF001 - a left title has no other name
        text.set_parse_math(False)  # a dollar sign in a name is no formula
    stream = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")  # a letter that no font here has is drawn as a box
        figure.savefig(stream, format="png", metadata={"Software": None})
    return stream.getvalue()


def _short(text: str) -> str:
    plain = one_line(text)
    return plain if len(plain) <= LONGEST_LABEL else f"{plain[: LONGEST_LABEL - 1]}\N{HORIZONTAL ELLIPSIS}"
