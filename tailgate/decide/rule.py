"""The test at one look: the p99 is shown to be worse, shown not to be, or it is too early to say.

In: a comparison, the margins, the error that this look may spend. Out: a :class:`Decision`. The rule is derived in
docs/how_the_gate_decides.md; GATE's measurements are the reason for its constants.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from scipy.special import stdtrit

from tailgate.records import RatioInterval

if TYPE_CHECKING:
    from tailgate.records import Comparison, Effect


class Decision(StrEnum):
    """What one look says."""

    WORSE = "worse"
    NOT_WORSE = "not worse"
    BETTER = "better"
    GO_ON = "go on"


@dataclass(frozen=True, slots=True)
class Margins:
    """Where each leg's lines are drawn, as ratios minus one: 0.05 is 5 %.

    Attributes
    ----------
    worse
        A regression is accused when the ratio is shown to lie above this.
    tolerated
        A pass is granted when the ratio is shown to lie below this.
    """

    worse: float
    tolerated: float


@dataclass(frozen=True, slots=True)
class Rule:
    """The whole sequential rule for one benchmark.

    Attributes
    ----------
    intrinsic, raw
        Margins of the two legs.
    accuse_error
        Chance that one stage of an accusation is wrong at the edge of the margin, over all looks and both legs. An
        accusation needs two stages on different data, so the chance of both is about its square.
    pass_error
        Chance that a pass is granted at the edge of what is tolerated, over all looks.
    looks
        Numbers of pairs at which the data are looked at, rising.
    """

    intrinsic: Margins = Margins(worse=0.02, tolerated=0.05)
    raw: Margins = Margins(worse=0.05, tolerated=0.10)
    accuse_error: float = 0.005
    pass_error: float = 0.01
    looks: tuple[int, ...] = (4, 6, 9, 13, 18, 25, 35, 48, 66, 90, 124, 170)

    def for_family(self, benchmarks: int, chance_of_any: float = 0.01) -> Rule:
        """Sharpen the rule: at most ``chance_of_any`` of whole runs accuse any unchanged benchmark (Bonferroni)."""
        stage_error = math.sqrt(chance_of_any / max(benchmarks, 1))
        return Rule(self.intrinsic, self.raw, min(self.accuse_error, stage_error), self.pass_error, self.looks)


def look_levels(error: float, looks: int) -> tuple[float, ...]:
    """Spend an error over looks: half at the first, a sixth at the second, ``1 / (k (k + 1))`` at the k-th.

    The sum over any number of looks stays below ``error``, so that a longer budget costs no validity.
    """
    return tuple(error / (k * (k + 1)) for k in range(1, looks + 1))


def judge(comparison: Comparison, rule: Rule, look: int) -> Decision:
    """Judge a comparison at one look.

    Parameters
    ----------
    look
        Index of the look in ``rule.looks``, from 0.

    Returns
    -------
    Decision
        WORSE when either leg is shown to be above its margin, NOT_WORSE when both are shown to be below what is
        tolerated, BETTER when moreover the intrinsic leg is shown to be below one by more than the margin.
    """
    accuse = look_levels(rule.accuse_error, look + 1)[look] / 2  # two legs
    if _lower(comparison.intrinsic, accuse) > math.log1p(rule.intrinsic.worse):
        return Decision.WORSE
    if _lower(comparison.raw, accuse) > math.log1p(rule.raw.worse):
        return Decision.WORSE
    grant = look_levels(rule.pass_error, look + 1)[look]
    is_tolerated = _upper(comparison.intrinsic, grant) < math.log1p(rule.intrinsic.tolerated) and _upper(
        comparison.raw, grant
    ) < math.log1p(rule.raw.tolerated)
    if not is_tolerated:
        return Decision.GO_ON
    # An improvement is not confirmed on fresh data as an accusation is: it must be shown at the level of both stages.
    if _upper(comparison.intrinsic, accuse * rule.accuse_error) < -math.log1p(rule.intrinsic.worse):
        return Decision.BETTER
    return Decision.NOT_WORSE


def interval(effect: Effect, confidence: float = 0.95) -> RatioInterval:
    """Give an effect as a ratio with a two-sided interval, for people; no decision is taken on it."""
    level = (1 - confidence) / 2
    return RatioInterval(
        ratio=math.exp(effect.log_location),
        low=math.exp(_lower(effect, level)),
        high=math.exp(_upper(effect, level)),
    )


def half_width(effect: Effect, level: float) -> float:
    """Distance from the location to a one-sided bound at ``level``, in log ratio."""
    return float(stdtrit(effect.degrees_of_freedom, 1 - level)) * effect.log_scale


def _lower(effect: Effect, level: float) -> float:
    return effect.log_location - half_width(effect, level)


def _upper(effect: Effect, level: float) -> float:
    return effect.log_location + half_width(effect, level)
