from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t

from tailgate.decide import Decision, Margins, Rule, interval, judge, look_levels
from tailgate.decide.rule import half_width
from tailgate.records import BenchmarkId, Comparison, Effect, Leg, Quantiles, SideSummary

if TYPE_CHECKING:
    from collections.abc import Callable

RULE = Rule()
QUANTILES = Quantiles(100.0, 150.0, 290.0, 600.0, 5_000.0)
SIDE = SideSummary(QUANTILES, QUANTILES, processes=4, replays=64, operations=1000)


@pytest.mark.parametrize(
    ("intrinsic", "raw", "decision"),
    [
        (1.00, 1.00, Decision.NOT_WORSE),
        (1.01, 1.02, Decision.NOT_WORSE),
        (1.035, 1.00, Decision.WORSE),
        (1.50, 1.00, Decision.WORSE),
        (1.00, 1.08, Decision.WORSE),  # the raw leg accuses alone
        (0.90, 1.08, Decision.WORSE),  # and an improvement in the other leg does not outweigh it
        (1.03, 0.90, Decision.WORSE),
        (0.95, 1.00, Decision.BETTER),
        (0.95, 0.80, Decision.BETTER),
        (0.99, 0.90, Decision.NOT_WORSE),  # better by less than the margin; the raw leg shows no improvement
        (1.022, 1.00, Decision.NOT_WORSE),  # between the margins: neither shown to be above the one nor above the other
    ],
)
def test_exact_effects_are_judged_by_their_margins(
    compare: Callable[..., Comparison], intrinsic: float, raw: float, decision: Decision
) -> None:
    assert judge(compare(intrinsic, raw), RULE, 0) is decision


@pytest.mark.parametrize("ratio", [1.0, 1.03, 1.08, 0.96])
def test_uncertain_effects_are_not_judged(compare: Callable[..., Comparison], ratio: float) -> None:
    assert judge(compare(ratio, ratio, scale=0.05), RULE, 0) is Decision.GO_ON


def test_a_pass_needs_both_legs(compare: Callable[..., Comparison]) -> None:
    assert judge(compare(1.0, 1.07), RULE, 0) is Decision.WORSE
    assert judge(compare(1.0, 1.07, scale=0.01), RULE, 0) is Decision.GO_ON
    assert judge(compare(1.04, 1.0, scale=0.01), RULE, 0) is Decision.GO_ON


def test_an_improvement_must_be_shown_as_firmly_as_an_accusation_by_two_stages(
    compare: Callable[..., Comparison],
) -> None:
    firm, faint = compare(0.95, 1.0, scale=0.001), compare(0.95, 1.0, scale=0.005)
    assert judge(firm, RULE, 0) is Decision.BETTER
    assert judge(faint, RULE, 0) is Decision.NOT_WORSE


def test_other_margins_draw_other_lines(compare: Callable[..., Comparison]) -> None:
    wide = Rule(intrinsic=Margins(0.2, 0.4), raw=Margins(0.2, 0.4))
    assert judge(compare(1.15, 1.15), RULE, 0) is Decision.WORSE
    assert judge(compare(1.15, 1.15), wide, 0) is Decision.NOT_WORSE
    assert judge(compare(1.25, 1.15), wide, 0) is Decision.WORSE


@given(st.floats(1e-9, 0.5), st.integers(1, 200))
def test_the_levels_of_any_number_of_looks_sum_to_less_than_the_error(error: float, looks: int) -> None:
    levels = look_levels(error, looks)
    assert len(levels) == looks
    assert sum(levels) < error
    assert list(levels) == sorted(levels, reverse=True)
    assert look_levels(error, looks + 1)[:looks] == levels


def test_half_of_the_error_is_spent_at_the_first_look() -> None:
    assert look_levels(0.006, 3) == pytest.approx((0.003, 0.001, 0.0005))


@given(st.floats(0.9, 1.2), st.floats(0.9, 1.2), st.floats(1e-4, 0.05), st.integers(0, 6))
def test_a_slower_candidate_is_never_judged_more_kindly(intrinsic: float, raw: float, scale: float, look: int) -> None:
    kindness = [Decision.WORSE, Decision.GO_ON, Decision.NOT_WORSE, Decision.BETTER]

    def judged(extra: float) -> int:
        effects = [
            Effect(leg, (0.0,) * 4, math.log(ratio) + extra, scale, 7.0)
            for leg, ratio in ((Leg.INTRINSIC, intrinsic), (Leg.RAW, raw))
        ]
        return kindness.index(judge(Comparison(BenchmarkId("b"), SIDE, SIDE, *effects), RULE, look))

    assert judged(0.02) <= judged(0.0) <= judged(-0.02)


@pytest.mark.parametrize("benchmarks", [1, 2, 10, 50, 500])
def test_a_family_shares_the_chance_of_any_false_accusation(benchmarks: int) -> None:
    rule = RULE.for_family(benchmarks)
    # Both stages must be wrong, on different pairs: their chances multiply.
    assert benchmarks * rule.accuse_error**2 <= 0.01 * (1 + 1e-9)
    assert rule.accuse_error <= RULE.accuse_error
    assert (rule.intrinsic, rule.raw, rule.pass_error, rule.looks) == (
        RULE.intrinsic,
        RULE.raw,
        RULE.pass_error,
        RULE.looks,
    )


def test_an_empty_family_keeps_the_rule() -> None:
    assert RULE.for_family(0) == RULE


def test_half_widths_are_those_of_students_distribution() -> None:
    effect = Effect(Leg.RAW, (0.0,), 0.0, 0.01, 7.0)
    for level in (0.5, 0.025, 0.001, 1e-6):
        assert half_width(effect, level) == pytest.approx(0.01 * t.ppf(1 - level, 7.0), abs=1e-12)


def test_the_shown_interval_is_two_sided_and_asymmetric_as_ratios_are() -> None:
    effect = Effect(Leg.RAW, (0.0,), math.log(1.1), 0.01, 7.0)
    shown = interval(effect)
    assert shown.ratio == pytest.approx(1.1)
    assert shown.low == pytest.approx(1.1 * math.exp(-0.01 * t.ppf(0.975, 7.0)))
    assert shown.high == pytest.approx(1.1 * math.exp(0.01 * t.ppf(0.975, 7.0)))
    assert interval(effect, 0.5).low > shown.low
