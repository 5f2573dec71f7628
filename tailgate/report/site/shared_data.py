"""The data that several pages ask for, as scripts: texts of commits in chunks, values of all benchmarks in tiles.

A commit that is added at the end changes the last chunk and the last tile only.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tailgate.report.site import wording
from tailgate.report.site.columns import data_script, floats
from tailgate.report.site.names import slug

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tailgate.report.site.content import Commits, SeriesDigest
    from tailgate.report.site.folder import SiteFolder

CHUNK: Final = 1000
"""Commits whose texts are loaded at once; assets/data.js knows it, too."""
TILE: Final = 64
"""Commits whose values are loaded at once."""
HASH_DIGITS: Final = 12
_SUBJECT: Final = 120
_AUTHOR: Final = 60


def write_commits(commits: Commits, folder: SiteFolder) -> None:
    """Write name, subject and author of every commit, and the names by themselves to search in."""
    for start in range(0, len(commits.ordered), CHUNK):
        chunk = [
            [commit.commit, wording.clipped(commit.subject, _SUBJECT), wording.clipped(commit.author, _AUTHOR)]
            for commit in commits.ordered[start : start + CHUNK]
        ]
        key = f"commits-{start // CHUNK}"
        folder.write(f"data/{key}.js", data_script(key, chunk))
    names = " ".join(commit.commit[:HASH_DIGITS].replace(" ", "-").lower() for commit in commits.ordered)
    folder.write("data/hashes.js", data_script("hashes", names))


def by_machine(series: Sequence[SeriesDigest]) -> list[tuple[str, list[SeriesDigest]]]:
    """Group series by machine; the machine with the latest point comes first, its series by label."""
    ordered = sorted(series, key=lambda digest: digest.machine)
    groups = [(machine, list(items)) for machine, items in groupby(ordered, key=lambda digest: digest.machine)]
    for _, items in groups:
        items.sort(key=lambda digest: digest.benchmark)
    return sorted(groups, key=lambda group: max(item.last_measured_at for item in group[1]), reverse=True)


def values_key(machine: str) -> str:
    """Return what the tiles of a machine are called."""
    return f"values-{slug(machine)}"


def write_values(machine: str, series: Sequence[SeriesDigest], commits: Commits, folder: SiteFolder) -> None:
    """Write the values of all series of a machine, a tile for every 64 commits.

    In a tile: value, low and high, each float32 of shape (series, 64), NaN where nothing was measured.
    """
    key = values_key(machine)
    tiles = (len(commits.ordered) + TILE - 1) // TILE
    columns = {
        name: np.full((len(series), tiles * TILE), np.nan, dtype=np.float32) for name in ("value", "low", "high")
    }
    for row, digest in enumerate(series):
        columns["value"][row, digest.places] = digest.values
        columns["low"][row, digest.places] = digest.lows
        columns["high"][row, digest.places] = digest.highs
    for tile in range(tiles):
        content: dict[str, Any] = {
            name: floats(values[:, tile * TILE : (tile + 1) * TILE]) for name, values in columns.items()
        }
        folder.write(f"data/{key}-{tile}.js", data_script(f"{key}-{tile}", content))


def references(series: Sequence[SeriesDigest]) -> NDArray[np.float64]:
    """Return what each row of the heat map is held against: its pinned baseline, else its first level."""
    return np.array([_reference(digest) for digest in series])


def _reference(digest: SeriesDigest) -> float:
    if np.isfinite(digest.pinned_value) and digest.pinned_value > 0:
        return digest.pinned_value
    if digest.change_points:
        return digest.change_points[0].level_before
    finite = digest.values[np.isfinite(digest.values)]
    return float(np.median(finite)) if finite.size else float("nan")
