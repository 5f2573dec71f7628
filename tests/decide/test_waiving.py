"""A waiver lets a regression pass up to its bound and its last day, and hides nothing."""

from __future__ import annotations

from datetime import date

import pytest

from tailgate.decide import accept_waived, exit_code
from tailgate.exit_codes import ExitCode
from tailgate.records import BenchmarkId, RatioInterval, Verdict, VerdictKind, Waiver

LABEL = "book.Cancel.latency_cancel('deep')"
WAIVER = Waiver(LABEL, "worth it", "Ada", 0.1, date(2026, 6, 30))


def regressed(intrinsic: float = 1.08, raw: float = 1.02, kind: VerdictKind = VerdictKind.REGRESSED) -> Verdict:
    legs = [RatioInterval(ratio, ratio - 0.01, ratio + 0.01) for ratio in (intrinsic, raw)]
    benchmark = BenchmarkId("book.Cancel.latency_cancel", ("'deep'",))
    return Verdict(benchmark, kind, ("worse",), intrinsic=legs[0], raw=legs[1])


def test_an_accepted_regression_stays_one_and_does_not_fail_the_build() -> None:
    (verdict,) = accept_waived([regressed()], [WAIVER], date(2026, 6, 30))
    assert verdict.kind is VerdictKind.REGRESSED
    assert verdict.waiver == WAIVER
    assert verdict.reasons == ("waived: Ada accepted up to +10 % until 2026-06-30: worth it", "worse")
    assert exit_code([verdict], fails_on_inconclusive=True) is ExitCode.PASSED


@pytest.mark.parametrize(
    ("verdict", "today", "words"),
    [
        (regressed(), date(2026, 7, 1), "its waiver has expired"),
        (regressed(intrinsic=1.11), date(2026, 6, 1), "worse than its waiver allows"),
        (regressed(raw=1.5), date(2026, 6, 1), "worse than its waiver allows"),
    ],
)
def test_one_that_does_not_hold_is_named_and_the_build_fails(verdict: Verdict, today: date, words: str) -> None:
    (judged,) = accept_waived([verdict], [WAIVER], today)
    assert judged.waiver is None
    assert judged.reasons[0].startswith(words)
    assert judged.reasons[1] == "worse"
    assert exit_code([judged], fails_on_inconclusive=True) is ExitCode.REGRESSED


def test_other_benchmarks_and_other_verdicts_are_left_alone() -> None:
    other = Verdict(BenchmarkId("book.Cancel.latency_cancel", ("'flat'",)), VerdictKind.REGRESSED, ("worse",))
    passed = regressed(kind=VerdictKind.PASS)
    assert accept_waived([other, passed], [WAIVER], date(2026, 6, 1)) == [other, passed]
    (waived,) = accept_waived([regressed()], [WAIVER], date(2026, 6, 1))
    assert exit_code([waived, other], fails_on_inconclusive=True) is ExitCode.REGRESSED
