from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tailgate.measure import Schedule
from tailgate.measure.schedule import _merge
from tailgate.measure.worker import HostDescription
from tailgate.records import BenchmarkId, BenchmarkSpecification, Fingerprint, Side

SCHEDULE = Schedule()
FINGERPRINT = Fingerprint("host", "a processor", 2, "6.1", "3.11.2", "gcc 12", "0.1.0", "native", "deployed")


@given(st.integers(0, 10**11))
def test_a_round_has_enough_replays_and_not_many_more_than_asked_for(replay_ns: int) -> None:
    slices, in_a_slice = SCHEDULE.slices(replay_ns)
    assert in_a_slice >= 1
    assert slices * in_a_slice >= SCHEDULE.minimum_replays
    assert slices * in_a_slice < SCHEDULE.maximum_replays + in_a_slice
    # The sides take turns often enough for a disturbance to reach both.
    assert slices >= 4


@pytest.mark.parametrize("replay_ns", [10_000_000, 10**9])
def test_long_replays_take_turns_one_by_one(replay_ns: int) -> None:
    slices, in_a_slice = SCHEDULE.slices(replay_ns)
    assert (slices, in_a_slice) == (SCHEDULE.minimum_replays, 1)


def specification(name: str) -> BenchmarkSpecification:
    return BenchmarkSpecification(BenchmarkId(name), 0, 60.0, "1")


def side(*names: str, broken: dict[str, str] | None = None) -> HostDescription:
    return HostDescription(FINGERPRINT, 1.0, 20.0, 10.0, tuple(map(specification, names)), broken or {})


def test_what_both_sides_have_is_measured_in_the_suites_order() -> None:
    suite = _merge({item: side("b.latency_b", "a.latency_a") for item in Side})
    assert [item.benchmark.name for item in suite.specifications] == ["b.latency_b", "a.latency_a"]
    assert suite.failures == ()
    assert suite.fingerprints == dict.fromkeys(Side, FINGERPRINT)


@pytest.mark.parametrize("lacking", Side)
def test_what_one_side_lacks_is_absent_there(lacking: Side) -> None:
    sides = {item: side("a.latency_a", "a.latency_new") for item in Side}
    sides[lacking] = side("a.latency_a")
    (failure,) = _merge(sides).failures
    assert (failure.benchmark.name, failure.side, failure.is_absent) == ("a.latency_new", lacking, True)
    assert failure.reason == f"does not exist on the {lacking}"


def test_a_module_that_imports_on_one_side_only_is_the_reason() -> None:
    suite = _merge(
        {
            Side.BASELINE: side("a.latency_a", broken={"benchmarks.new": "ImportError: no name\nTraceback ..."}),
            Side.CANDIDATE: side("a.latency_a", "new.latency_new"),
        }
    )
    (failure,) = suite.failures
    assert failure.side is Side.BASELINE
    assert failure.is_absent
    assert "its module benchmarks.new does not import there" in failure.reason
    assert failure.detail.startswith("ImportError: no name")


def test_a_module_that_imports_on_no_side_is_named_once_and_broken_not_absent() -> None:
    broken = {"benchmarks.typo": "SyntaxError: invalid syntax\nTraceback ..."}
    sides = {item: side("a.latency_a", broken=broken) for item in Side}
    failures = _merge(sides).failures
    assert [(failure.benchmark.name, failure.is_absent) for failure in failures] == [("typo", False)]
    assert failures[0].reason == "the module benchmarks.typo imports on neither side: SyntaxError: invalid syntax"


def test_a_suite_that_does_not_import_at_all_is_named() -> None:
    broken = {"benchmarks": "RuntimeError: no\nTraceback ..."}
    sides = {item: side(broken=broken) for item in Side}
    assert [failure.benchmark.name for failure in _merge(sides).failures] == ["benchmarks"]


def test_a_module_whose_name_begins_like_another_ones_is_not_taken_for_it() -> None:
    suite = _merge(
        {
            Side.BASELINE: side(broken={"benchmarks.book": "ImportError: no name\nTraceback ..."}),
            Side.CANDIDATE: side("book_deep.latency_a", broken={"benchmarks.book": "ImportError: no name\n"}),
        }
    )
    reasons = {failure.benchmark.name: failure.reason for failure in suite.failures}
    assert reasons["book_deep.latency_a"] == "does not exist on the baseline"
    assert "imports on neither side" in reasons["book"]


def test_a_module_without_anything_to_measure_may_be_broken_on_one_side() -> None:
    broken = {"benchmarks.throughput": "ImportError: no name\nTraceback ..."}
    for lacking in Side:
        sides = {item: side("a.latency_a", broken=broken if item is lacking else {}) for item in Side}
        assert _merge(sides).failures == ()
