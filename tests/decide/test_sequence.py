from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tailgate.decide import Rule, Step, Trial

if TYPE_CHECKING:
    from collections.abc import Callable

    from tailgate.records import Comparison

RULE = Rule(looks=(4, 6, 9))


@pytest.fixture
def worse(compare: Callable[..., Comparison]) -> Comparison:
    return compare(1.2)


@pytest.fixture
def unclear(compare: Callable[..., Comparison]) -> Comparison:
    return compare(1.03, scale=0.05)


@pytest.fixture
def unchanged(compare: Callable[..., Comparison]) -> Comparison:
    return compare()


@pytest.fixture
def better(compare: Callable[..., Comparison]) -> Comparison:
    return compare(0.8)


def test_looks_are_due_at_their_numbers_of_pairs(unclear: Comparison) -> None:
    trial = Trial(RULE)
    assert [pairs for pairs in range(1, 6) if trial.is_due(pairs)] == [4, 5]
    trial.advance(unclear, 4)
    assert not trial.is_due(5)
    assert trial.is_due(6)


def test_unchanged_code_passes_at_the_first_look(unchanged: Comparison) -> None:
    assert Trial(RULE).advance(unchanged, 4) is Step.PASS


def test_a_clear_improvement_is_called_at_once(better: Comparison) -> None:
    assert Trial(RULE).advance(better, 4) is Step.IMPROVED


def test_an_accusation_needs_two_stages_on_separate_pairs(worse: Comparison) -> None:
    trial = Trial(RULE)
    assert trial.advance(worse, 4) is Step.GO_ON
    assert (trial.is_accused, trial.first_pair, trial.look) == (True, 4, 0)
    assert [pairs for pairs in range(5, 9) if trial.is_due(pairs)] == [8]
    assert trial.advance(worse, 8) is Step.REGRESSED


def test_the_second_stage_begins_where_the_first_one_ended(worse: Comparison, unclear: Comparison) -> None:
    trial = Trial(RULE)
    assert trial.advance(unclear, 4) is Step.GO_ON
    assert trial.advance(worse, 6) is Step.GO_ON
    assert trial.first_pair == 6
    assert not trial.is_due(9)
    assert trial.advance(unclear, 10) is Step.GO_ON
    assert trial.advance(worse, 12) is Step.REGRESSED


def test_an_accusation_that_is_not_confirmed_passes(worse: Comparison, unchanged: Comparison) -> None:
    trial = Trial(RULE)
    trial.advance(worse, 4)
    assert trial.advance(unchanged, 8) is Step.PASS


def test_better_after_an_accusation_is_a_contradiction_and_counts_as_a_pass(
    worse: Comparison, better: Comparison
) -> None:
    trial = Trial(RULE)
    trial.advance(worse, 4)
    assert trial.advance(better, 8) is Step.PASS


@pytest.mark.parametrize("is_accused", [False, True])
def test_spent_looks_end_a_trial_in_either_stage(worse: Comparison, unclear: Comparison, *, is_accused: bool) -> None:
    trial = Trial(RULE)
    start = 0
    if is_accused:
        trial.advance(worse, 4)
        start = 4
    steps = [trial.advance(unclear, start + pairs) for pairs in RULE.looks]
    assert steps == [Step.GO_ON, Step.GO_ON, Step.EXHAUSTED]
    assert trial.is_accused is is_accused


def test_worse_at_the_last_look_still_gets_its_second_stage(worse: Comparison, unclear: Comparison) -> None:
    trial = Trial(RULE)
    trial.advance(unclear, 4)
    trial.advance(unclear, 6)
    assert trial.advance(worse, 9) is Step.GO_ON
    assert trial.advance(worse, 13) is Step.REGRESSED
