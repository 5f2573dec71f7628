from __future__ import annotations

import gc
from array import array
from typing import Any

import pytest
from asv_bench_tailgate.recorder import best_recorder
from asv_bench_tailgate.replay import MINIMUM_OPERATIONS, BenchmarkShapeError, Replayer

ENOUGH = list(range(1_120))
"""A tenth of these, 112, is the lead-in."""


class NoRecorder:
    """A recorder without a clock."""

    name = "imagined"
    counter = staticmethod(lambda: 0)
    nanoseconds = staticmethod(lambda: 0)

    def record_nothing(self, _inputs: object, _out: array[int]) -> None:
        raise AssertionError


def replayer(prepared: Any) -> Replayer:
    return Replayer(lambda: prepared, best_recorder())


def test_each_replay_starts_from_fresh_state() -> None:
    states: list[list[int]] = []

    def prepare() -> Any:
        states.append([])
        return states[-1].append, ENOUGH

    replaying = Replayer(prepare, best_recorder())
    for _ in range(3):
        elapsed = replaying.replay()
        assert elapsed.typecode == "Q"
        assert len(elapsed) == 1_008
    assert states == [ENOUGH] * 3
    assert replaying.operations == 1_008


@pytest.mark.parametrize(
    "prepared",
    [None, abs, (abs,), (abs, ENOUGH, 1), (ENOUGH, abs), (abs, tuple(ENOUGH)), (abs, iter(ENOUGH)), ("abs", ENOUGH)],
    ids=["nothing", "operation", "no inputs", "three", "swapped", "tuple", "iterator", "no callable"],
)
def test_another_shape_is_refused_with_what_is_expected(prepared: Any) -> None:
    with pytest.raises(BenchmarkShapeError, match=r"must return \(operation, inputs\)"):
        replayer(prepared).replay()


def test_the_lead_in_is_run_and_not_counted() -> None:
    class Recorder(NoRecorder):
        def record(self, _operation: object, inputs: list[int], out: array[int]) -> None:
            out[:] = array("Q", inputs)

    assert list(Replayer(lambda: (abs, ENOUGH), Recorder()).replay()) == ENOUGH[112:]


@pytest.mark.parametrize("count", [0, 1, MINIMUM_OPERATIONS, 1_110])
def test_too_few_inputs_for_a_p99_are_refused(count: int) -> None:
    with pytest.raises(BenchmarkShapeError, match=f"at least 1000 counted operations.* {count} inputs"):
        replayer((abs, list(range(count)))).replay()


@pytest.mark.parametrize("change", [-1, 1])
def test_a_number_of_inputs_that_changes_is_refused(change: int) -> None:
    sizes = iter([1200, 1200 + change])
    replaying = Replayer(lambda: (abs, list(range(next(sizes)))), best_recorder())
    replaying.replay()
    with pytest.raises(BenchmarkShapeError, match=f"1200 before, {1200 + change} now"):
        replaying.replay()


def test_an_exception_of_the_benchmark_passes_through() -> None:
    def prepare() -> Any:
        raise OSError("no such book")

    with pytest.raises(OSError, match="no such book"):
        Replayer(prepare, best_recorder()).replay()


def test_garbage_of_building_the_state_is_collected_before_the_replay() -> None:
    """The collector's young generation is empty at the first operation, so that no replay pays for its own set-up."""
    counts: list[int] = []

    class Recorder(NoRecorder):
        def record(self, _operation: object, _inputs: object, _out: array[int]) -> None:
            counts.append(gc.get_count()[0])

    def prepare() -> Any:
        _garbage = [[number] for number in range(300)]
        return abs, ENOUGH

    Replayer(prepare, Recorder()).replay()
    assert counts[0] < 100
