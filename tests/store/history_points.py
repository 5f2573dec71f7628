"""Commits and points to store, small and complete."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tailgate.history_records import Environment, Fact, HistoryCommit, HistoryPoint, Source
from tailgate.records import BenchmarkId, Quantiles, RatioInterval

BENCHMARK = BenchmarkId("book.Cancel.latency_cancel", ("'deep'", "10"))
FIRST_AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ENVIRONMENT = Environment("tower", (Fact("kernel", "6.1"), Fact("python", "3.11.2")))
HOSTILE = "<script>alert(1)</script> \u202e \0 caf\udce9 '\"; DROP TABLE runs"


def commit(number: int, **others: Any) -> HistoryCommit:
    given: dict[str, Any] = {"subject": f"change {number}", "author": "Ada", "position": number} | others
    return HistoryCommit(name(number), FIRST_AT + timedelta(hours=number), **given)


def name(number: int) -> str:
    return f"{number:040x}"


def point(number: int, value: float = 100.0, **others: Any) -> HistoryPoint:
    quantiles = Quantiles(50.0, 80.0, value, 200.0, 900.5)
    given: dict[str, Any] = {
        "benchmark": BENCHMARK,
        "environment": ENVIRONMENT,
        "measured_at": FIRST_AT + timedelta(days=30, microseconds=number),
        "source": Source.HISTORY,
        "unit": "ns",
        "low": value * 0.98,
        "high": value * 1.02,
        "intrinsic": quantiles,
        "raw": quantiles,
        "against_pinned": RatioInterval(value / 100, value / 102, value / 98),
        "processes": 3,
        "pinned_commit": name(0),
    } | others
    return HistoryPoint(commit=name(number), value=value, **given)
