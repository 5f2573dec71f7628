"""Regressions that someone accepted. In: verdicts, waivers, today. Out: the verdicts, each saying what its waiver does.

A waiver changes no verdict: what regressed stays ``regressed`` and is shown, it only does not fail the build.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tailgate.records import RatioInterval, Verdict, VerdictKind, Waiver

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date


def accept_waived(verdicts: Iterable[Verdict], waivers: Sequence[Waiver], today: date) -> list[Verdict]:
    """Attach waivers to the regressions that they accept; say of the others why theirs does not hold.

    A waiver holds on its last day still, and while the estimated p99 of both legs is within its bound.
    """
    by_label = {waiver.benchmark: waiver for waiver in waivers}
    return [_judged(verdict, by_label.get(verdict.benchmark.label), today) for verdict in verdicts]


def _judged(verdict: Verdict, waiver: Waiver | None, today: date) -> Verdict:
    if waiver is None or verdict.kind is not VerdictKind.REGRESSED:
        return verdict
    terms = f"{waiver.author} accepted up to +{100 * waiver.bound:g} % until {waiver.expires}: {waiver.reason}"
    if today > waiver.expires:
        return replace(verdict, reasons=(f"its waiver has expired: {terms}", *verdict.reasons))
    if not (_is_within(verdict.intrinsic, waiver.bound) and _is_within(verdict.raw, waiver.bound)):
        return replace(verdict, reasons=(f"worse than its waiver allows: {terms}", *verdict.reasons))
    return replace(verdict, waiver=waiver, reasons=(f"waived: {terms}", *verdict.reasons))


def _is_within(ratio: RatioInterval | None, bound: float) -> bool:
    return ratio is not None and ratio.ratio <= 1 + bound
