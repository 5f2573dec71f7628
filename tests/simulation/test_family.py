"""The promise about whole runs: at most 1 % of them accuse any benchmark that did not get worse."""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from tailgate.decide import Rule, Step
from tests.simulation.trials import Scatter, exceeds, run_trial

PROMISE = 0.01
SUITE = 50
LOOSE = Rule(accuse_error=0.9, looks=(4, 6, 9))
"""So careless by itself that only sharing the error over the family can keep the promise; few looks, to be quick."""


def false_alarms(rule: Rule, intrinsic: float, raw: float, runs: int, scatter: Scatter, seed: int) -> int:
    """Count the runs of a whole suite in which any benchmark is called regressed."""
    generator = np.random.default_rng(seed)
    return sum(
        any(run_trial(rule, intrinsic, raw, scatter, generator).step is Step.REGRESSED for _ in range(SUITE))
        for _ in range(runs)
    )


def test_a_suite_of_unchanged_benchmarks_is_not_accused() -> None:
    assert false_alarms(Rule().for_family(SUITE), 1.0, 1.0, 30, Scatter(0.1), seed=21) == 0


def test_a_suite_at_the_edge_of_both_margins_keeps_the_promise() -> None:
    """The worst suite that is no regression: every benchmark exactly as slow as is still allowed, in both legs."""
    edges = 1 + LOOSE.intrinsic.worse, 1 + LOOSE.raw.worse
    assert not exceeds(false_alarms(LOOSE.for_family(SUITE), *edges, 20, Scatter(0.0), seed=22), 20, PROMISE)


def test_pairs_that_scatter_twice_as_usual_still_keep_the_promise_about_the_suite() -> None:
    """At both edges one stage then errs more often than its 0.5 %, for the scale is shrunk towards the usual one."""
    rule, generator = Rule(), np.random.default_rng(24)
    doubled = Scatter(disturbed_share=1.0, disturbed_by=2.0)
    edges = 1 + rule.intrinsic.worse, 1 + rule.raw.worse
    endings = [run_trial(rule, *edges, doubled, generator) for _ in range(200)]
    assert not exceeds(sum(ending.was_accused for ending in endings), 200, math.sqrt(PROMISE / SUITE))
    assert not any(ending.step is Step.REGRESSED for ending in endings)


def test_without_sharing_the_error_the_same_suite_would_break_it() -> None:
    """So the two tests before can fail: the same rule for each benchmark by itself accuses in nearly every run."""
    edges = 1 + LOOSE.intrinsic.worse, 1 + LOOSE.raw.worse
    assert exceeds(false_alarms(LOOSE, *edges, 6, Scatter(0.0), seed=23), 6, PROMISE)


def test_the_usual_rule_is_sharpened_from_401_benchmarks_on() -> None:
    # Two stages at 0.5 % are wrong together in 0.0025 % of benchmarks, so that 400 of them make 1 %.
    rule = Rule()
    assert rule.for_family(400) == rule
    assert rule.for_family(401).accuse_error < rule.accuse_error
    assert math.isclose(400 * rule.accuse_error**2, PROMISE)
    assert dataclasses.replace(rule.for_family(401), accuse_error=rule.accuse_error) == rule
