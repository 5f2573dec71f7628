"""What asv gets from the benchmark type ``latency_*``."""

from __future__ import annotations

import math
import zlib
from array import array
from typing import TYPE_CHECKING, Any

import pytest
from asv_bench_tailgate.benchmarks.latency import LatencyBenchmark
from asv_bench_tailgate.replay import BenchmarkShapeError
from asv_runner.statistics import compute_stats

if TYPE_CHECKING:
    from pathlib import Path


class Subject:
    params = ([10, 1000],)
    replays = 6

    def __init__(self) -> None:
        self.calls = 0
        self.prepared = 0

    def latency_work(self, rounds: int) -> Any:
        self.prepared += 1

        def operation(_: int) -> int:
            self.calls += 1
            return sum(range(rounds))

        return operation, list(range(1200))


def benchmark(subject: object, index: int = 0, name: str = "latency_work") -> LatencyBenchmark:
    made = LatencyBenchmark(f"subject.{name}", getattr(subject, name), [getattr(subject, name), subject])
    made.set_param_idx(index)
    return made


@pytest.fixture(autouse=True)
def records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TAILGATE_RECORDS", str(tmp_path))
    return tmp_path


def test_asv_gets_one_positive_p99_in_seconds_for_each_replay() -> None:
    subject = Subject()
    result = benchmark(subject).do_run()
    assert result["number"] == 1
    assert len(result["samples"]) == 6
    assert all(isinstance(value, float) and 1e-9 < value < 0.1 for value in result["samples"])
    assert subject.prepared == 7  # and a warm-up
    assert subject.calls == 7 * 1200


def test_asvs_own_statistics_take_the_samples() -> None:
    samples = benchmark(Subject(), index=1).do_run()["samples"]
    median, statistics = compute_stats(samples, 1)
    assert min(samples) <= median <= max(samples)
    assert statistics["repeat"] == 6


def test_the_whole_record_is_kept_beside(records: Path) -> None:
    benchmark(Subject(), index=1).do_run()
    (path,) = records.iterdir()
    header, _, body = path.read_bytes().partition(b"\n")
    assert b'"parameters": ["1000"]' in header
    assert len(array("Q", zlib.decompress(body))) == 6 * 1080


def test_an_operation_below_the_recorders_cost_counts_as_one_step(monkeypatch: pytest.MonkeyPatch) -> None:
    from asv_bench_tailgate.benchmarks import latency  # noqa: PLC0415 - the module, beside its class above
    from asv_bench_tailgate.calibration import Calibration  # noqa: PLC0415 - the same

    monkeypatch.setattr(latency, "calibrate", lambda _: Calibration(1.0, 1e12, 10.0))
    assert benchmark(Subject()).do_run()["samples"] == [pytest.approx(10e-9)] * 6


def test_what_asv_reads_of_the_type() -> None:
    made = benchmark(Subject())
    assert (made.type, made.unit) == ("latency", "seconds")
    assert made.name_regex.match("latency_cancel")
    assert made.name_regex.match("LatencyCancel")
    assert not made.name_regex.match("time_latency")
    assert not made.name_regex.match("Latencycancel")


def test_the_number_of_replays_has_a_default_and_is_at_least_one() -> None:
    class Bare:
        def latency_nothing(self) -> Any:
            return abs, list(range(1200))

    class Never(Bare):
        replays = 0

    assert len(benchmark(Bare(), name="latency_nothing").do_run()["samples"]) == 20
    with pytest.raises(BenchmarkShapeError, match="replays"):
        benchmark(Never(), name="latency_nothing").do_run()


def test_a_wrong_shape_is_an_error_that_asv_shows() -> None:
    class Wrong:
        def latency_wrong(self) -> Any:
            return math.pi

    with pytest.raises(BenchmarkShapeError, match="must return"):
        benchmark(Wrong(), name="latency_wrong").do_run()
