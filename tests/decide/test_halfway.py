"""A commit of a bisection is shown to be on one side of the middle, or it is not answered."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from tailgate.decide import Decision, halfway_between, judge
from tailgate.records import Leg

if TYPE_CHECKING:
    from collections.abc import Callable

    from tailgate.records import Comparison


def test_the_middle_lies_halfway_in_logarithms(compare: Callable[..., Comparison]) -> None:
    halfway = halfway_between(compare(1.44, 1.0))
    assert halfway.leg is Leg.INTRINSIC
    assert halfway.log_ratio == pytest.approx(math.log(1.44))
    rule = halfway.rule(4)
    assert rule.intrinsic.worse == rule.intrinsic.tolerated == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("ratio", "decision"),
    [
        (1.0, Decision.NOT_WORSE),
        (1.1, Decision.NOT_WORSE),
        (1.2, Decision.GO_ON),
        (1.3, Decision.WORSE),
        (1.44, Decision.WORSE),
    ],
)
@pytest.mark.parametrize("leg", list(Leg))
def test_a_commit_is_nearer_to_one_end_or_not_answered(
    compare: Callable[..., Comparison], ratio: float, decision: Decision, leg: Leg
) -> None:
    """The other leg, in which the ends do not differ clearly, neither accuses nor stands in the way."""
    is_intrinsic = leg is Leg.INTRINSIC
    rule = halfway_between(compare(1.44, 1.01) if is_intrinsic else compare(1.01, 1.44)).rule(4)
    step = compare(ratio, 3.0, scale=0.005) if is_intrinsic else compare(3.0, ratio, scale=0.005)
    assert judge(step, rule, 0) is decision


def test_the_chance_of_a_wrong_turn_is_shared_by_all_steps(compare: Callable[..., Comparison]) -> None:
    halfway = halfway_between(compare(1.44, 1.0))
    assert 10 * halfway.rule(10).pass_error == pytest.approx(halfway.rule(1).pass_error)
    assert halfway.rule(10_000).accuse_error < halfway.rule(1).accuse_error
