from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from tailgate.decide import Rule, Step, Trial, conclude, conclude_failures, conclude_unmeasured, exit_code
from tailgate.exit_codes import ExitCode
from tailgate.records import BenchmarkId, Failure, Side, Verdict, VerdictKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from tailgate.records import Comparison

BENCHMARK = BenchmarkId("book.Cancel.latency_cancel")
ABSENT = Failure(BENCHMARK, Side.BASELINE, "does not exist on the baseline", is_absent=True)
BROKEN = Failure(BENCHMARK, Side.CANDIDATE, "raised in setup: ValueError: no")


def verdict(kind: VerdictKind, *, counts: bool = True) -> Verdict:
    return Verdict(BENCHMARK, kind, ("because",), counts=counts)


def code(*kinds: VerdictKind, is_strict: bool = True) -> ExitCode:
    return exit_code([verdict(kind) for kind in kinds], fails_on_inconclusive=is_strict)


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (("pass",), ExitCode.PASSED),
        (("improved",), ExitCode.PASSED),
        (("pass", "improved"), ExitCode.PASSED),
        (("regressed",), ExitCode.REGRESSED),
        (("inconclusive",), ExitCode.INCONCLUSIVE),
        (("invalid",), ExitCode.INVALID),
        (("pass", "inconclusive"), ExitCode.INCONCLUSIVE),
        (("pass", "invalid", "inconclusive"), ExitCode.INVALID),
        (("pass", "regressed", "invalid", "inconclusive", "improved"), ExitCode.REGRESSED),
        ((), ExitCode.INVALID),
    ],
)
def test_the_worst_verdict_decides_in_any_order(kinds: tuple[str, ...], expected: ExitCode) -> None:
    for order in itertools.permutations(map(VerdictKind, kinds)):
        assert code(*order) is expected


def test_policy_may_let_inconclusive_pass() -> None:
    assert code(VerdictKind.INCONCLUSIVE, VerdictKind.PASS, is_strict=False) is ExitCode.PASSED
    assert code(VerdictKind.INCONCLUSIVE, VerdictKind.INVALID, is_strict=False) is ExitCode.INVALID


def test_a_verdict_that_does_not_count_decides_nothing() -> None:
    new = verdict(VerdictKind.INVALID, counts=False)
    assert exit_code([new, verdict(VerdictKind.PASS)], fails_on_inconclusive=True) is ExitCode.PASSED


def test_a_run_in_which_nothing_counts_measured_nothing() -> None:
    new = verdict(VerdictKind.INVALID, counts=False)
    assert exit_code([new], fails_on_inconclusive=False) is ExitCode.INVALID


def test_a_failure_is_invalid_with_side_and_reason() -> None:
    given = conclude_failures(BENCHMARK, [BROKEN], may_lack_baseline=True, elapsed_s=2.0)
    assert given.kind is VerdictKind.INVALID
    assert given.reasons == ("candidate: raised in setup: ValueError: no",)
    assert given.failures == (BROKEN,)
    assert given.counts
    assert given.elapsed_s == 2.0


@pytest.mark.parametrize(
    ("failures", "may_lack_baseline", "counts"),
    [
        ([ABSENT], True, False),
        ([ABSENT], False, True),
        ([BROKEN], True, True),
        ([ABSENT, BROKEN], True, True),
        # A benchmark that disappeared on the candidate is no new one.
        ([Failure(BENCHMARK, Side.CANDIDATE, "does not exist", is_absent=True)], True, True),
        # Nor is one that exists on the baseline and breaks there.
        ([Failure(BENCHMARK, Side.BASELINE, "raised in setup")], True, True),
    ],
)
def test_only_a_benchmark_without_a_baseline_is_new(
    failures: list[Failure], *, may_lack_baseline: bool, counts: bool
) -> None:
    assert conclude_failures(BENCHMARK, failures, may_lack_baseline=may_lack_baseline).counts is counts


def test_what_was_not_reached_is_inconclusive() -> None:
    given = conclude_unmeasured(BENCHMARK, "the budget ended before it was measured at all")
    assert given.kind is VerdictKind.INCONCLUSIVE
    assert given.counts
    assert given.comparison is None


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (Step.PASS, VerdictKind.PASS),
        (Step.IMPROVED, VerdictKind.IMPROVED),
        (Step.REGRESSED, VerdictKind.REGRESSED),
        (Step.EXHAUSTED, VerdictKind.INCONCLUSIVE),
        (Step.GO_ON, VerdictKind.INCONCLUSIVE),
    ],
)
def test_each_end_of_a_trial_has_its_verdict(compare: Callable[..., Comparison], step: Step, kind: VerdictKind) -> None:
    comparison = compare(1.1, scale=0.002)
    given = conclude(comparison, Trial(Rule()), step, 3.0)
    assert given.kind is kind
    assert given.comparison is comparison
    assert given.intrinsic is not None
    assert given.intrinsic.low < 1.1 < given.intrinsic.high
    assert given.reasons
    assert given.elapsed_s == 3.0


def test_a_regression_says_by_how_much_and_on_which_leg(compare: Callable[..., Comparison]) -> None:
    (reason,) = conclude(compare(1.123, 1.0), Trial(Rule()), Step.REGRESSED, 3.0).reasons
    assert reason.startswith("intrinsic p99 +12.3 %")
    assert "more than 2 % worse" in reason
    reasons = conclude(compare(1.0, 1.3), Trial(Rule()), Step.REGRESSED, 3.0).reasons
    assert reasons[0].startswith("raw p99 +30.0 %")
    assert "more than 5 % worse" in reasons[0]
    assert "the intrinsic leg does not show it" in reasons[1]
    both = conclude(compare(1.2, 1.3), Trial(Rule()), Step.REGRESSED, 3.0).reasons
    assert [reason.split()[0] for reason in both] == ["intrinsic", "raw"]


def test_a_pass_names_what_is_tolerated_and_an_accusation_that_was_withdrawn(
    compare: Callable[..., Comparison],
) -> None:
    assert conclude(compare(), Trial(Rule()), Step.PASS, 3.0).reasons == (
        "p99 shown to be less than 5 % worse (intrinsic) and less than 10 % (raw)",
    )
    accused = conclude(compare(), Trial(Rule(), is_accused=True), Step.PASS, 3.0).reasons
    assert len(accused) == 2
    assert "was not confirmed" in accused[1]


def test_an_improvement_names_its_margin(compare: Callable[..., Comparison]) -> None:
    assert conclude(compare(0.8), Trial(Rule()), Step.IMPROVED, 3.0).reasons == (
        "p99 shown to be better by more than 2 %",
    )


def test_inconclusive_says_what_could_be_shown_and_how_long_5_percent_would_take(
    compare: Callable[..., Comparison],
) -> None:
    reasons = conclude(compare(1.031, 1.012, scale=0.02), Trial(Rule()), Step.GO_ON, 3.0).reasons
    assert reasons[0].startswith("the budget ended")
    assert reasons[1].startswith("intrinsic p99 +3.1 % (")
    assert "4 pairs could show" in reasons[1]
    assert reasons[2].startswith("raw p99 +1.2 % (")
    assert "s more would show 5 % in the intrinsic leg" in reasons[3]


def test_inconclusive_after_an_accusation_says_that_it_was_not_confirmed(compare: Callable[..., Comparison]) -> None:
    trial = Trial(Rule(), first_pair=4, is_accused=True)
    assert conclude(compare(1.03, scale=0.02), trial, Step.GO_ON, 3.0).reasons[0].startswith("accused once")


def test_spent_looks_are_not_called_the_end_of_the_budget(compare: Callable[..., Comparison]) -> None:
    rule = Rule()
    trial = Trial(rule, look=len(rule.looks))
    reasons = conclude(compare(1.03, scale=0.02, pairs=35), trial, Step.EXHAUSTED, 3.0).reasons
    assert reasons[0].startswith("all looks up to 35 pairs were spent")
