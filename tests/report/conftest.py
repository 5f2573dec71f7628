"""One run with every kind of verdict, and foreign text that tries to take over the terminal."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest

from tailgate.records import (
    BenchmarkId,
    Comparison,
    Effect,
    Failure,
    Fingerprint,
    GateResult,
    Leg,
    Quantiles,
    RatioInterval,
    Revision,
    Side,
    SideSummary,
    Verdict,
    VerdictKind,
)
from tailgate.report import summary_line

STARTED_AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
TRACEBACK = """Traceback (most recent call last):
  File "benchmarks/orders.py", line 31, in setup
\tself.book = Book[int](\x1b[1;31mvariant\x1b[0m="missing")
ValueError: no such variant: missing
"""


def quantiles(p50_ns: float) -> Quantiles:
    return Quantiles(p50_ns, p50_ns * 1.5, p50_ns * 2.9, p50_ns * 6, p50_ns * 50)


def judged(
    name: str,
    kind: VerdictKind,
    reason: str,
    *,
    p50_ns: float,
    ratio: float,
    raw_ratio: float,
    parameters: tuple[str, ...] = (),
    counts: bool = True,
) -> Verdict:
    benchmark = BenchmarkId(name, parameters)
    baseline, candidate = (
        SideSummary(quantiles(p50), quantiles(p50 * 1.1), processes=6, replays=16, operations=4_000)
        for p50 in (p50_ns, p50_ns * ratio)
    )
    effects = [
        Effect(leg, (math.log(value), math.nan), math.log(value), 0.01, 5.0)
        for leg, value in zip(Leg, (ratio, raw_ratio), strict=True)
    ]
    return Verdict(
        benchmark,
        kind,
        (reason, "a second reason"),
        Comparison(benchmark, baseline, candidate, *effects),
        RatioInterval(ratio, ratio - 0.012, ratio + 0.014),
        RatioInterval(raw_ratio, raw_ratio - 0.05, raw_ratio + 0.06),
        counts=counts,
        elapsed_s=1.5,
    )


@pytest.fixture
def result() -> GateResult:
    broken = BenchmarkId("orders.Place.latency_place", ("'[bold]limit[/bold]'",))
    verdicts = (
        judged(
            "book.Cancel.latency_cancel",
            VerdictKind.REGRESSED,
            "the p99 is shown to be worse by at least 18.2 % (margin 2 %), and fresh processes confirm it",
            p50_ns=101,
            ratio=1.198,
            raw_ratio=1.18,
            parameters=("'deep'",),
        ),
        judged(
            "book.Limit.latency_limit",
            VerdictKind.PASS,
            "the p99 is shown not to be worse than +5 %",
            p50_ns=998,
            ratio=1.002,
            raw_ratio=1.01,
        ),
        judged(
            "serialization.Json[red].latency_\x1b[31mencode\u202e\x07[/]\u200b",
            VerdictKind.INCONCLUSIVE,
            "the budget ended after 9 rounds; 40 s more would show 5 %",
            p50_ns=5.2e4,
            ratio=1.03,
            raw_ratio=4.5,
            counts=False,
        ),
        judged(
            "signals.RelativeStrengthIndex.latency_update_with_a_name_that_fills_more_than_a_hundred_columns_by_itself_alone",
            VerdictKind.IMPROVED,
            "the p99 is shown to be better by more than 2 %",
            p50_ns=3.1e6,
            ratio=0.71,
            raw_ratio=0.7,
        ),
        Verdict(
            broken,
            VerdictKind.INVALID,
            ("[link=http://example.invalid]ValueError[/link]: no such variant: missing",),
            failures=(Failure(broken, Side.CANDIDATE, "ValueError: no such variant: missing", TRACEBACK),),
        ),
    )
    return GateResult(
        run_id="run-1",
        started_at=STARTED_AT,
        finished_at=STARTED_AT + timedelta(seconds=75),
        baseline=Revision("a" * 40, "main", "book: :smile: add [link=http://example.invalid]levels[/link]"),
        candidate=Revision("b" * 40, "working tree", "evil \x1b]0;a title\x07 \x9b31m \r\n caf\udce9 \u2067subject"),
        fingerprint=Fingerprint("host-1", "AMD EPYC 7B13", 2, "6.1.0", "3.11.2", "gcc 12.2", "0.1.0", "native", "{}"),
        verdicts=verdicts,
        exit_code=4,
        summary=summary_line(verdicts),
    )
