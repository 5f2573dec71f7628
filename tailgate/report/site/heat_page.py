"""The heat map of a machine: benchmarks x commits, in cells of one commit or of several that lie together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tailgate.report.site import wording
from tailgate.report.site.columns import floats, integers, signed_bytes
from tailgate.report.site.names import slug
from tailgate.report.site.shared_data import TILE, by_machine, references, values_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tailgate.report.site.content import Commits, SeriesDigest, SiteFacts
    from tailgate.report.site.folder import SiteFolder
    from tailgate.report.site.pages import Templates

COLUMNS: Final = 512
"""How many columns a heat map has at most before it is zoomed into."""
STEP: Final = 0.005
"""One step of a cell, as a difference of natural logarithms; assets/heat.js knows it, too."""
NONE: Final = -128
_LARGEST: Final = 127


def write_heat_maps(facts: SiteFacts, templates: Templates, folder: SiteFolder) -> None:
    """Write one page for each machine; that of the machine with the latest point is ``heatmap.html``."""
    groups = by_machine(facts.series)
    pages = [
        (machine, "heatmap.html" if place == 0 else f"heatmap-{slug(machine)}.html")
        for place, (machine, _) in enumerate(groups)
    ]
    if not groups:
        folder.write(
            "heatmap.html", templates.page("heat_map", "heatmap.html", "Heat map", machines=[], rows=[], data=None)
        )
    for (machine, series), (_, file) in zip(groups, pages, strict=True):
        page = templates.page(
            "heat_map",
            file,
            "Heat map",
            machines=[(wording.clipped(name), other, name == machine) for name, other in pages],
            rows=[(digest.file, wording.clipped(digest.benchmark.label)) for digest in series],
            data=heat_data(machine, series, facts.commits),
        )
        folder.write(file, page)


def heat_data(machine: str, series: Sequence[SeriesDigest], commits: Commits) -> dict[str, Any]:
    """Return the coarse cells of a heat map with what is needed to read them."""
    count = len(commits.ordered)
    width = max(-(-count // COLUMNS), 1)
    columns = -(-count // width)
    levels = references(series)
    rows = zip(series, levels.tolist(), strict=True)
    cells = np.array([coarse_row(digest, level, width, columns) for digest, level in rows])
    return {
        "commits": count,
        "width": width,
        "columns": columns,
        "tile": TILE,
        "cells": signed_bytes(cells),
        "dates": integers(commits.dates[::width]),
        "references": floats(levels),
        "values": values_key(machine),
    }


def coarse_row(digest: SeriesDigest, reference: float, width: int, columns: int) -> NDArray[np.int8]:
    """Return the median log ratio of the commits of each column in steps; ``NONE`` where nothing was measured."""
    ratios = np.full(columns * width, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios[digest.places] = np.log(digest.values.astype(np.float64) / reference)
    ratios[~np.isfinite(ratios)] = np.nan
    steps = np.clip(np.round(_medians(ratios.reshape(columns, width)) / STEP), -_LARGEST, _LARGEST)
    return np.where(np.isfinite(steps), steps, NONE).astype(np.int8)


def _medians(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the median of each row without its NaN, and NaN for a row of nothing else.

    ``numpy.nanmedian`` takes one call of Python a row for that.
    """
    ordered = np.sort(rows, axis=1)  # NaN comes last
    counts = np.count_nonzero(np.isfinite(ordered), axis=1)
    every = np.arange(len(rows))
    # Both middle values; of an odd count they are the same one, of none they are NaN.
    medians: NDArray[np.float64] = (ordered[every, np.maximum(counts - 1, 0) // 2] + ordered[every, counts // 2]) / 2
    return medians
