from __future__ import annotations

from asv_bench_tailgate.recorder import PythonRecorder
from asv_bench_tailgate.repeat import Repeater
from asv_runner.benchmarks.time import TimeBenchmark


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


def test_a_short_method_without_a_setup_is_called_often_and_its_mean_is_one_call() -> None:
    suite = Bare()
    repeater = Repeater(benchmark(suite), PythonRecorder())
    (elapsed,) = repeater.replay()
    first = suite.calls
    repeater.replay()
    assert first > 100
    # One more the first time: it is looked at how long a call takes.
    assert suite.calls - first == first - 1
    assert elapsed < 1_000_000
