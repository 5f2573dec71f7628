"""Profiles what regressed in a run of the gate: build both commits -> profile -> draw the difference -> store.

In: a run, or the latest one with a regression. Out: :class:`~tailgate.history_records.Profile` records in the store,
and the tools' files below the state folder's ``profiles``: one folder a benchmark, in it ``<side>-<tool>`` and, of the
tools that write folded stacks, ``<tool>-difference.svg``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tailgate.errors import NothingMeasuredError, RevisionError
from tailgate.history_records import ProfileTool
from tailgate.measure import EnvironmentPool, PairedRounds, Profiling, Schedule, profile_folder, standard_profilers
from tailgate.records import Side, VerdictKind
from tailgate.report import FoldedProfile, difference_svg, write_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tailgate.history_records import Profile
    from tailgate.measure import BuiltEnvironment, ToolRun
    from tailgate.pipeline.workplace import Workplace
    from tailgate.records import BenchmarkId, BenchmarkSpecification, GateResult

FOLDED: Final = (ProfileTool.PY_SPY, ProfileTool.MEMRAY)
"""The tools that write folded stacks."""

RUNS_LOOKED_AT: Final = 1_000


@dataclass(frozen=True, slots=True)
class ProfileQuestion:
    """What is to be profiled.

    Attributes
    ----------
    run_id
        The run of the gate; ``None`` for the latest one with a regression.
    benchmark
        Label of the one benchmark, whatever its verdict; ``None`` for all that regressed.
    seconds
        How long the sampling tools look on, each side.
    is_again
        Whether what has been profiled already is profiled once more.
    """

    run_id: str | None
    benchmark: str | None
    seconds: float
    is_again: bool = False


def profile(question: ProfileQuestion, workplace: Workplace) -> tuple[Profile, ...]:
    """Profile both commits of a run, tool by tool.

    Returns
    -------
    tuple of Profile
        What the store has of the benchmarks asked for, what was there before included.

    Raises
    ------
    TailgateError
        There is no such run or benchmark, or a commit cannot be built.
    """
    result = _find_run(question, workplace)
    benchmarks = _choose(question, result)
    history = workplace.store.history
    done = () if question.is_again else history.profiles(result.run_id)
    missing = [item for item in benchmarks if not _is_complete(item, done)]
    if missing:
        _profile(missing, question, result, workplace)
    chosen = set(benchmarks)
    return tuple(item for item in history.profiles(result.run_id) if item.benchmark in chosen)


def _find_run(question: ProfileQuestion, workplace: Workplace) -> GateResult:
    if question.run_id is not None:
        result = workplace.store.result(question.run_id)
        if result is None:
            raise RevisionError(f"the store has no finished run {question.run_id}")
        return result
    for run in workplace.store.recent_runs(RUNS_LOOKED_AT):
        result = workplace.store.result(run.run_id)
        if result is not None and any(item.kind is VerdictKind.REGRESSED for item in result.verdicts):
            return result
    raise RevisionError("no run in the store has a regression; mend: name a run, and a benchmark with --benchmark")


def _choose(question: ProfileQuestion, result: GateResult) -> list[BenchmarkId]:
    if question.benchmark is None:
        chosen = [item.benchmark for item in result.verdicts if item.kind is VerdictKind.REGRESSED]
        if not chosen:
            raise RevisionError(f"nothing regressed in run {result.run_id}; mend: name a benchmark with --benchmark")
        return chosen
    chosen = [item.benchmark for item in result.verdicts if item.benchmark.label == question.benchmark]
    if not chosen:
        raise RevisionError(f"run {result.run_id} has no benchmark {question.benchmark!r}; mend: name it in full")
    return chosen


def _is_complete(benchmark: BenchmarkId, done: Iterable[Profile]) -> bool:
    """Whether both sides were profiled with every tool: what was cut off is taken again, whole."""
    tools = [item.tool for item in done if item.benchmark == benchmark]
    return all(tools.count(tool) == len(Side) for tool in ProfileTool)


def _profile(
    benchmarks: Iterable[BenchmarkId], question: ProfileQuestion, result: GateResult, workplace: Workplace
) -> None:
    project, progress = workplace.project, workplace.progress
    revisions = {Side.BASELINE: result.baseline, Side.CANDIDATE: result.candidate}
    pool = EnvironmentPool(project.state_folder / "environments", project.asv_config)
    try:
        progress.stage("building")
        environments = pool.build(revisions, lambda side, state: progress.building(side, revisions[side].commit, state))
        known = _specifications(environments, workplace)
        variable = workplace.policy.flags.overlay_variable
        variables = {side: {variable: ""} if variable else {} for side in Side}
        folder = profiles_folder(workplace)
        profilers = standard_profilers(question.seconds)
        profiling = Profiling(environments, project.benchmark_folder, variables, folder, profilers)
        for benchmark in benchmarks:
            if benchmark not in known:
                raise NothingMeasuredError(
                    f"{benchmark.label} is no longer in the suite of both commits, so it cannot be profiled"
                )
            progress.stage(f"profiling {benchmark.label}")
            for baseline, candidate in profiling.profile(result.run_id, known[benchmark]):
                _draw(baseline, candidate, folder)
                workplace.store.history.add_profile(baseline.profile)
                workplace.store.history.add_profile(candidate.profile)
    finally:
        pool.close()


def profiles_folder(workplace: Workplace) -> Path:
    """Return the folder that ``Profile.file`` is relative to."""
    return workplace.project.state_folder / "profiles"


def _specifications(
    environments: dict[Side, BuiltEnvironment], workplace: Workplace
) -> dict[BenchmarkId, BenchmarkSpecification]:
    schedule = Schedule(default_timeout_s=workplace.policy.gate.benchmark_timeout_s)
    rounds = PairedRounds(environments, workplace.project.benchmark_folder, schedule, workplace.generator)
    return {item.benchmark: item for item in rounds.describe().specifications}


def _draw(baseline: ToolRun, candidate: ToolRun, folder: Path) -> None:
    """Draw the difference of two profiles in folded stacks, where there are both."""
    tool, benchmark = candidate.profile.tool, candidate.profile.benchmark
    if tool not in FOLDED or not (baseline.profile.file and candidate.profile.file):
        return
    before, after = (
        FoldedProfile((folder / run.profile.file).read_text(encoding="utf-8"), run.whole)
        for run in (baseline, candidate)
    )
    title = f"{benchmark.label}, {tool}: {baseline.profile.commit[:10]} to {candidate.profile.commit[:10]}"
    place = folder / profile_folder(candidate.profile.run_id, benchmark) / f"{tool}-difference.svg"
    write_text(difference_svg(before, after, title, candidate.unit), place)
