from __future__ import annotations

import statistics
import sys
import time
from array import array
from typing import TYPE_CHECKING, Any

import pytest
from asv_bench_tailgate.recorder import PythonRecorder, best_recorder

if TYPE_CHECKING:
    from asv_bench_tailgate.recorder import Recorder


def counters(count: int) -> array[int]:
    return array("Q", bytes(8 * count))


def test_the_native_recorder_is_used_where_it_was_built() -> None:
    assert best_recorder().name.startswith("native-")


def test_the_python_recorder_is_used_where_there_was_no_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("asv_bench_tailgate._recorder")
    monkeypatch.setitem(sys.modules, "asv_bench_tailgate._recorder", None)
    assert isinstance(best_recorder(), PythonRecorder)


def test_each_input_is_used_once_and_in_order(recorder: Recorder) -> None:
    inputs = [object() for _ in range(100)]
    seen: list[object] = []
    recorder.record(seen.append, inputs, counters(100))
    assert len(seen) == 100
    assert all(used is given for used, given in zip(seen, inputs, strict=True))


def test_nothing_is_called_for_no_inputs(recorder: Recorder) -> None:
    called: list[object] = []
    slots = array("Q", [7])
    recorder.record(called.append, [], slots)
    recorder.record_nothing([], slots)
    assert called == []
    assert slots == array("Q", [7])


def test_counts_become_longer_with_the_work(recorder: Recorder) -> None:
    short, long = counters(200), counters(200)
    recorder.record(lambda rounds: sum(range(rounds)), [10] * 200, short)
    recorder.record(lambda rounds: sum(range(rounds)), [10_000] * 200, long)
    assert all(short)
    assert statistics.median(long) > 10 * statistics.median(short)


def test_slots_beyond_the_inputs_stay_as_they_were(recorder: Recorder) -> None:
    out = array("Q", [7] * 5)
    recorder.record(abs, [1, 2, 3], out)
    assert out[3:] == array("Q", [7, 7])


def test_an_exception_passes_through_and_ends_the_recording(recorder: Recorder) -> None:
    seen: list[int] = []

    def operation(value: int) -> None:
        seen.append(value)
        if value == 3:
            raise LookupError("third")

    out = counters(5)
    with pytest.raises(LookupError, match="third"):
        recorder.record(operation, [1, 2, 3, 4, 5], out)
    assert seen == [1, 2, 3]
    assert all(out[:2])
    assert not any(out[2:])
    out.append(0)  # the array is let go of: an exported buffer could not grow


def test_an_interrupt_passes_through(recorder: Recorder) -> None:
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        recorder.record(interrupt, [1], counters(1))


def test_an_output_array_that_is_too_short_is_refused_before_anything_is_called(recorder: Recorder) -> None:
    seen: list[int] = []
    with pytest.raises(ValueError, match="shorter than the inputs"):
        recorder.record(seen.append, [1, 2, 3], counters(2))
    with pytest.raises(ValueError, match="shorter than the inputs"):
        recorder.record_nothing([1, 2, 3], counters(2))
    assert seen == []


def test_results_are_released_one_by_one(recorder: Recorder) -> None:
    alive = 0
    most = 0

    class Result:
        def __init__(self) -> None:
            nonlocal alive, most
            alive += 1
            most = max(most, alive)

        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

    recorder.record(lambda _: Result(), list(range(50)), counters(50))
    assert (alive, most) == (0, 1)


def test_releasing_a_result_is_not_timed(recorder: Recorder) -> None:
    class Slow:
        def __del__(self) -> None:
            time.sleep(0.01)

    released, unreleased = counters(20), counters(20)
    recorder.record(lambda _: Slow(), list(range(20)), released)
    recorder.record(lambda _: time.sleep(0.01), list(range(20)), unreleased)
    assert statistics.median(released) * 10 < statistics.median(unreleased)


def test_inputs_and_results_keep_their_reference_counts(recorder: Recorder) -> None:
    value: Any = object()
    inputs = [value] * 10
    before = sys.getrefcount(value)
    recorder.record(lambda item: item, inputs, counters(10))
    assert sys.getrefcount(value) == before


def test_an_operation_may_empty_the_list_of_inputs(recorder: Recorder) -> None:
    inputs = [[number] for number in range(1000)]
    seen: list[list[int]] = []

    def operation(value: list[int]) -> None:
        inputs.clear()
        seen.append(value)

    recorder.record(operation, inputs, counters(1000))
    assert seen == [[number] for number in range(1000)]


def test_doing_nothing_costs_something(recorder: Recorder) -> None:
    out = counters(1000)
    recorder.record_nothing([None] * 1000, out)
    assert statistics.fmean(out) > 0


def test_the_clock_runs_forward(recorder: Recorder) -> None:
    first, second = recorder.nanoseconds(), recorder.nanoseconds()
    assert first <= second
    first, second = recorder.counter(), recorder.counter()
    assert first <= second
