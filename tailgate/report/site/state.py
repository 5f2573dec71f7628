"""How things stand, read off the runs: the last word on each benchmark, what is open, how noisy it was. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from tailgate.records import VerdictKind
from tailgate.report.site.content import VerdictStory
from tailgate.report.site.names import component_of
from tailgate.report.summary import SEVERITY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tailgate.records import BenchmarkId
    from tailgate.report.site.content import Commits, RunStory

_WORDS: Final = {
    VerdictKind.PASS: "passed",
    VerdictKind.IMPROVED: "improved",
    VerdictKind.REGRESSED: "regressed",
    VerdictKind.INCONCLUSIVE: "inconclusive",
    VerdictKind.INVALID: "invalid",
}


@dataclass(frozen=True, slots=True)
class ComponentState:
    """The latest verdicts on one component's benchmarks, the worst of them first."""

    component: str
    kind: VerdictKind
    summary: str


@dataclass(frozen=True, slots=True)
class SelfChecks:
    """What comparing unchanged code with itself gave.

    Attributes
    ----------
    verdicts
        How many benchmarks were judged so.
    false_alarms
        How many of them were called regressed.
    """

    runs: int
    verdicts: int
    false_alarms: int


@dataclass(frozen=True, slots=True)
class Noise:
    """What disturbed the processes of a run, as medians over them; NaN for what the machine does not tell."""

    run_id: str
    processes: int
    cpu_share: float
    steal_share: float
    switches: float


def latest_verdicts(runs: Sequence[RunStory], commits: Commits) -> dict[BenchmarkId, VerdictStory]:
    """Return the last word on each benchmark: of the newest candidate, and of its latest run.

    Unchanged code compared with itself, and other flags than the deployed ones, say nothing about the state now.
    """

    def place(run: RunStory) -> tuple[int, float]:
        return commits.places.get(run.candidate.commit, -1), run.started_at.timestamp()

    found: dict[BenchmarkId, VerdictStory] = {}
    for run in sorted(runs, key=place):
        if run.result is None or run.is_self_check or not run.is_of_deployed_flags:
            continue
        for verdict in run.result.verdicts:
            found[verdict.benchmark] = VerdictStory(run, verdict)
    return found


def component_states(latest: dict[BenchmarkId, VerdictStory]) -> list[ComponentState]:
    """Return the state of each component, by name."""
    by_component: dict[str, list[VerdictKind]] = {}
    for benchmark, story in latest.items():
        kinds = by_component.setdefault(component_of(benchmark.name), [])
        # An accepted regression is open all the same: whoever accepted it wants to see it.
        kinds.append(story.verdict.kind)
    return [
        ComponentState(
            name,
            max(kinds, key=SEVERITY.index),
            ", ".join(f"{kinds.count(kind)} {_WORDS[kind]}" for kind in reversed(SEVERITY) if kind in kinds),
        )
        for name, kinds in sorted(by_component.items())
    ]


def open_regressions(latest: dict[BenchmarkId, VerdictStory]) -> list[VerdictStory]:
    """Return the benchmarks whose latest verdict is regressed, the worst first."""
    regressed = [story for story in latest.values() if story.verdict.kind is VerdictKind.REGRESSED]
    return sorted(regressed, key=lambda story: -max(_ratio(story), 0.0))


def self_checks(runs: Sequence[RunStory]) -> SelfChecks:
    """Count the false alarms among the runs that compared unchanged code with itself."""
    results = [run.result for run in runs if run.is_self_check and run.result is not None]
    verdicts = [verdict for result in results for verdict in result.verdicts if verdict.comparison is not None]
    alarms = sum(verdict.kind is VerdictKind.REGRESSED for verdict in verdicts)
    return SelfChecks(len(results), len(verdicts), alarms)


def noise_of(runs: Sequence[RunStory]) -> Noise | None:
    """Return what disturbed the latest run that is known about."""
    run = next((run for run in runs if run.conditions), None)
    if run is None:
        return None
    conditions = run.conditions
    steal = np.array([item.steal_share for item in conditions])
    return Noise(
        run_id=run.run_id,
        processes=len(conditions),
        cpu_share=float(np.median([item.cpu_share for item in conditions])),
        steal_share=float(np.median(steal[np.isfinite(steal)])) if np.isfinite(steal).any() else float("nan"),
        switches=float(np.median([item.involuntary_switches for item in conditions])),
    )


def has_measured_nothing(run: RunStory) -> bool:
    """Whether a run ended without having compared a single benchmark."""
    return run.result is not None and not any(verdict.comparison for verdict in run.result.verdicts)


def _ratio(story: VerdictStory) -> float:
    ratios = [item.ratio for item in (story.verdict.intrinsic, story.verdict.raw) if item is not None]
    return max(ratios, default=0.0)
