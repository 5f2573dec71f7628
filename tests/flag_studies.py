"""Effects of flags, made up for tests of whatever shows or keeps them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tailgate.flag_records import FlagEffect, FlagFailure, FlagStudy, Metric, Switch
from tailgate.records import BenchmarkId, Failure, Fingerprint, RatioInterval, Revision, Side

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
FINGERPRINT = Fingerprint("host", "a <CPU>", 2, "6.1", "CPython 3.11.2", "gcc 12", "0.1.0", "native", "deployed")
HOSTILE = BenchmarkId("book.Cancel<script>.latency_\x1b[31mcancel", ("'a|b'",))


def effect(
    flag: str,
    metric: Metric,
    ratio: float,
    benchmark: BenchmarkId | str = "book.Cancel.latency_cancel",
    *,
    off: float = 1_000.0,
    spread: float = 0.02,
    later_s: float = 0.0,
    commit: str = "c" * 40,
) -> FlagEffect:
    """Make the effect of one flag; its interval reaches ``spread`` to either side."""
    return FlagEffect(
        flag=flag,
        requires=("native-core",),
        benchmark=BenchmarkId(benchmark) if isinstance(benchmark, str) else benchmark,
        metric=metric,
        off=off,
        on=off * ratio,
        ratio=RatioInterval(ratio, ratio * (1 - spread), ratio * (1 + spread)),
        tool="interleaved replays",
        processes=6,
        commit=commit,
        fingerprint=FINGERPRINT,
        measured_at=NOW + timedelta(seconds=later_s),
    )


def failure(flag: str, reason: str = "raised in setup: FlagError: it does not exist yet") -> FlagFailure:
    """Make a failure of one flag."""
    benchmark = BenchmarkId("book.Cancel.latency_cancel")
    return FlagFailure(flag, Failure(benchmark, Side.CANDIDATE, reason, "Traceback\nFlagError"))


def study(*effects: FlagEffect, failures: tuple[FlagFailure, ...] = (), notes: tuple[str, ...] = ()) -> FlagStudy:
    """Make a study of the flags of some effects and failures."""
    names = dict.fromkeys([*(item.flag for item in effects), *(item.flag for item in failures), "late"])
    return FlagStudy(
        study_id="study",
        started_at=NOW,
        finished_at=NOW + timedelta(minutes=1),
        revision=Revision("c" * 40, "HEAD", "book: [red]cancel[/red] \x1b]0;title\x07"),
        fingerprint=FINGERPRINT,
        switches=tuple(Switch(name, (name,), ("native-core",), "^book") for name in names),
        effects=effects,
        failures=failures,
        unmeasured=("late: book.Cancel.latency_cancel",),
        notes=notes,
        exit_code=4,
        summary="3 flags: 1 measured",
    )
