"""One line that says how a run ended: how many of each verdict, and the worst one by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tailgate.records import VerdictKind
from tailgate.report import units
from tailgate.report.plain_text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tailgate.records import Verdict

SEVERITY: Final = (
    VerdictKind.PASS,
    VerdictKind.IMPROVED,
    VerdictKind.INCONCLUSIVE,
    VerdictKind.REGRESSED,
    VerdictKind.INVALID,
)
"""From the best to the worst."""

WORDS: Final = {
    VerdictKind.PASS: "passed",
    VerdictKind.IMPROVED: "improved",
    VerdictKind.INCONCLUSIVE: "inconclusive",
    VerdictKind.REGRESSED: "regressed",
    VerdictKind.INVALID: "invalid",
}


def summary_line(verdicts: Sequence[Verdict]) -> str:
    """Return for example ``48 benchmarks: 1 regressed (book.Cancel.latency_cancel, p99 +19.8 %), 47 passed``."""
    if not verdicts:
        return "nothing was measured"
    parts = []
    for kind in reversed(SEVERITY):
        of_kind = [verdict for verdict in verdicts if verdict.kind is kind]
        if of_kind:
            named = kind in {VerdictKind.REGRESSED, VerdictKind.INVALID}
            parts.append(f"{len(of_kind)} {WORDS[kind]}" + (f" ({_worst(of_kind)})" if named else ""))
    noun = "benchmark" if len(verdicts) == 1 else "benchmarks"
    uncounted = sum(not verdict.counts for verdict in verdicts)
    tail = f"; {uncounted} of them not counted by policy" if uncounted else ""
    waived = sum(verdict.waiver is not None for verdict in verdicts)
    tail += f"; {waived} of them accepted by a waiver" if waived else ""
    return f"{len(verdicts)} {noun}: {', '.join(parts)}{tail}"


def _worst(verdicts: Sequence[Verdict]) -> str:
    worst = max(verdicts, key=worst_ratio)
    name = one_line(worst.benchmark.label)
    ratio = worst_ratio(worst)
    if worst.kind is not VerdictKind.REGRESSED or ratio <= 0:
        others = len(verdicts) - 1
        return f"{one_line(verdicts[0].benchmark.label)}{f' and {others} more' if others else ''}"
    return f"{'' if len(verdicts) == 1 else 'worst '}{name}, p99 {units.change(ratio)}"


def worst_ratio(verdict: Verdict) -> float:
    """Return the larger of both legs' ratios of p99; zero where there is none."""
    ratios = [leg.ratio for leg in (verdict.intrinsic, verdict.raw) if leg is not None]
    return max((ratio for ratio in ratios if ratio == ratio), default=0.0)  # noqa: PLR0124 - NaN differs from itself
