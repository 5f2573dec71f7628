"""p99 series over commits: choose commits -> build -> measure each beside the pinned baseline -> store -> read series.

In: a question (which commits and benchmarks). Out: a :class:`~tailgate.history_records.HistoryResult`. Every commit is
kept when it is measured; killed at any moment, the same command goes on where it was.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tailgate import compare
from tailgate.errors import NothingMeasuredError, RevisionError
from tailgate.history_records import HistoryResult
from tailgate.pipeline.series_points import with_flags
from tailgate.pipeline.survey import Survey, announce, open_pool, rounds_of
from tailgate.records import Side

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence
    from datetime import datetime

    from tailgate.history_records import ChangePoint, Drift, HistoryCommit
    from tailgate.pipeline.workplace import Workplace


@dataclass(frozen=True, slots=True)
class HistoryQuestion:
    """What one run of ``tailgate history`` is asked.

    Attributes
    ----------
    commits
        A revision, or a range ``A..B``, as the user named it.
    count
        Only the latest so many commits that touched the subject; ``None`` for all of the range.
    benchmarks
        Selects benchmarks by label.
    budget_s
        Time to measure one commit beyond ``PAIRS`` pairs of each benchmark, its build not included.
    pin
        The commit that is the pinned baseline from now on; ``None`` keeps the one there is, or takes the latest.
    again
        Measure what had been measured before.
    """

    commits: str
    count: int | None
    benchmarks: re.Pattern[str]
    budget_s: float
    pin: str | None = None
    again: bool = False


def measure_history(question: HistoryQuestion, workplace: Workplace) -> HistoryResult:
    """Measure commits beside the pinned baseline, and read the machine's series.

    Raises
    ------
    RevisionError
        A revision is unknown, or no commit in the range touched the subject.
    TailgateError
        The pinned baseline cannot be built or measured.
    """
    history, repository = workplace.store.history, workplace.repository()
    first, _, last = question.commits.rpartition("..")
    commits = repository.line(
        repository.resolve(last or "HEAD"), repository.resolve(first) if first else None, question.count
    )
    if not commits:
        raise RevisionError(f"no commit in {question.commits} touched the subject; mend: name a longer range")
    machine = platform.node()
    pinned = repository.resolve(question.pin or history.pinned(machine) or commits[-1].commit)
    history.add_commits(with_flags((*repository.describe([pinned.commit]), *commits), workplace))
    workplace.progress.stage("building the pinned baseline")
    pool = open_pool(workplace)
    try:
        built = pool.build({Side.BASELINE: pinned}, announce(workplace, {Side.BASELINE: pinned}))[Side.BASELINE]
        suite = rounds_of(workplace, built, built).describe()
        specifications = tuple(
            item for item in suite.specifications if question.benchmarks.search(item.benchmark.label)
        )
        if not specifications:
            raise NothingMeasuredError(
                f"the pinned baseline {pinned.short} has no latency_* benchmark that matches "
                f"{question.benchmarks.pattern!r}, so nothing was measured; mend: pin another commit (--pin)"
            )
        if history.pinned(machine) != pinned.commit:
            history.pin(pinned.commit, machine)
        fingerprint = suite.fingerprints[Side.BASELINE]
        survey = Survey(workplace, built, specifications, fingerprint, question.budget_s, question.again)
        survey.measure(spread(commits))
    finally:
        pool.close()
    changes, drifts, count = read_machine(machine, pinned.commit, workplace)
    return HistoryResult(
        machine=machine,
        pinned_commit=pinned.commit,
        measured=tuple(survey.measured),
        kept=tuple(survey.kept),
        skipped=tuple(survey.skipped),
        points=len(survey.written),
        series=count,
        change_points=changes,
        drifts=drifts,
    )


def read_machine(
    machine: str, pinned_commit: str, workplace: Workplace
) -> tuple[tuple[ChangePoint, ...], tuple[Drift, ...], int]:
    """Read the change points and drifts off all series of one machine, and count the series.

    Change points come in the order of their commits.
    """
    changes: list[tuple[datetime, ChangePoint]] = []
    drifts: list[Drift] = []
    count = 0
    keys = [key for key in workplace.store.history.all_keys() if key.machine == machine]
    for series in workplace.store.history.columns().series(keys):
        count += 1
        changes += [(series.commits[item.index].committed_at, item) for item in compare.find_change_points(series)]
        drift = compare.find_drift(series, pinned_commit, workplace.policy.history.margin)
        if drift is not None:
            drifts.append(drift)
    changes.sort(key=lambda item: item[0])
    return tuple(item for _, item in changes), tuple(drifts), count


def spread(commits: Sequence[HistoryCommit]) -> list[HistoryCommit]:
    """Order commits so that whoever is interrupted has some of every time: both ends, then the middle of each gap."""
    ordered = [commits[-1], commits[0]] if len(commits) > 1 else list(commits)
    gaps = [(0, len(commits) - 1)]
    while gaps:
        low, high = gaps.pop(0)
        middle = (low + high) // 2
        if middle > low:
            ordered.append(commits[middle])
            gaps += [(middle, high), (low, middle)]
    return ordered
