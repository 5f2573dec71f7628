"""From the last look to a verdict in words, and from all verdicts to the exit code.

In: comparisons, failures, policy. Out: :class:`~tailgate.records.Verdict` and :class:`~tailgate.exit_codes.ExitCode`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tailgate.decide.rule import Rule, half_width, interval, look_levels
from tailgate.decide.sequence import Step, Trial
from tailgate.exit_codes import ExitCode
from tailgate.records import BenchmarkId, Comparison, Effect, Failure, Leg, Verdict, VerdictKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

KIND_OF_STEP = {
    Step.PASS: VerdictKind.PASS,
    Step.IMPROVED: VerdictKind.IMPROVED,
    Step.REGRESSED: VerdictKind.REGRESSED,
    Step.EXHAUSTED: VerdictKind.INCONCLUSIVE,
    Step.GO_ON: VerdictKind.INCONCLUSIVE,
}
"""A trial that must stop while it would go on has no answer: the budget ended."""

SETTLED_EFFECT = 0.05
"""The effect for which an inconclusive verdict says how long it would take to show it."""


def conclude(comparison: Comparison, trial: Trial, step: Step, elapsed_s: float) -> Verdict:
    """Put a trial's end into a verdict with its reasons.

    Parameters
    ----------
    comparison
        Of the pairs of the trial's last stage.
    step
        The last step; GO_ON means that the budget ended first.
    elapsed_s
        Time spent on measuring this benchmark.
    """
    kind = KIND_OF_STEP[step]
    if kind is VerdictKind.REGRESSED:
        reasons = _regressed(comparison, trial.rule)
    elif kind is VerdictKind.INCONCLUSIVE:
        reasons = _inconclusive(comparison, trial, step, elapsed_s)
    elif kind is VerdictKind.IMPROVED:
        reasons = (f"p99 shown to be better by more than {_percent(trial.rule.intrinsic.worse)}",)
    else:
        reasons = (
            f"p99 shown to be less than {_percent(trial.rule.intrinsic.tolerated)} worse (intrinsic) "
            f"and less than {_percent(trial.rule.raw.tolerated)} (raw)",
        )
        if trial.is_accused:
            reasons += ("a first look accused it; measured again on fresh processes, that was not confirmed",)
    return Verdict(
        benchmark=comparison.benchmark,
        kind=kind,
        reasons=reasons,
        comparison=comparison,
        intrinsic=interval(comparison.intrinsic),
        raw=interval(comparison.raw),
        elapsed_s=elapsed_s,
    )


def conclude_unmeasured(benchmark: BenchmarkId, reason: str) -> Verdict:
    """Give a benchmark the verdict that it was not reached: inconclusive, which policy judges."""
    return Verdict(benchmark=benchmark, kind=VerdictKind.INCONCLUSIVE, reasons=(reason,))


def conclude_failures(
    benchmark: BenchmarkId, failures: Sequence[Failure], *, may_lack_baseline: bool, elapsed_s: float = 0.0
) -> Verdict:
    """Give a benchmark that could not be measured its verdict: invalid.

    Parameters
    ----------
    failures
        What broke, at least one.
    may_lack_baseline
        Policy: a benchmark that exists on the candidate only does not fail the build.
    """
    is_new = all(failure.is_absent and failure.side == "baseline" for failure in failures)
    return Verdict(
        benchmark=benchmark,
        kind=VerdictKind.INVALID,
        reasons=tuple(f"{failure.side}: {failure.reason}" for failure in failures),
        failures=tuple(failures),
        counts=not (is_new and may_lack_baseline),
        elapsed_s=elapsed_s,
    )


def exit_code(verdicts: Iterable[Verdict], *, fails_on_inconclusive: bool) -> ExitCode:
    """Choose the exit code of a run.

    A regression comes before an invalid benchmark, since someone must act on it; both come before an inconclusive one.
    A run in which no verdict counts measured nothing, and fails. A regression that a waiver accepts counts as a pass.
    """
    kinds = {VerdictKind.PASS if verdict.waiver else verdict.kind for verdict in verdicts if verdict.counts}
    if VerdictKind.REGRESSED in kinds:
        return ExitCode.REGRESSED
    if VerdictKind.INVALID in kinds or not kinds:
        return ExitCode.INVALID
    if VerdictKind.INCONCLUSIVE in kinds and fails_on_inconclusive:
        return ExitCode.INCONCLUSIVE
    return ExitCode.PASSED


def _regressed(comparison: Comparison, rule: Rule) -> tuple[str, ...]:
    accused = []
    for effect, margins in ((comparison.intrinsic, rule.intrinsic), (comparison.raw, rule.raw)):
        shown = interval(effect)
        if shown.low > 1 + margins.worse:
            accused.append(
                f"{effect.leg} p99 {_change(shown.ratio)}, shown to be more than {_percent(margins.worse)} worse, "
                "twice, on separate processes"
            )
    if len(accused) == 1 and accused[0].startswith(Leg.RAW):
        accused.append("the intrinsic leg does not show it: the slow operations are other ones in each replay")
    return tuple(accused) or ("p99 shown to be worse, twice, on separate processes",)


def _inconclusive(comparison: Comparison, trial: Trial, step: Step, elapsed_s: float) -> tuple[str, ...]:
    level = look_levels(trial.rule.accuse_error, trial.look + 1)[trial.look] / 2
    pairs = len(comparison.intrinsic.log_ratios)
    sentences = []
    for effect, worse in ((comparison.intrinsic, trial.rule.intrinsic.worse), (comparison.raw, trial.rule.raw.worse)):
        shown = interval(effect)
        sentences.append(
            f"{effect.leg} p99 {_change(shown.ratio)} ({_change(shown.low)} to {_change(shown.high)}); "
            f"{pairs} pairs could show {_percent(_detectable(effect, worse, level))}"
        )
    wanted = _pairs_to_settle(comparison.intrinsic, level)
    if wanted > pairs and elapsed_s > 0:
        more = elapsed_s / pairs * (wanted - pairs)
        sentences.append(f"about {more:.0f} s more would show {_percent(SETTLED_EFFECT)} in the intrinsic leg")
    ended = f"all looks up to {pairs} pairs were spent" if step is Step.EXHAUSTED else "the budget ended"
    if trial.is_accused:
        sentences.insert(0, f"accused once, but {ended} before that was confirmed on fresh processes")
    else:
        sentences.insert(0, f"{ended} before it could be shown to be worse or not worse")
    return tuple(sentences)


def _detectable(effect: Effect, worse: float, level: float) -> float:
    return math.expm1(math.log1p(worse) + half_width(effect, level))


def _pairs_to_settle(effect: Effect, level: float) -> int:
    distance = math.log1p(SETTLED_EFFECT) / 2
    return math.ceil(len(effect.log_ratios) * (half_width(effect, level) / distance) ** 2)


def _change(ratio: float) -> str:
    return f"{100 * (ratio - 1):+.1f} %"


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"
