"""The points of one series as an array, read from the database or, but for what has changed since, from a file.

In: a transaction of the store and the key of a series. Out: ``PointColumns``: all that have a value, of any source.
"""

from __future__ import annotations

import os
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from sqlalchemy import func, select

from tailgate.history_records import Source
from tailgate.store.history_rows import PRESENT, SIZES
from tailgate.store.history_schema import history_points

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from sqlalchemy import Connection

PREFERENCE: Final = (Source.HISTORY, Source.GATE, Source.ASV)
"""Whose point stands for a commit: the first that there is."""

RANKS: Final = {source.value: rank for rank, source in enumerate(PREFERENCE)}

POINT: Final = np.dtype(
    [
        ("commit_key", "<i8"),
        ("environment_key", "<i8"),
        ("change", "<i8"),
        ("measured_unix_us", "<i8"),
        ("processes", "<i8"),
        ("value", "<f8"),
        ("low", "<f8"),
        ("high", "<f8"),
        ("rank", "<i4"),  # of its source in PREFERENCE
        ("unit", "<i4"),  # its place among the units
        ("intrinsic", "<f4", (SIZES[0],)),
        ("raw", "<f4", (SIZES[1],)),
        ("is_beside_pinned", "?"),
    ]
)
_READ: Final = [
    history_points.c[name]
    for name in (
        "commit_key",
        "environment_key",
        "change",
        "measured_unix_us",
        "processes",
        "value",
        "low",
        "high",
        "source",
        "unit",
        "numbers",
        "failure",
    )
]
_PLAIN: Final = 8
"""How many of them are columns of ``POINT`` as they are, under the same names."""

WORTH_KEEPING: Final = 100
"""What was read is kept when it is more than this part of what is kept already."""

_PRIME: Final = 1_048_573
"""Changes are summed modulo this: the sum of thousands of them fits into no integer of a database."""


@dataclass(frozen=True, slots=True, eq=False)
class PointColumns:
    """The points of a series that have values.

    Attributes
    ----------
    points
        Of the type ``POINT``, in any order.
    units
        What their ``unit`` leads to.
    change
        The latest write that is in them.
    """

    points: NDArray[np.void]
    units: tuple[str, ...]
    change: int


NOTHING: Final = PointColumns(np.zeros(0, dtype=POINT), (), -1)


def read_point_columns(connection: Connection, key: int, file: Path | None) -> PointColumns:
    """Read the points of a series.

    Parameters
    ----------
    file
        What was read is kept there and taken from there, as far as the database still holds it.
    """
    kept = NOTHING if file is None else _load(file)
    rows = _rows_since(connection, key, kept.change)
    known = _without(kept, rows)
    if not _are_unchanged(connection, key, known, kept.change):
        kept = known = NOTHING
        rows = _rows_since(connection, key, kept.change)
    found = _with_rows(known, rows)
    # A file is written whole: a few points at the end are read again sooner than that.
    if file is not None and len(rows) > kept.points.size // WORTH_KEEPING:
        _save(found, file)
    return found


def _rows_since(connection: Connection, key: int, change: int) -> list[Any]:
    query = select(*_READ).where(history_points.c.series_key == key, history_points.c.change > change)
    # Past SQLAlchemy, whose rows know the names of their columns: nobody asks these, and there are very many.
    return list(connection.execute(query).cursor.fetchall())


def _without(kept: PointColumns, rows: Sequence[Any]) -> PointColumns:
    """Return what is left of points when those that came later are taken in their place."""
    if not rows or not kept.points.size:
        return kept
    place = len(PREFERENCE)
    later = [row[0] * place + RANKS[row[8]] for row in rows]
    stays = ~np.isin(kept.points["commit_key"] * place + kept.points["rank"], later)
    return PointColumns(kept.points[stays], kept.units, kept.change)


def _are_unchanged(connection: Connection, key: int, known: PointColumns, until: int) -> bool:
    """Whether the database holds exactly these points of all that were written until then.

    It does, unless it is another one, or was restored from a copy.
    """
    if until == NOTHING.change:
        return True
    count, total = connection.execute(
        select(func.count(), func.sum(history_points.c.change % _PRIME)).where(
            history_points.c.series_key == key, history_points.c.change <= until, history_points.c.failure == ""
        )
    ).one()
    return bool(count == known.points.size and int(total or 0) == int(np.sum(known.points["change"] % _PRIME)))


def _with_rows(known: PointColumns, rows: Sequence[Any]) -> PointColumns:
    change = max((row[2] for row in rows), default=known.change)
    added = [row for row in rows if not row[-1]]
    if not added:
        return PointColumns(known.points, known.units, change)
    *plain, sources, units, numbers, _ = zip(*added, strict=True)
    points = np.zeros(len(added), dtype=POINT)
    for column, values in zip(_READ[:_PLAIN], plain, strict=True):
        points[column.name] = np.array(values, dtype=POINT[column.name])
    places = {unit: place for place, unit in enumerate(dict.fromkeys((*known.units, *units)))}
    points["rank"] = [RANKS[source] for source in sources]
    points["unit"] = [places[unit] for unit in units]
    _read_numbers(numbers, points)
    return PointColumns(np.concatenate([known.points, points]), tuple(places), change)


def _read_numbers(numbers: Sequence[bytes], points: NDArray[np.void]) -> None:
    """Unpack what ``history_rows.numbers_of`` packed; raises ``ValueError`` when the bytes of a point are damaged."""
    kinds = np.array([item[0] if item else -1 for item in numbers])
    points["is_beside_pinned"] = (kinds & 1 << 2) > 0
    points["intrinsic"] = points["raw"] = np.nan
    for kind in np.unique(kinds).tolist():
        rows = np.flatnonzero(kinds == kind)
        counts = [size if kind & 1 << place else 0 for place, size in enumerate(SIZES)]
        packed = [numbers[row] for row in rows.tolist()]
        if kind < 0 or {len(item) for item in packed} != {PRESENT.size + 8 * sum(counts)}:
            raise ValueError("the numbers of a point have the wrong length")
        layout = np.dtype([("kind", "u1"), ("values", "<f8", (sum(counts),))])
        values = np.frombuffer(b"".join(packed), dtype=layout)["values"]
        if counts[0]:
            points["intrinsic"][rows] = values[:, : counts[0]]
        if counts[1]:
            points["raw"][rows] = values[:, counts[0] : counts[0] + counts[1]]


def _load(file: Path) -> PointColumns:
    """Return what was kept; nothing where that is no file, or none that can be understood."""
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as arrays:
            points, units, change = arrays["points"], arrays["units"].tolist(), int(arrays["change"])
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
        return NOTHING
    if points.dtype != POINT or points["unit"].max(initial=-1) >= len(units):
        return NOTHING
    return PointColumns(points, tuple(units), change)


def _save(columns: PointColumns, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(f".{os.getpid()}.partial")
    with partial.open("wb") as opened:
        np.savez(opened, points=columns.points, units=np.array(columns.units, dtype=np.str_), change=columns.change)
    partial.replace(file)
