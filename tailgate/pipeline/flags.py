"""The sentence of flags: measure -> compare -> store -> report, for the flags of one commit.

In: a question (which flags, which benchmarks, how long), the places and the ports. Out: a
:class:`~tailgate.flag_records.FlagStudy`. One build serves both sides: they differ in the overlay of flags that their
workers see.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tailgate import compare
from tailgate.errors import NothingMeasuredError, WorkerError
from tailgate.exit_codes import ExitCode
from tailgate.flag_records import Count, FlagEffect, FlagFailure, FlagStudy, Switch
from tailgate.measure import (
    BenchmarkError,
    Counter,
    EnvironmentPool,
    PairedRounds,
    Schedule,
    find_tools,
)
from tailgate.pipeline.flag_cases import FlagCase
from tailgate.pipeline.flag_question import FlagQuestion, read_subject
from tailgate.records import Failure, Side

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Mapping, Sequence

    from tailgate.config import Project
    from tailgate.measure import BuiltEnvironment, FlagFile, SuiteDescription
    from tailgate.pipeline.workplace import Workplace
    from tailgate.records import BenchmarkId, Fingerprint, Revision
    from tailgate.report import Progress
    from tailgate.store import Store

TIMED_SHARE = 0.6
"""How much of the budget timing may take while something is still to be counted."""


@dataclass(frozen=True, slots=True)
class _Bench:
    """Everything that a study measures with."""

    project: Project
    revision: Revision
    environment: BuiltEnvironment
    overlays: Path
    variable: str
    file: FlagFile
    schedule: Schedule
    generator: random.Random
    progress: Progress
    store: Store
    study_id: str

    def variables(self, switch: Switch) -> dict[Side, dict[str, str]]:
        """Write the overlays of a switch's two states; return the variables that name them."""
        variables = {}
        for side, on in ((Side.BASELINE, switch.requires), (Side.CANDIDATE, (*switch.requires, *switch.flags))):
            text = self.file.overlay(on)
            # One file a state, whichever switch has it. Equally long names: the environment's size shifts the stack.
            path = self.overlays / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.json"
            path.write_text(text, encoding="utf-8")
            variables[side] = {self.variable: str(path)}
        return variables

    def rounds(self, variables: Mapping[Side, Mapping[str, str]]) -> PairedRounds:
        """Return rounds whose two sides are the one environment in two states."""
        return PairedRounds(
            dict.fromkeys(Side, self.environment),
            self.project.benchmark_folder,
            self.schedule,
            self.generator,
            variables,
        )


def measure_flags(
    question: FlagQuestion,
    workplace: Workplace,
) -> FlagStudy:
    """Measure flags on against off, benchmark by benchmark, in one commit's build.

    Raises
    ------
    TailgateError
        The question makes no sense here, the commit cannot be built, or there is nothing to measure.
    """
    started_at = datetime.now(UTC)
    project, policy, progress = workplace.project, workplace.policy, workplace.progress
    subject = read_subject(question, project, policy)
    revision, switches = subject.revision, subject.switches
    variables = policy.flags.build_variables
    folder = "flag_environments" if variables else "environments"
    pool = EnvironmentPool(project.state_folder / folder, project.asv_config, variables)
    with tempfile.TemporaryDirectory(prefix="tailgate-overlays-") as overlays:
        try:
            progress.stage("building")
            built = pool.build(
                {Side.CANDIDATE: revision}, lambda side, state: progress.building(side, revision.commit, state)
            )
            bench = _Bench(
                project=project,
                revision=revision,
                environment=built[Side.CANDIDATE],
                overlays=Path(overlays),
                variable=subject.variable,
                file=subject.file,
                schedule=Schedule(default_timeout_s=policy.gate.benchmark_timeout_s),
                generator=workplace.generator,
                progress=progress,
                store=workplace.store,
                study_id=uuid.uuid4().hex,
            )
            suite = bench.rounds({side: {bench.variable: ""} for side in Side}).describe()
            cases = _select(question, switches, suite)
            effects, notes = _measure(question, cases, bench, suite.fingerprints[Side.CANDIDATE])
        finally:
            pool.close()
    failures = tuple(FlagFailure(case.switch.name, case.failure) for case in cases if case.failure is not None)
    unmeasured = tuple(case.label for case in cases if not case.pairs and case.failure is None)
    return FlagStudy(
        study_id=bench.study_id,
        started_at=started_at,
        finished_at=datetime.now(UTC),
        revision=revision,
        fingerprint=suite.fingerprints[Side.CANDIDATE],
        switches=switches,
        effects=effects,
        failures=failures,
        unmeasured=unmeasured,
        notes=notes,
        exit_code=int(_exit_code(effects, failures, unmeasured)),
        summary=_summary(switches, effects, failures, unmeasured),
    )


def _select(question: FlagQuestion, switches: Sequence[Switch], suite: SuiteDescription) -> list[FlagCase]:
    """Find the benchmarks of each switch.

    Raises
    ------
    NothingMeasuredError
        A switch touches no benchmark that was asked for; or none does.
    """
    cases = []
    for switch in switches:
        touched = re.compile(switch.benchmarks)
        for specifications, is_timing in ((suite.specifications, False), (suite.timings, True)):
            cases += [
                FlagCase(switch, item, is_timing)
                for item in specifications
                if touched.search(item.benchmark.label) and question.benchmarks.search(item.benchmark.label)
            ]
    if not cases:
        names = ", ".join(switch.name for switch in switches)
        raise NothingMeasuredError(
            f"no benchmark that {names} touches matches {question.benchmarks.pattern!r}, so nothing was measured"
        )
    return cases


def _measure(
    question: FlagQuestion, cases: Sequence[FlagCase], bench: _Bench, fingerprint: Fingerprint
) -> tuple[tuple[FlagEffect, ...], tuple[str, ...]]:
    """Time in rounds, count in between, time again with what is left of the budget; keep every effect."""
    deadline = time.monotonic() + question.budget_s
    first_deadline = deadline - (1 - TIMED_SHARE) * question.budget_s if question.with_counts else deadline
    bench.progress.stage("measuring", question.budget_s)
    notes: tuple[str, ...] = ()
    counted: list[FlagEffect] = []
    timed: list[FlagEffect] = []
    try:
        _time(cases, first_deadline, bench)
        if question.with_counts:
            bench.progress.stage("counting", max(deadline - time.monotonic(), 0.0))
            counter = Counter(bench.environment, bench.project.benchmark_folder, find_tools())
            notes = counter.notes
            for case in _in_turns(cases):
                if time.monotonic() >= deadline:
                    break
                if case.is_countable:
                    counted += _keep(bench, _count(case, counter, bench, fingerprint))
            missed = sum(case.is_countable for case in cases)
            if missed:
                notes += (f"the budget ended before {missed} benchmarks were counted",)
        if time.monotonic() < deadline:
            bench.progress.stage("measuring", deadline - time.monotonic())
            _time(cases, deadline, bench)
    finally:
        # Also after Ctrl-C: what the pairs show so far is worth keeping.
        for case in cases:
            timed += _keep(bench, case.timed_effects(bench.revision.commit, fingerprint))
            if case.failure is not None:
                bench.store.add_flag_failure(bench.study_id, FlagFailure(case.switch.name, case.failure))
    return (*timed, *counted), notes


def _in_turns(cases: Sequence[FlagCase]) -> list[FlagCase]:
    """Put one benchmark of each switch first, then the second of each: a budget that ends leaves none without any."""
    turns: dict[Switch, int] = {}
    keyed = []
    for case in cases:
        turns[case.switch] = turns.get(case.switch, 0) + 1
        keyed.append((turns[case.switch], case))
    return [case for _, case in sorted(keyed, key=lambda item: item[0])]


def _keep(bench: _Bench, effects: Iterable[FlagEffect]) -> tuple[FlagEffect, ...]:
    found = tuple(effects)
    bench.store.add_flag_effects(bench.study_id, found)
    return found


def _time(cases: Sequence[FlagCase], deadline: float, bench: _Bench) -> None:
    """Run rounds over all switches until every effect is known well enough, or the deadline."""
    by_switch: dict[Switch, list[FlagCase]] = {}
    for case in cases:
        by_switch.setdefault(case.switch, []).append(case)
    variables = {switch: bench.variables(switch) for switch in by_switch}
    while time.monotonic() < deadline:
        open_cases = {
            switch: {case.benchmark: case for case in own if not case.is_settled()} for switch, own in by_switch.items()
        }
        if not any(open_cases.values()):
            return
        for switch, waiting in open_cases.items():
            if not waiting:
                continue
            number = 1 + max(len(case.pairs) for case in waiting.values())
            waiting_count = sum(map(len, open_cases.values()))
            bench.progress.round_started(number, waiting_count, len(cases), is_deciding=False)
            try:
                _run_round(bench.rounds(variables[switch]), number, waiting, deadline)
            except WorkerError as error:
                # A state in which not even the suite imports: this flag's failure, and no other one's.
                reason, _, detail = str(error).partition("\n")
                for case in waiting.values():
                    case.failure = Failure(case.benchmark, Side.CANDIDATE, reason, detail)


def _run_round(rounds: PairedRounds, number: int, waiting: Mapping[BenchmarkId, FlagCase], deadline: float) -> None:
    for outcome in rounds.measure(number, [case.specification for case in waiting.values()]):
        if isinstance(outcome, Failure):
            waiting[outcome.benchmark].failure = outcome
        else:
            pair = compare.read_pair(outcome.baseline, outcome.candidate)
            waiting[pair.benchmark].pairs.append(pair)
        if time.monotonic() >= deadline:
            return


def _count(case: FlagCase, counter: Counter, bench: _Bench, fingerprint: Fingerprint) -> tuple[FlagEffect, ...]:
    """Count both states; a benchmark that breaks while it is counted is a failure of the side that broke."""
    counts: dict[Side, tuple[Count, ...]] = {}
    for side, variables in bench.variables(case.switch).items():
        try:
            counts[side] = counter.count(case.specification, variables)
        except BenchmarkError as error:
            case.failure = Failure(case.benchmark, side, error.reason, error.detail, error.is_absent)
            return ()
    case.is_counted = True
    return tuple(
        case.counted_effects(counts[Side.BASELINE], counts[Side.CANDIDATE], bench.revision.commit, fingerprint)
    )


def _exit_code(effects: Sequence[FlagEffect], failures: Sequence[FlagFailure], unmeasured: Sequence[str]) -> ExitCode:
    """Choose the exit code: what a flag does is for people to judge, whether it was measured is not."""
    if failures or not effects:
        return ExitCode.INVALID
    return ExitCode.INCONCLUSIVE if unmeasured else ExitCode.PASSED


def _summary(
    switches: Sequence[Switch],
    effects: Sequence[FlagEffect],
    failures: Sequence[FlagFailure],
    unmeasured: Sequence[str],
) -> str:
    measured = {effect.flag for effect in effects}
    parts = [f"{len(switches)} flag{'' if len(switches) == 1 else 's'}: {len(measured)} measured"]
    if failures:
        broken = ", ".join(sorted({failure.flag for failure in failures}))
        parts.append(f"{len(failures)} benchmarks failed ({broken})")
    if unmeasured:
        parts.append(f"{len(unmeasured)} benchmarks not reached by the budget")
    return ", ".join(parts)
