"""The rule of a bisection: whether a commit is nearer to the good end or to the bad one.

In: the verdict that accused the bad end, and how many commits will have to be asked. Out: the sequential rule for each
of them, over its distances from both ends (``compare.compare_distances``). A commit is *shown* to be nearer to one of
them in logarithms, or is not answered at all; a small step elsewhere in the history is not taken for the large one that
is looked for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tailgate.decide.rule import Margins, Rule, interval
from tailgate.decide.sequence import Step
from tailgate.records import Leg, Side, Verdict, VerdictKind

if TYPE_CHECKING:
    from tailgate.records import Comparison

CHANCE_OF_A_WRONG_TURN = 0.01
"""Over all steps of one bisection, at the edge: for a commit that is exactly halfway."""

EQUALLY_FAR = Margins(worse=0.0, tolerated=0.0)

UNASKED = Margins(worse=math.inf, tolerated=math.inf)
"""For the leg that does not show the regression well: it neither accuses nor stands in the way of a pass."""


@dataclass(frozen=True, slots=True)
class Halfway:
    """What a bisection goes by.

    Attributes
    ----------
    leg
        The leg that shows the regression best.
    log_ratio
        How far apart the ends are in that leg, as the logarithm of the ratio of p99; positive.
    """

    leg: Leg
    log_ratio: float

    def rule(self, steps: int) -> Rule:
        """Return the rule for one of ``steps`` commits."""
        is_intrinsic = self.leg is Leg.INTRINSIC
        base = Rule(
            intrinsic=EQUALLY_FAR if is_intrinsic else UNASKED,
            raw=UNASKED if is_intrinsic else EQUALLY_FAR,
            pass_error=CHANCE_OF_A_WRONG_TURN / max(steps, 1),
        )
        return replace(base, accuse_error=min(base.accuse_error, math.sqrt(base.pass_error)))

    def ratio(self, comparison: Comparison) -> float:
        """Read a comparison in the leg that tells."""
        effect = comparison.intrinsic if self.leg is Leg.INTRINSIC else comparison.raw
        return math.exp(effect.log_location)


def halfway_between(accusation: Comparison) -> Halfway:
    """Choose the leg with the clearest difference in the comparison of both ends."""
    clearest = max((accusation.intrinsic, accusation.raw), key=lambda effect: effect.log_location / effect.log_scale)
    return Halfway(clearest.leg, clearest.log_location)


def conclude_nearness(comparison: Comparison, end: Side, step: Step, elapsed_s: float) -> Verdict:
    """Put the end of a commit's trial into the verdict of one of its comparisons.

    Parameters
    ----------
    comparison
        Of the good end with the commit, or of the commit with the bad end.
    end
        Where the end of the history stands in it: the good one is the baseline, the bad one the candidate.
    step
        The last step; GO_ON means that the budget ended first.
    elapsed_s
        Time spent on measuring.

    Returns
    -------
    Verdict
        Regressed where the commit is farther from that end than from the other one, passed where it is nearer.
    """
    is_bad = {Step.REGRESSED: True, Step.PASS: False, Step.IMPROVED: False}.get(step)
    if is_bad is None:
        kind, reason = VerdictKind.INCONCLUSIVE, "too much noise: the budget ended before it was nearer to one end"
    else:
        nearer, farther = ("bad", "good") if is_bad else ("good", "bad")
        kind = VerdictKind.REGRESSED if is_bad is (end is Side.BASELINE) else VerdictKind.PASS
        reason = f"nearer to the {nearer} end than to the {farther} one"
    return Verdict(
        benchmark=comparison.benchmark,
        kind=kind,
        reasons=(reason,),
        comparison=comparison,
        intrinsic=interval(comparison.intrinsic),
        raw=interval(comparison.raw),
        elapsed_s=elapsed_s,
    )
