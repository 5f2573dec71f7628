"""Small histories and runs, made up for tests of the site; hostile texts among them."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha1
from typing import TYPE_CHECKING, Final

import numpy as np

from tailgate.action_records import ActionKind, ActionOutcome, ActionTaken, Attribution, CauseKind
from tailgate.flag_records import FlagEffect, Metric
from tailgate.history_records import (
    Cause,
    ChangePoint,
    Direction,
    Drift,
    Environment,
    Fact,
    HistoryCommit,
    HistoryPoint,
    Profile,
    ProfileTool,
    Series,
    Source,
)
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
    Side,
    SideSummary,
    Verdict,
    VerdictKind,
    Waiver,
)
from tailgate.report import FoldedProfile, difference_svg
from tailgate.report.site import (
    Commits,
    Drawing,
    RunStory,
    SeriesPages,
    SeriesStory,
    SiteBuilder,
    SiteFacts,
    SiteFolder,
    SiteFrame,
    SpreadCollector,
)
from tailgate.series_records import SeriesColumns

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

DRAWING: Final = difference_svg(
    FoldedProfile("main;cancel 300\nmain;find <level> 200\n", 100),
    FoldedProfile("main;cancel 300\nmain;find <level> 340\n", 100),
    "a regression",
    "samples",
).encode()
EXTRA: Final = b"""<!doctype html><title>x</title><meta name="color-scheme" content="light dark">
<style>body { background: #ffffff } @media (prefers-color-scheme: dark) { body { background: #000000 } }</style>"""
START: Final = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
SCRIPT: Final = "</script><script>window.pwned = 1</script>"
HOSTILE: Final = (
    f'"><img src=x onerror="window.pwned = 1">{SCRIPT}',
    "../../x/..\\..\\y",
    "right \u202e to \u2067 left \u200b",
    "nul \0, a lone surrogate \udce9, {{ 7 * 7 }}, ${7 * 7}",
    "a very long one " + "x" * 5_000,
)
FINGERPRINT: Final = Fingerprint(
    "machine-1", "a <CPU>", 2, "6.1", "CPython 3.11.2", "gcc 12", "0.1", "native", "deployed"
)


def name_of(place: int) -> str:
    """Return the name of a commit by its place."""
    return sha1(f"commit {place}".encode(), usedforsecurity=False).hexdigest()


def commits(count: int, subjects: Sequence[str] = ("book: keep levels in one array",)) -> Commits:
    """Make commits, one a day; the flags change in the middle."""
    flags = ((Fact("fast-lock", "off"),), (Fact("fast-lock", "on"),))
    return Commits.of(
        [
            HistoryCommit(
                commit=name_of(place),
                committed_at=START + timedelta(days=place),
                position=place,
                subject=subjects[place % len(subjects)],
                author="Ada",
                flags=flags[place >= count // 2],
            )
            for place in range(count)
        ]
    )


def series_story(
    known: Commits, benchmark: BenchmarkId, machine: str = "machine-1", *, base_ns: float = 1_000.0, step: float = 1.2
) -> SeriesStory:
    """Make a series that steps up by a factor two thirds through, where the kernel changes too; the fifth is pinned."""
    count = len(known.ordered)
    at = 2 * count // 3
    environments = [Environment(machine, (Fact("kernel", kernel),)) for kernel in ("6.1", "6.6")]
    points = []
    for place, commit in enumerate(known.ordered):
        value = base_ns * (step if place >= at else 1.0) * (1 + 0.004 * math.sin(place))
        points.append(
            HistoryPoint(
                benchmark=benchmark,
                commit=commit.commit,
                environment=environments[place >= at],
                measured_at=commit.committed_at + timedelta(hours=1),
                source=Source.HISTORY,
                unit="ns",
                value=value,
                low=value * 0.98,
                high=value * 1.02,
                intrinsic=Quantiles(value / 3, value / 2, value, value * 2, value * 9),
                raw=Quantiles(value / 2.8, value / 1.9, value * 1.1, value * 3, value * 40),
                processes=6,
            )
        )
    series = SeriesColumns.of(Series(benchmark, machine, "ns", known.ordered, tuple(points)))
    pinned = known.ordered[min(4, count - 1)].commit
    if step == 1.0 or count < 3:
        return SeriesStory(series, (), None, pinned)
    change = ChangePoint(
        benchmark,
        machine,
        at,
        known.ordered[at].commit,
        known.ordered[at - 1].commit,
        Direction.WORSE if step > 1 else Direction.BETTER,
        base_ns,
        base_ns * step,
        RatioInterval(step, step - 0.01, step + 0.01),
        Cause.ENVIRONMENT,
        ("kernel: 6.1 to 6.6",),
    )
    drift = Drift(
        benchmark, machine, points[-1].commit, pinned, RatioInterval(step, step - 0.02, step + 0.02), step > 1.05
    )
    return SeriesStory(series, (change,), drift, pinned)


def run_story(
    known: Commits,
    kinds: Sequence[tuple[BenchmarkId, VerdictKind]],
    *,
    run_id: str = "run-1",
    baseline: int = -2,
    candidate: int = -1,
    days: float = 0.0,
    waiver: Waiver | None = None,
) -> RunStory:
    """Make a finished run with its distributions, and for each regression an attribution, an action and profiles."""
    started_at = known.ordered[-1].committed_at + timedelta(days=days)
    revisions = [
        Revision(known.ordered[place].commit, "main", known.ordered[place].subject) for place in (baseline, candidate)
    ]
    collector = SpreadCollector()
    generator = np.random.default_rng(7)
    verdicts = []
    for benchmark, kind in kinds:
        ratio = {VerdictKind.REGRESSED: 1.2, VerdictKind.IMPROVED: 0.8}.get(kind, 1.0)
        for side, revision in zip(Side, revisions, strict=True):
            factor = ratio if side is Side.CANDIDATE else 1.0
            latency = np.exp(generator.normal(6, 0.3, (4, 1_200))) * factor
            measurement = Measurement(
                benchmark,
                side,
                revision.commit,
                1,
                started_at,
                FINGERPRINT,
                Conditions(3, 0.97, 0.02),
                latency,
                20.0,
                10.0,
            )
            collector.add(measurement, latency.min(axis=0))
        verdicts.append(_verdict(benchmark, kind, ratio, waiver))
    regressed = [benchmark for benchmark, kind in kinds if kind is VerdictKind.REGRESSED]
    summary = f"{len(verdicts)} benchmarks: {len(regressed)} regressed"
    return RunStory(
        run_id=run_id,
        started_at=started_at,
        baseline=revisions[0],
        candidate=revisions[1],
        measurements=2 * len(verdicts),
        result=GateResult(
            run_id,
            started_at,
            started_at + timedelta(seconds=70),
            revisions[0],
            revisions[1],
            FINGERPRINT,
            tuple(verdicts),
            int(bool(regressed)),
            summary,
        ),
        conditions=collector.conditions,
        spreads=collector.spreads(),
        profiles=tuple(profile for item in regressed for profile in profiles(run_id, item, revisions)),
        drawings=tuple(Drawing(item, ProfileTool.PY_SPY, DRAWING) for item in regressed),
        actions=tuple(revert(item, revisions, started_at) for item in regressed),
        attributions=tuple(
            Attribution(item.label, CauseKind.COMMIT, revisions[1].commit, "it is named") for item in regressed
        ),
    )


def profiles(run_id: str, benchmark: BenchmarkId, revisions: Sequence[Revision]) -> list[Profile]:
    """Make profiles of both sides: stacks, allocations, and no instructions since a tool is missing."""
    found = []
    for place, revision in enumerate(revisions):
        file = f"{place}.folded"
        found.append(Profile(run_id, benchmark, revision.commit, ProfileTool.PY_SPY, file))
        facts = (Fact("allocations", f"{100 + 20 * place}"), Fact("peak memory", "3.2 MB"))
        found.append(Profile(run_id, benchmark, revision.commit, ProfileTool.MEMRAY, "", facts))
        found.append(Profile(run_id, benchmark, revision.commit, ProfileTool.CALLGRIND, "", (), "valgrind is missing"))
    return found


def revert(benchmark: BenchmarkId, revisions: Sequence[Revision], moment: datetime) -> ActionTaken:
    """Make a revert of the candidate."""
    return ActionTaken(
        "action-1",
        ActionKind.REVERT,
        revisions[1].commit,
        "reverted",
        (benchmark.label,),
        revisions[0],
        revisions[1],
        "tailgate/revert",
        "c" * 40,
        ActionOutcome.VERIFIED,
        "the p99 is what it was",
        "run-2",
        moment + timedelta(hours=1),
    )


def flag_effects(benchmark: BenchmarkId, commit: str) -> tuple[FlagEffect, ...]:
    """Make two effects of one flag."""
    return tuple(
        FlagEffect(
            "fast-lock",
            (),
            benchmark,
            metric,
            100.0,
            100.0 * ratio,
            RatioInterval(ratio, ratio - 0.02, ratio + 0.02),
            "replays",
            6,
            commit,
            FINGERPRINT,
            START,
        )
        for metric, ratio in ((Metric.P50, 0.5), (Metric.P99, 1.3))
    )


def build_site(
    folder: Path,
    known: Commits,
    stories: Sequence[SeriesStory],
    runs: Sequence[RunStory] = (),
    *,
    frame: SiteFrame | None = None,
    waivers: Sequence[Waiver] = (),
    effects: Sequence[FlagEffect] = (),
) -> SiteFacts:
    """Write a whole site."""
    frame = frame or SiteFrame("small project")
    output = SiteFolder(folder)
    pages = SeriesPages(frame, output, known)
    machines = sorted({story.series.machine for story in stories})
    digests = [pages.write(story, machines) for story in stories]
    facts = SiteFacts(
        now=known.ordered[-1].committed_at + timedelta(days=1) if known.ordered else START,
        commits=known,
        series=tuple(digests),
        runs=tuple(runs),
        actions=tuple(action for run in runs for action in run.actions),
        waivers=tuple(waivers),
        flag_effects=tuple(effects),
        flag_failures=(),
        pins={story.series.machine: story.pinned_commit for story in stories},
    )
    SiteBuilder(frame, output).write(facts, {file: EXTRA for file, _ in frame.extra_pages})
    output.finish()
    return facts


def hostile_site(folder: Path) -> SiteFacts:
    """Write a site in which every foreign text tries to do harm."""
    known = commits(30, HOSTILE)
    benchmarks = [BenchmarkId(f"book.{text}", (text,)) for text in HOSTILE]
    stories = [series_story(known, item, machine) for item in benchmarks for machine in ("machine-1", HOSTILE[0])]
    waiver = Waiver(benchmarks[0].label, HOSTILE[0], HOSTILE[2], 0.5, date(2026, 2, 10))
    run = run_story(known, [(item, VerdictKind.REGRESSED) for item in benchmarks], run_id=HOSTILE[1], waiver=waiver)
    assert run.result is not None
    bad_machine = replace(FINGERPRINT, cpu_model=HOSTILE[0], kernel=HOSTILE[3])
    run = replace(run, result=replace(run.result, fingerprint=bad_machine, summary=HOSTILE[0]))
    return build_site(folder, known, stories, [run], waivers=[waiver], effects=flag_effects(benchmarks[0], "c" * 40))


def usual_site(folder: Path) -> SiteFacts:
    """Write a site with two machines, a regression, an improvement, a self check and a waiver."""
    known = commits(60)
    benchmarks = [BenchmarkId(f"{name}.Case.latency_operation", ("'deep'",)) for name in ("book", "orders", "risk")]
    steps = (1.2, 0.8, 1.0)
    stories = [
        series_story(known, benchmark, machine, step=step, base_ns=400.0 * (place + 1))
        for place, (benchmark, step) in enumerate(zip(benchmarks, steps, strict=True))
        for machine in ("machine-1", "machine-2")
    ]
    kinds = [VerdictKind.REGRESSED, VerdictKind.IMPROVED, VerdictKind.PASS]
    runs = [
        run_story(known, list(zip(benchmarks, kinds, strict=True)), run_id="run-2"),
        run_story(known, [(item, VerdictKind.PASS) for item in benchmarks], run_id="run-1", baseline=-1, days=-1),
    ]
    waiver = Waiver(benchmarks[1].label, "worth it", "Ada", 0.3, date(2026, 3, 12))
    frame = SiteFrame("small project", "https://example.org/commit/", (("extra/roadmap.html", "Roadmap"),))
    return build_site(
        folder, known, stories, runs, frame=frame, waivers=[waiver], effects=flag_effects(benchmarks[0], "c" * 40)
    )


def _verdict(benchmark: BenchmarkId, kind: VerdictKind, ratio: float, waiver: Waiver | None) -> Verdict:
    sides = []
    for factor in (1.0, ratio):
        quantiles = Quantiles(400 * factor, 500 * factor, 900 * factor, 1_200 * factor, 5_000 * factor)
        sides.append(SideSummary(quantiles, quantiles, 6, 16, 1_200))
    effects = [Effect(leg, (math.log(ratio) - 0.01, math.log(ratio) + 0.01), math.log(ratio), 0.01, 5.0) for leg in Leg]
    interval = RatioInterval(ratio, ratio - 0.02, ratio + 0.02)
    reason = f"the p99 is {kind.value}"
    is_waived = waiver is not None and waiver.benchmark == benchmark.label
    return Verdict(
        benchmark,
        kind,
        (reason,),
        Comparison(benchmark, sides[0], sides[1], effects[0], effects[1]),
        interval,
        interval,
        elapsed_s=2.0,
        waiver=waiver if is_waived else None,
    )
