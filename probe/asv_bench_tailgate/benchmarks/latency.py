"""The asv benchmark type ``latency_*``: asv gets block p99s as samples, and the whole record goes to its own file.

A benchmark method returns ``(operation, inputs)``; it is called before each replay, untimed, so that every replay
starts from fresh state. Attributes: ``replays`` (default 20), ``cores`` (default 1).
"""

from __future__ import annotations

import functools
import math
import re
from typing import TYPE_CHECKING, Any

from asv_runner.benchmarks._base import Benchmark, _get_first_attr

from asv_bench_tailgate.calibration import calibrate
from asv_bench_tailgate.record_file import Record, write_record
from asv_bench_tailgate.recorder import best_recorder
from asv_bench_tailgate.replay import BenchmarkShapeError, Replayer

if TYPE_CHECKING:
    from collections.abc import Callable


class LatencyBenchmark(Benchmark):  # type: ignore[misc]  # asv_runner is untyped
    """Times each operation of a replay on its own; what asv plots is the p99 of each replay, in seconds."""

    name_regex = re.compile("^(Latency[A-Z_].+)|(latency_.+)$")

    def __init__(self, name: str, func: Callable[..., Any], attr_sources: list[object]) -> None:
        super().__init__(name, func, attr_sources)
        self.type = "latency"
        self.unit = "seconds"
        self.replays = int(_get_first_attr(attr_sources, "replays", 20))
        self.cores = int(_get_first_attr(attr_sources, "cores", 1))

    def replayer(self) -> Replayer:
        """Bind the current parameters (and asv's setup cache, where there is one) to a replayer."""
        return Replayer(functools.partial(self.func, *self._build_params()), best_recorder())

    def run(self, *_: object) -> dict[str, object]:
        """Replay; keep the whole record; return what asv keeps: one p99 a replay, in seconds."""
        if self.replays < 1:
            raise BenchmarkShapeError(f"replays = {self.replays}: a p99 needs at least one replay")
        recorder = best_recorder()
        calibration = calibrate(recorder)
        replayer = self.replayer()
        replayer.replay()  # warm-up: first calls fill caches and specialise the interpreter's bytecode
        replays = [replayer.replay() for _ in range(self.replays)]
        write_record(
            Record(
                benchmark=self.name,
                parameters=tuple(map(repr, self._current_params)),
                recorder=recorder.name,
                calibration=calibration,
                replays=replays,
            )
        )
        rank = math.ceil(0.99 * replayer.operations) - 1
        nanoseconds = [sorted(replay)[rank] * calibration.ns_per_count - calibration.cost_ns for replay in replays]
        # asv rejects zero and negative times; an operation below the recorder's own cost counts as one step.
        return {"samples": [max(value, calibration.step_ns) * 1e-9 for value in nanoseconds], "number": 1}


export_as_benchmark = [LatencyBenchmark]
