"""The gate: choose two commits -> measure -> store -> compare -> decide -> accept what is waived.

In: a question (which commits, which benchmarks, how long). Out: a :class:`~tailgate.records.GateResult`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tailgate.pipeline.judging import FOR_ITSELF, judge_revisions
from tailgate.records import Revision, Side

if TYPE_CHECKING:
    import re

    from tailgate.measure import Repository
    from tailgate.pipeline.workplace import Workplace
    from tailgate.records import GateResult, Waiver


@dataclass(frozen=True, slots=True)
class GateQuestion:
    """What one run of the gate is asked.

    Attributes
    ----------
    baseline, candidate
        Revisions as the user named them; ``None`` for the defaults.
    benchmarks
        Regular expression that selects benchmarks by label.
    budget_s
        Time for measuring, builds not included.
    waivers
        Regressions that were accepted, expired ones included.
    """

    baseline: str | None
    candidate: str | None
    benchmarks: re.Pattern[str]
    budget_s: float
    waivers: tuple[Waiver, ...] = ()


def gate(question: GateQuestion, workplace: Workplace) -> GateResult:
    """Compare two commits' p99, benchmark by benchmark.

    Raises
    ------
    TailgateError
        The question makes no sense here, a commit cannot be built, or nothing could be measured.
    """
    revisions = _choose_revisions(question, workplace.repository())
    return judge_revisions(
        revisions,
        question.benchmarks,
        question.budget_s,
        workplace,
        waivers=question.waivers,
        kept_as=FOR_ITSELF,
    )


def _choose_revisions(question: GateQuestion, repository: Repository) -> dict[Side, Revision]:
    candidate = (
        repository.resolve(question.candidate) if question.candidate is not None else repository.default_candidate()
    )
    baseline = (
        repository.resolve(question.baseline)
        if question.baseline is not None
        else repository.default_baseline(candidate)
    )
    return {Side.BASELINE: baseline, Side.CANDIDATE: candidate}
