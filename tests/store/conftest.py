"""Records to store, small and complete."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tailgate.records import (
    BenchmarkId,
    Comparison,
    Conditions,
    Effect,
    Failure,
    Fingerprint,
    GateResult,
    Leg,
    Measurement,
    Quantiles,
    RatioInterval,
    Revision,
    Side,
    SideSummary,
    Verdict,
    VerdictKind,
)

if TYPE_CHECKING:
    from collections.abc import Callable

BENCHMARK = BenchmarkId("book.Cancel.latency_cancel", ("'deep'", "10"))
STARTED_AT = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=timezone(timedelta(hours=2)))
FINGERPRINT = Fingerprint("host", "a CPU", 2, "6.1", "3.11.2", "gcc 12", "0.1.0", "native", "{}")
BASELINE = Revision("a" * 40, "main", "book: index levels by tick")
CANDIDATE = Revision("b" * 40, "HEAD", "book: cancel in O(1)")


@pytest.fixture
def make_measurement() -> Callable[..., Measurement]:
    def make(
        round_number: int = 1, side: Side = Side.BASELINE, *, replays: int = 3, operations: int = 50
    ) -> Measurement:
        generator = np.random.default_rng([round_number, replays, operations])
        return Measurement(
            benchmark=BENCHMARK,
            side=side,
            commit=(BASELINE if side is Side.BASELINE else CANDIDATE).commit,
            round_number=round_number,
            started_at=STARTED_AT + timedelta(seconds=round_number),
            fingerprint=FINGERPRINT,
            conditions=Conditions(involuntary_switches=3, cpu_share=0.98, steal_share=0.01),
            # Whole tenths, so that the store's rounding changes nothing.
            latency_ns=np.round(generator.gamma(5, 40, (replays, operations)), 1),
            recorder_cost_ns=18.5,
            clock_step_ns=10.0,
        )

    return make


@pytest.fixture
def make_result() -> Callable[[str], GateResult]:
    def make(run_id: str) -> GateResult:
        quantiles = Quantiles(100.0, 150.0, 290.5, 600.0, float("inf"))
        side = SideSummary(quantiles, quantiles, processes=4, replays=16, operations=4_000)
        effects = [Effect(leg, (0.01, 0.02, -0.01), 0.0066, 0.008, 5.5) for leg in Leg]
        failed = BenchmarkId("orders.Place.latency_place")
        return GateResult(
            run_id=run_id,
            started_at=STARTED_AT,
            finished_at=STARTED_AT.astimezone(UTC) + timedelta(minutes=1),
            baseline=BASELINE,
            candidate=CANDIDATE,
            fingerprint=FINGERPRINT,
            verdicts=(
                Verdict(
                    BENCHMARK,
                    VerdictKind.PASS,
                    ("the p99 is shown not to be worse than +5 %", "a second reason"),
                    Comparison(BENCHMARK, side, side, *effects),
                    RatioInterval(1.006, 0.99, 1.02),
                    RatioInterval(1.01, 0.97, 1.05),
                    elapsed_s=1.25,
                ),
                Verdict(
                    failed,
                    VerdictKind.INVALID,
                    ("ValueError: no",),
                    failures=(Failure(failed, Side.CANDIDATE, "ValueError: no", "Traceback"),),
                    counts=False,
                ),
            ),
            exit_code=4,
            summary="2 benchmarks: 1 invalid, 1 passed",
        )

    return make
