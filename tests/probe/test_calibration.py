from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from asv_bench_tailgate.calibration import calibrate, smallest_step
from hypothesis import given
from hypothesis import strategies as st

if TYPE_CHECKING:
    from asv_bench_tailgate.recorder import Recorder


def readings(step: float, length: float, count: int = 4_000) -> list[int]:
    """Return intervals of a counter that moves by ``step`` counts at a time, over phases that cover a step evenly."""
    phases = [step * (number * 0.6180339887498949 % 1.0) for number in range(count)]
    return [int(math.floor((phase + length) / step) * step) - int(math.floor(phase / step) * step) for phase in phases]


@pytest.mark.parametrize("step", [24.5, 26.0, 24.47, 10.0, 100.0])
@pytest.mark.parametrize("length", [37.0, 51.3, 131.7])
def test_the_step_of_a_coarse_counter_is_found(step: float, length: float) -> None:
    assert smallest_step(readings(step, length)) == pytest.approx(step, abs=1.0)


@given(st.floats(8, 200), st.floats(1.1, 6))
def test_any_step_is_found_to_within_a_count(step: float, lengths: float) -> None:
    seen = readings(step, step * lengths)
    if len(set(seen)) > 2:
        assert smallest_step(seen) == pytest.approx(step, abs=1.5)


def test_values_seen_once_are_disturbances() -> None:
    assert smallest_step([50] * 100 + [75] * 100 + [53, 90_000, 91_234]) == 25


def test_a_counter_that_shows_one_value_only_is_fine_enough() -> None:
    assert smallest_step([40] * 1000) == 1.0
    assert smallest_step([]) == 1.0


def test_neighbouring_counts_are_one_step() -> None:
    assert smallest_step([20, 21, 22] * 100) == 1.0


def test_the_step_is_the_smallest_gap() -> None:
    assert smallest_step([0, 0, 30, 30, 40, 40, 90, 90]) == 10


def test_this_machines_recorders_are_calibrated_plausibly(recorder: Recorder) -> None:
    calibration = calibrate(recorder)
    assert 0 < calibration.cost_ns < 1_000
    assert 0 < calibration.step_ns < 1_000
    assert 0.01 < calibration.ns_per_count < 1_000


def test_a_counter_is_read_against_the_clock() -> None:
    """A counter at half a nanosecond a count, a clock that runs on with each reading: all figures are known."""

    class Machine:
        name = "imagined"
        now = 0.0

        def counter(self) -> int:
            self.now += 12
            return int(self.now * 2)

        def nanoseconds(self) -> int:
            self.now += 1_000
            return int(self.now)

        def record(self, *_: object) -> None:
            raise AssertionError("not needed for a calibration")

        def record_nothing(self, inputs: list[object], out: object) -> None:
            assert isinstance(out, type(__import__("array").array("Q")))
            for index in range(len(inputs)):
                out[index] = 40 if index % 4 else 60
            self.now += 100 * len(inputs)

    calibration = calibrate(Machine())
    assert calibration.ns_per_count == pytest.approx(0.5, rel=0.001)
    assert calibration.step_ns == pytest.approx(10, rel=0.001)
    assert calibration.cost_ns == pytest.approx(22.5, rel=0.001)
