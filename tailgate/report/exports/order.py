"""Verdicts in the order in which people want them: what fails the build first, then what is worst."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tailgate.records import Verdict, VerdictKind
from tailgate.report.summary import worst_ratio

if TYPE_CHECKING:
    from tailgate.report.exports.run import ExportedRun

_ORDER: Final = (
    VerdictKind.REGRESSED,
    VerdictKind.INVALID,
    VerdictKind.INCONCLUSIVE,
    VerdictKind.IMPROVED,
    VerdictKind.PASS,
)


def worst_first(run: ExportedRun) -> list[Verdict]:
    """Return the verdicts of a run: failing ones first, by kind, the largest slow-down first, by name."""
    return sorted(
        run.result.verdicts,
        key=lambda verdict: (
            not run.is_failing(verdict),
            _ORDER.index(verdict.kind),
            -worst_ratio(verdict) if verdict.kind is VerdictKind.REGRESSED else 0.0,
            verdict.benchmark,
        ),
    )
