"""Finished runs in a store, small and complete, for the commands that read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from tailgate.records import (
    BenchmarkId,
    Comparison,
    Conditions,
    Effect,
    Fingerprint,
    GateResult,
    Leg,
    Measurement,
    Quantiles,
    RatioInterval,
    Revision,
    RunPurpose,
    Side,
    SideSummary,
    Verdict,
    VerdictKind,
)
from tailgate.store import open_store

if TYPE_CHECKING:
    from pathlib import Path

BENCHMARK = BenchmarkId("book.Cancel.latency_cancel", ("'deep'",))
MACHINE = Fingerprint("host", "a CPU", 2, "6.1", "3.11.2", "gcc 12", "0.1.0", "native", "deployed")
BASELINE = Revision("a" * 40, "main", "good")
CANDIDATE = Revision("b" * 40, "HEAD", "evil <script> ' \x1b[31m")
BEGAN = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


def result(
    run_id: str, kind: VerdictKind = VerdictKind.REGRESSED, *, exit_code: int = 1, minute: int = 0
) -> GateResult:
    quantiles = Quantiles(100.0, 150.0, 290.0, 600.0, 900.0)
    side = SideSummary(quantiles, quantiles, processes=4, replays=16, operations=1_000)
    effects = [Effect(leg, (0.1, 0.1), 0.1, 0.01, 4.0) for leg in Leg]
    verdict = Verdict(
        BENCHMARK,
        kind,
        ("shown",),
        Comparison(BENCHMARK, side, side, *effects),
        RatioInterval(1.1, 1.08, 1.12),
        RatioInterval(1.1, 1.0, 1.2),
    )
    began = BEGAN + timedelta(minutes=minute)
    ended = began + timedelta(seconds=30)
    return GateResult(run_id, began, ended, BASELINE, CANDIDATE, MACHINE, (verdict,), exit_code, f"summary of {run_id}")


def keep(
    project: Path,
    *results: GateResult,
    unfinished: str | None = None,
    purpose: RunPurpose = RunPurpose.GATE,
) -> None:
    (project / ".tailgate").mkdir(exist_ok=True)
    with open_store(project / ".tailgate" / "store.sqlite") as store:
        for item in results:
            store.add_run(item.run_id, item.started_at, item.baseline, item.candidate, purpose)
            for side in Side:
                latency = np.round(np.random.default_rng(3).gamma(5, 40, (4, 100)), 1)
                measured = Measurement(
                    BENCHMARK, side, "c" * 40, 1, BEGAN, MACHINE, Conditions(0, 1.0, 0.0), latency, 18.0, 10.0
                )
                store.add_measurement(item.run_id, measured, latency.mean(axis=0))
            store.finish_run(item)
        if unfinished is not None:
            store.add_run(unfinished, BEGAN + timedelta(days=1), BASELINE, CANDIDATE)
