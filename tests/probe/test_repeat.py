from __future__ import annotations

import itertools

from asv_bench_tailgate.recorder import PythonRecorder
from asv_bench_tailgate.repeat import LOOKS, SHORTEST_NS, Repeater
from asv_runner.benchmarks.time import TimeBenchmark
from typing_extensions import override


class Prepared:
    def __init__(self) -> None:
        self.events: list[str] = []

    def setup(self, _which: str) -> None:
        self.events.append("setup")

    def teardown(self, _which: str) -> None:
        self.events.append("teardown")

    def time_it(self, which: str) -> None:
        self.events.append(which)

    params = ("a", "b")


class Bare:
    calls = 0

    def time_it(self) -> None:
        self.calls += 1


def benchmark(instance: object) -> TimeBenchmark:
    made = TimeBenchmark("suite.time_it", instance.time_it, [instance.time_it, instance])  # type: ignore[attr-defined]
    made.set_param_idx(0)
    made.do_setup()
    return made


def test_each_call_sees_what_the_setup_left_as_asv_has_it() -> None:
    suite = Prepared()
    repeater = Repeater(benchmark(suite), PythonRecorder())
    for _ in range(3):
        elapsed = repeater.replay()
        assert len(elapsed) == repeater.operations == 1
    again = ["teardown", "setup", "a"]
    assert suite.events == ["setup", "a", *again, *again]


class ClockedByHand(PythonRecorder):
    """A recorder whose clock goes on by what each call is said to take."""

    def __init__(self, *durations: int) -> None:
        self._readings = itertools.accumulate(itertools.chain.from_iterable((0, duration) for duration in durations))

    @override
    def nanoseconds(self) -> int:  # type: ignore[override]
        return next(self._readings)


def test_a_short_method_without_a_setup_is_called_often_though_a_call_was_disturbed() -> None:
    suite = Bare()
    recorder = ClockedByHand(900_000, 2_000, 1_000, 1_500, 50_000)
    repeater = Repeater(benchmark(suite), recorder)
    repeater.replay()
    assert suite.calls == LOOKS + SHORTEST_NS // 1_000
    repeater.replay()
    assert suite.calls == LOOKS + 2 * SHORTEST_NS // 1_000


def test_a_long_method_is_looked_at_once_and_called_once() -> None:
    suite = Bare()
    repeater = Repeater(benchmark(suite), ClockedByHand(20_000_000))
    repeater.replay()
    assert suite.calls == 2


def test_the_mean_of_many_calls_is_one_call() -> None:
    (elapsed,) = Repeater(benchmark(Bare()), PythonRecorder()).replay()
    assert elapsed < 1_000_000
