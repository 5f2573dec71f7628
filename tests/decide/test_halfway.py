"""A commit of a bisection is shown to be nearer to one of the ends, or it is not answered."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from tailgate.decide import Decision, Step, conclude_nearness, halfway_between, judge
from tailgate.records import Leg, Side, VerdictKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from tailgate.records import Comparison


def test_a_bisection_goes_by_the_leg_that_tells_the_ends_apart(compare: Callable[..., Comparison]) -> None:
    halfway = halfway_between(compare(1.44, 1.0))
    assert halfway.leg is Leg.INTRINSIC
    assert halfway.log_ratio == pytest.approx(math.log(1.44))
    assert halfway_between(compare(1.0, 1.44)).leg is Leg.RAW


GOOD, NEITHER, BAD = {Decision.NOT_WORSE, Decision.BETTER}, {Decision.GO_ON}, {Decision.WORSE}


@pytest.mark.parametrize(
    ("from_good", "to_bad", "decisions"),
    [
        (1.0, 1.44, GOOD),
        (1.19, 1.21, GOOD),
        (1.2, 1.2, NEITHER),
        (1.21, 1.19, BAD),
        (1.44, 1.0, BAD),
        # The machine is in another state than it was when the ends were compared.
        (1.0, 1.15, GOOD),
        (1.15, 1.0, BAD),
    ],
)
@pytest.mark.parametrize("leg", list(Leg))
def test_a_commit_is_nearer_to_one_end_or_not_answered(
    compare: Callable[..., Comparison], from_good: float, to_bad: float, decisions: set[Decision], leg: Leg
) -> None:
    """The other leg, in which the ends do not differ clearly, neither accuses nor stands in the way."""
    is_intrinsic = leg is Leg.INTRINSIC
    rule = halfway_between(compare(1.44, 1.01) if is_intrinsic else compare(1.01, 1.44)).rule(4)
    distances = from_good / to_bad
    assert judge(compare(distances, 3.0) if is_intrinsic else compare(3.0, distances), rule, 0) in decisions


@pytest.mark.parametrize(
    ("step", "end", "kind"),
    [
        (Step.REGRESSED, Side.BASELINE, VerdictKind.REGRESSED),
        (Step.REGRESSED, Side.CANDIDATE, VerdictKind.PASS),
        (Step.PASS, Side.BASELINE, VerdictKind.PASS),
        (Step.IMPROVED, Side.BASELINE, VerdictKind.PASS),
        (Step.IMPROVED, Side.CANDIDATE, VerdictKind.REGRESSED),
        (Step.GO_ON, Side.BASELINE, VerdictKind.INCONCLUSIVE),
        (Step.EXHAUSTED, Side.CANDIDATE, VerdictKind.INCONCLUSIVE),
    ],
)
def test_a_verdict_says_of_either_end_whether_it_is_the_farther_one(
    compare: Callable[..., Comparison], step: Step, end: Side, kind: VerdictKind
) -> None:
    verdict = conclude_nearness(compare(1.3), end, step, 5.0)
    assert verdict.kind is kind
    words = {
        Step.REGRESSED: "nearer to the bad end than to the good one",
        Step.PASS: "nearer to the good end than to the bad one",
        Step.IMPROVED: "nearer to the good end than to the bad one",
    }.get(step, "too much noise: the budget ended before it was nearer to one end")
    assert verdict.reasons == (words,)


def test_the_chance_of_a_wrong_turn_is_shared_by_all_steps(compare: Callable[..., Comparison]) -> None:
    halfway = halfway_between(compare(1.44, 1.0))
    assert 10 * halfway.rule(10).pass_error == pytest.approx(halfway.rule(1).pass_error)
    assert halfway.rule(10_000).accuse_error < halfway.rule(1).accuse_error
