from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import asv_runner.benchmarks
import pytest
from asv_bench_tailgate import __main__ as program
from asv_bench_tailgate import selftest
from asv_bench_tailgate.calibration import Calibration
from asv_bench_tailgate.recorder import PythonRecorder
from asv_bench_tailgate.selftest import SelfTestError, run_selftest

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable


def test_the_command_says_what_it_found() -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "asv_bench_tailgate"], capture_output=True, text=True, check=True, timeout=60
    )
    assert "own cost" in finished.stdout
    assert finished.stderr == ""


def test_it_fails_where_asv_does_not_know_the_type(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(asv_runner.benchmarks, "benchmark_types", [])
    with pytest.raises(SelfTestError, match="did not register latency_"):
        run_selftest()
    assert program.main() == 1
    assert "self-test FAILED: asv_runner did not register" in capsys.readouterr().err


def test_it_fails_without_asv_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asv_runner.benchmarks", None)
    with pytest.raises(SelfTestError, match="install asv_runner"):
        run_selftest()


@pytest.mark.parametrize("cost_ns", [-1.0, 0.0, 5_000.0])
def test_it_fails_on_an_implausible_cost(monkeypatch: pytest.MonkeyPatch, cost_ns: float) -> None:
    monkeypatch.setattr(selftest, "calibrate", lambda _: Calibration(1.0, cost_ns, 1.0))
    with pytest.raises(SelfTestError, match="not plausible"):
        run_selftest()


def test_it_fails_on_a_recorder_that_skips_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    def skip_the_first(operation: Callable[[int], object], inputs: list[int], out: array[int]) -> None:
        PythonRecorder.record(operation, inputs[1:], out)

    lazy = PythonRecorder()
    monkeypatch.setattr(lazy, "record", skip_the_first)
    monkeypatch.setattr(selftest, "best_recorder", lambda: lazy)
    with pytest.raises(SelfTestError, match="did not call the operation once with each input"):
        run_selftest()


@pytest.mark.parametrize("first", ["asv_bench_tailgate.benchmarks.latency", "asv_runner.benchmarks"])
def test_the_type_is_registered_whatever_is_imported_first(first: str) -> None:
    program = f"import {first}\nfrom asv_bench_tailgate.selftest import run_selftest\nprint(run_selftest())\n"
    result = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=60)
    # The facts begin with the recorder's name, and only a type that is registered gets that far.
    assert result.stdout.split()[0] == run_selftest().split()[0]
