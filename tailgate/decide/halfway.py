"""The rule of a bisection: whether a commit is nearer to the good end or to the bad one.

In: the verdict that accused the bad end, and how many commits will have to be asked. Out: the sequential rule for each
of them. Both margins lie halfway (in logarithms) between the ends, so that a commit is *shown* to be on either side or
is not answered at all; a small step elsewhere in the history is not taken for the large one that is looked for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tailgate.decide.rule import Margins, Rule
from tailgate.records import Leg

if TYPE_CHECKING:
    from tailgate.records import Comparison

CHANCE_OF_A_WRONG_TURN = 0.01
"""Over all steps of one bisection, at the edge: for a commit that is exactly halfway."""

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
        middle = math.expm1(self.log_ratio / 2)
        margins = Margins(worse=middle, tolerated=middle)
        is_intrinsic = self.leg is Leg.INTRINSIC
        base = Rule(
            intrinsic=margins if is_intrinsic else UNASKED,
            raw=UNASKED if is_intrinsic else margins,
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
