"""Points to rows and back: the numbers of a point as packed bytes, since hundreds of thousands are read at a time."""

from __future__ import annotations

import struct
from dataclasses import astuple, dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter

from tailgate.history_records import Environment, Fact, HistoryCommit, HistoryPoint, Profile, Source
from tailgate.records import Quantiles, RatioInterval
from tailgate.series_records import moment, unix_us
from tailgate.store import documents
from tailgate.store.history_schema import history_points

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row

    from tailgate.records import BenchmarkId

ENVIRONMENT: Final = TypeAdapter(Environment)
PROFILE: Final = TypeAdapter(Profile)
FACTS: Final = TypeAdapter(tuple[Fact, ...])

NAN: Final = float("nan")

# Which of the three follow, then those that do: intrinsic, raw, against the pinned baseline.
PRESENT: Final = struct.Struct("<B")
_ALL: Final = struct.Struct("<B13d")
SIZES: Final = (5, 5, 3)

_SOURCES: Final = {source.value: source for source in Source}

POINT_COLUMNS: Final = tuple(
    history_points.c[name]
    for name in (
        "commit_key",
        "environment_key",
        "measured_unix_us",
        "source",
        "unit",
        "value",
        "low",
        "high",
        "numbers",
        "processes",
        "run_id",
        "pinned_commit",
        "failure",
    )
)
"""What ``read_point`` takes, in its order: hundreds of thousands of rows are read by position, which is faster."""


@dataclass(frozen=True, slots=True)
class RowKeys:
    """What the row of a point refers to, and the number of the write that it comes with."""

    series: int
    commit: int
    environment: int
    change: int


def numbers_of(point: HistoryPoint) -> bytes:
    """Pack both legs' quantiles and the ratio to the pinned baseline."""
    present = 0
    numbers: list[float] = []
    for place, record in enumerate((point.intrinsic, point.raw, point.against_pinned)):
        if record is not None:
            present |= 1 << place
            numbers.extend(astuple(record))
    return PRESENT.pack(present) + struct.pack(f"<{len(numbers)}d", *numbers)


def read_numbers(numbers: bytes) -> tuple[Quantiles | None, Quantiles | None, RatioInterval | None]:
    """Unpack what ``numbers_of`` packed; raises ``ValueError`` when the bytes are damaged."""
    if len(numbers) == _ALL.size:
        _, a, b, c, d, e, f, g, h, i, j, k, low, high = _ALL.unpack(numbers)
        return Quantiles(a, b, c, d, e), Quantiles(f, g, h, i, j), RatioInterval(k, low, high)
    present = numbers[0] if numbers else 0
    counts = [size if present & 1 << place else 0 for place, size in enumerate(SIZES)]
    if len(numbers) != PRESENT.size + 8 * sum(counts):
        raise ValueError("the numbers of a point have the wrong length")
    values = struct.unpack_from(f"<{sum(counts)}d", numbers, PRESENT.size)
    intrinsic, raw, ratio = values[: counts[0]], values[counts[0] : sum(counts[:2])], values[sum(counts[:2]) :]
    return (
        Quantiles(*intrinsic) if intrinsic else None,
        Quantiles(*raw) if raw else None,
        RatioInterval(*ratio) if ratio else None,
    )


def commit_row(commit: HistoryCommit) -> dict[str, Any]:
    """Turn a commit into what its row holds."""
    return {
        "commit_hash": documents.storable_text(commit.commit),
        "committed_at": commit.committed_at.isoformat(),
        "committed_unix_us": unix_us(commit.committed_at),
        "position": commit.position,
        "subject": documents.storable_text(commit.subject),
        "author": documents.storable_text(commit.author),
        "flags": documents.to_facts(commit.flags),
    }


def read_commit(row: Row[Any]) -> HistoryCommit:
    """Turn a row back into its commit."""
    return HistoryCommit(
        commit=row.commit_hash,
        committed_at=datetime.fromisoformat(row.committed_at),
        position=row.position,
        subject=row.subject,
        author=row.author,
        flags=_facts(row.flags),
    )


@lru_cache(maxsize=1024)
def _facts(text: str) -> tuple[Fact, ...]:
    """Read facts; thousands of commits in a row deploy the same flags."""
    return FACTS.validate_json(text)


def point_row(point: HistoryPoint, keys: RowKeys) -> dict[str, Any]:
    """Turn a point into what its row holds."""
    return {
        "series_key": keys.series,
        "commit_key": keys.commit,
        "source": point.source.value,
        "environment_key": keys.environment,
        "measured_unix_us": unix_us(point.measured_at),
        "unit": documents.storable_text(point.unit),
        "value": point.value,
        "low": point.low,
        "high": point.high,
        "numbers": numbers_of(point),
        "processes": point.processes,
        "run_id": point.run_id,
        "pinned_commit": point.pinned_commit,
        "failure": documents.storable_text(point.failure),
        "change": keys.change,
    }


def read_point(row: Sequence[Any], benchmark: BenchmarkId, commit: str, environment: Environment) -> HistoryPoint:
    """Turn ``POINT_COLUMNS`` of a row back into its point; moments come back in UTC."""
    _, _, measured, source, unit, value, low, high, numbers, processes, run_id, pinned, failure = row
    intrinsic, raw, against_pinned = read_numbers(numbers)
    return HistoryPoint(
        benchmark,
        commit,
        environment,
        moment(measured),
        _SOURCES[source],
        unit,
        NAN if value is None else value,
        NAN if low is None else low,
        NAN if high is None else high,
        intrinsic,
        raw,
        against_pinned,
        processes,
        run_id,
        pinned,
        failure,
    )
