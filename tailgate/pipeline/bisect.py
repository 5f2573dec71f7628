"""Which commit made the p99 worse: ask git for the commit in the middle -> which end is it nearer to? -> go on.

In: two ends and a benchmark. Out: a :class:`~tailgate.action_records.Bisection` that names a commit, or a range with
the reasons, or says that there is nothing to explain. Each answer is written down before the next commit is asked.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tailgate import decide
from tailgate.action_records import Bisection, BisectionStep, CommitAnswer
from tailgate.errors import BuildError, NothingMeasuredError, RevisionError, WorkerError
from tailgate.pipeline.judging import judge_revisions
from tailgate.pipeline.nearness import BetweenEnds, judge_nearness
from tailgate.records import Revision, Side, VerdictKind
from tailgate.store import BisectionFile, BisectionNotes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tailgate.decide import Halfway
    from tailgate.measure import Repository
    from tailgate.pipeline.workplace import Workplace
    from tailgate.records import Verdict

ANSWER_OF = {
    VerdictKind.REGRESSED: CommitAnswer.BAD,
    VerdictKind.PASS: CommitAnswer.GOOD,
    VerdictKind.IMPROVED: CommitAnswer.GOOD,
    VerdictKind.INCONCLUSIVE: CommitAnswer.NOISY,
    VerdictKind.INVALID: CommitAnswer.BROKEN,
}


@dataclass(frozen=True, slots=True)
class BisectQuestion:
    """What a bisection is asked.

    Attributes
    ----------
    good, bad
        Revisions as the user named them: the p99 was well, and is not.
    benchmark
        Label of the benchmark, in full.
    step_budget_s
        Time to measure one commit, its build not included; one that stays too noisy gets more.
    is_fresh
        Forget what an earlier, unfinished bisection of the same question found.
    """

    good: str
    bad: str
    benchmark: str
    step_budget_s: float
    is_fresh: bool = False


def bisect(question: BisectQuestion, workplace: Workplace) -> Bisection:
    """Find the commit that made a benchmark's p99 worse.

    Raises
    ------
    RevisionError
        The good end is no ancestor of the bad one, or either is unknown.
    TailgateError
        An end cannot be built or measured.
    """
    repository = workplace.repository()
    good, bad = repository.resolve(question.good), repository.resolve(question.bad)
    if not repository.is_ancestor(good, bad):
        raise RevisionError(
            f"{good.label} is no ancestor of {bad.label}, so no commit between them can be named; "
            f"take their merge base as the good end: git merge-base {good.short} {bad.short}"
        )
    search = _Search(question, workplace, repository, good, bad)
    return search.answer()


class _Search:
    """One bisection under way."""

    def __init__(
        self, question: BisectQuestion, workplace: Workplace, repository: Repository, good: Revision, bad: Revision
    ) -> None:
        self._question = question
        self._step_budget_s = question.step_budget_s
        self._workplace = workplace
        self._repository = repository
        self._good = good
        self._bad = bad
        policy = workplace.policy
        self._file = BisectionFile.of(
            workplace.project.state_folder / "bisections",
            good.commit,
            bad.commit,
            question.benchmark,
            policy.margins.model_dump_json(),
            str([item.model_dump_json() for item in policy.override]),
            workplace.project.asv_config.read_text(encoding="utf-8"),
        )
        if question.is_fresh:
            self._file.forget()

    def answer(self) -> Bisection:
        notes = self._file.read() or self._compare_ends()
        if isinstance(notes, Bisection):
            return notes
        notes = self._ask_all(notes)
        while self._step_budget_s < MOST_TIME * self._question.step_budget_s and self._is_noise_in_the_way(notes.steps):
            self._step_budget_s *= 2
            notes = self._ask_all(notes)
        self._workplace.progress.stage("confirming")
        left = {revision.commit for revision in self._suspects_left(notes.steps)}
        history = self._repository.history(self._good, self._bad)
        return self._conclude(notes, tuple(item for item in history if item.commit in left))

    def _ask_all(self, notes: BisectionNotes) -> BisectionNotes:
        """Ask commit after commit, until one suspect is left or none can be asked."""
        # What was too noisy then may be quiet now; everything else is known.
        notes = replace(notes, steps=tuple(step for step in notes.steps if step.answer is not CommitAnswer.NOISY))
        self._file.write(notes)
        halfway = decide.Halfway(notes.leg, notes.log_ratio)
        between = self._repository.suspects([self._good], self._bad)
        # With the commit that is found and two that are asked again.
        expected_steps = math.ceil(math.log2(len(between) + 1)) + 3
        suspects = self._suspects_left(notes.steps)
        while (commit := self._next(suspects, notes.steps)) is not None:
            self._workplace.progress.stage(f"{len(notes.steps) + 1}: {commit.short}, {len(suspects)} suspects left")
            notes = replace(notes, steps=(*notes.steps, self._ask(commit, halfway, expected_steps, notes.steps)))
            self._file.write(notes)
            suspects = self._suspects_left(notes.steps)
        return notes

    def _is_noise_in_the_way(self, steps: Sequence[BisectionStep]) -> bool:
        left = {revision.commit for revision in self._suspects_left(steps)}
        return any(step.answer is CommitAnswer.NOISY and step.revision.commit in left for step in steps)

    def _compare_ends(self) -> BisectionNotes | Bisection:
        """Measure the bad end against the good one: whether there is anything to explain, and in which leg."""
        verdict, run_id = self._judge(self._good, self._bad)
        step = BisectionStep(self._bad, ANSWER_OF[verdict.kind], verdict.reasons[0], None, run_id)
        if verdict.kind is VerdictKind.INVALID:
            raise NothingMeasuredError(f"{self._question.benchmark} cannot be measured: {'; '.join(verdict.reasons)}")
        if verdict.kind is VerdictKind.REGRESSED and verdict.comparison is not None:
            halfway = decide.halfway_between(verdict.comparison)
            step = replace(step, ratio=halfway.ratio(verdict.comparison))
            return BisectionNotes(halfway.leg, halfway.log_ratio, (step,))
        if verdict.kind is VerdictKind.INCONCLUSIVE:
            reason = f"no commit is named: whether {self._bad.label} is worse at all is not known; {verdict.reasons[0]}"
        else:
            reason = (
                f"none: measured now, {self._bad.label} is shown not to be worse than {self._good.label}; if it was "
                "worse before, something else differed then (the machine, the environment)"
            )
        return self._bisection((step,), None, (), reason)

    def _suspects_left(self, steps: Sequence[BisectionStep]) -> tuple[Revision, ...]:
        known_good = [step.revision for step in steps if step.answer is CommitAnswer.GOOD]
        known_bad = [step.revision for step in steps if step.answer is CommitAnswer.BAD]
        # Each bad commit was a suspect when it was asked, so the latest one is an ancestor of those before it.
        return self._repository.suspects([self._good, *known_good], known_bad[-1])

    @staticmethod
    def _next(suspects: Sequence[Revision], steps: Sequence[BisectionStep]) -> Revision | None:
        asked = {step.revision.commit for step in steps}
        return next((item for item in suspects if item.commit not in asked), None)

    def _ask(
        self, commit: Revision, halfway: Halfway, expected_steps: int, steps: Sequence[BisectionStep]
    ) -> BisectionStep:
        """Answer one commit: by its files where they are those of a commit that is answered, else by measuring."""
        known = [BisectionStep(self._good, CommitAnswer.GOOD, "the good end"), *steps]
        for step in known:
            if step.answer is not CommitAnswer.NOISY and self._repository.has_same_subject(step.revision, commit):
                return replace(step, revision=commit, reason=f"has the files of {step.revision.short}", run_id="")
        question = BetweenEnds(self._good, self._bad, commit, self._question.benchmark)
        try:
            result = judge_nearness(question, halfway.rule(expected_steps), self._step_budget_s, self._workplace)
        except BuildError as error:
            if error.commit != commit.commit:
                raise
            return BisectionStep(commit, CommitAnswer.BROKEN, "cannot be built")
        except WorkerError as error:  # the ends' workers have started before
            return BisectionStep(commit, CommitAnswer.BROKEN, str(error).splitlines()[0])
        (verdict,) = result.verdicts
        ratio = None if verdict.comparison is None else halfway.ratio(verdict.comparison)
        return BisectionStep(commit, ANSWER_OF[verdict.kind], "; ".join(verdict.reasons), ratio, result.run_id)

    def _conclude(self, notes: BisectionNotes, suspects: tuple[Revision, ...]) -> Bisection:
        """Name the commit that is left, if it is shown to be worse than its own parent too."""
        halfway = decide.Halfway(notes.leg, notes.log_ratio)
        if not suspects:
            reason = (
                f"none: no commit between {self._good.label} and {self._bad.label} touched the subject, so something "
                "else differs (the machine, the environment, what is built beside the subject)"
            )
            return self._bisection(notes.steps, None, (), reason)
        if len(suspects) > 1:
            answers = {step.revision.commit: step for step in notes.steps}
            unanswered = [answers[item.commit] for item in suspects if answers[item.commit].answer != CommitAnswer.BAD]
            causes = "; ".join(f"{step.revision.short} {step.reason}" for step in unanswered)
            reason = f"no single commit is named, it is one of {len(suspects)}: {causes}"
            return self._bisection(notes.steps, None, suspects, reason)
        culprit = suspects[0]
        parent = self._repository.parent(culprit)
        if parent is None or self._repository.has_same_subject(parent, self._good):
            return self._bisection(notes.steps, culprit, suspects, self._named(culprit, None))
        verdict, _ = self._judge(parent, culprit)
        if verdict.kind is VerdictKind.REGRESSED and verdict.comparison is not None:
            share = math.log(halfway.ratio(verdict.comparison)) / notes.log_ratio
            return self._bisection(notes.steps, culprit, suspects, self._named(culprit, share))
        reason = (
            f"no commit is named: {culprit.short} is nearer to the bad end, but against its own parent "
            f"{parent.short} it is {verdict.kind.value}; {verdict.reasons[0]}"
        )
        return self._bisection(notes.steps, None, suspects, reason)

    @staticmethod
    def _named(culprit: Revision, share: float | None) -> str:
        text = f"{culprit.short} made it worse: {culprit.subject}"
        if share is None or share > MOST_OF_IT:
            return text
        return f"{text} (about {100 * share:.0f} % of the difference; other commits did the rest)"

    def _bisection(
        self,
        steps: tuple[BisectionStep, ...],
        culprit: Revision | None,
        suspects: tuple[Revision, ...],
        reason: str,
    ) -> Bisection:
        return Bisection(self._question.benchmark, self._good, self._bad, steps, culprit, suspects, reason)

    def _judge(self, baseline: Revision, candidate: Revision) -> tuple[Verdict, str]:
        """Ask the gate about the one benchmark; return its verdict and the run that holds the evidence."""
        result = judge_revisions(
            {Side.BASELINE: baseline, Side.CANDIDATE: candidate},
            re.compile(f"^{re.escape(self._question.benchmark)}$"),
            self._step_budget_s,
            self._workplace,
        )
        return result.verdicts[0], result.run_id


MOST_TIME = 4
"""So many times the budget of a step is given, at most, to a commit that stays too noisy."""

MOST_OF_IT = 0.75
"""Share of the whole difference, in logarithms, from which the others are not worth a word."""
