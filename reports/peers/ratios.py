"""Reads findings: rows of quantiles a round come in, medians and ratios to ours go out.

A ratio is taken round by round, where both were measured within the same seconds, and the median of the rounds is
told: above 1 the other is slower than ours.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.peers.records import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.peers.records import Findings, Row


@dataclass(frozen=True, slots=True)
class Line:
    """One measured row beside ours.

    Attributes
    ----------
    p50_ns, p99_ns
        Medians over the rounds.
    p50_ratio, p99_ratio
        Its latency in units of ours, medians over the rounds; None without a measured baseline.
    """

    row: Row
    p50_ns: float
    p99_ns: float
    p50_ratio: float | None
    p99_ratio: float | None


@dataclass(frozen=True, slots=True)
class Section:
    """All lines of one operation, fastest p99 first, and the state of ours that they are compared with."""

    findings: Findings
    operation: str
    baseline: str
    lines: tuple[Line, ...]

    @property
    def ours(self) -> Line | None:
        """The line of the baseline."""
        return next((line for line in self.lines if line.row.name == self.baseline), None)

    @property
    def best_peer(self) -> Line | None:
        """The peer with the smallest p99."""
        return next((line for line in self.lines if not line.row.is_ours), None)


def sections(findings: Findings, baseline: str) -> Iterator[Section]:
    """Give out one section an operation.

    Parameters
    ----------
    findings
        Of one comparison.
    baseline
        Name of the state of ours that all are compared with.
    """
    measured = [row for row in findings.rows if row.status is Status.MEASURED]
    for operation in dict.fromkeys(row.operation for row in measured):
        rows = [row for row in measured if row.operation == operation]
        ours = next((row for row in rows if row.name == baseline), None)
        lines = sorted((_line(row, ours) for row in rows), key=lambda line: line.p99_ns)
        yield Section(findings, operation, baseline, tuple(lines))


def _line(row: Row, ours: Row | None) -> Line:
    pairs = list(zip(row.rounds, ours.rounds, strict=True)) if ours is not None else []
    return Line(
        row,
        statistics.median(found.p50_ns for found in row.rounds),
        statistics.median(found.p99_ns for found in row.rounds),
        _median_ratio([(found.p50_ns, own.p50_ns) for found, own in pairs]),
        _median_ratio([(found.p99_ns, own.p99_ns) for found, own in pairs]),
    )


def _median_ratio(pairs: list[tuple[float, float]]) -> float | None:
    # An operation cheaper than the measuring around it may come out at nothing.
    ratios = [found / own for found, own in pairs if own > 0]
    return statistics.median(ratios) if ratios else None
