"""The suite that measures trading: every benchmark runs, is seeded, and keeps to what asv and the gate ask of it."""

from __future__ import annotations

import itertools
import os
import pkgutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from asv_bench_tailgate.replay import MINIMUM_OPERATIONS
from asv_bench_tailgate.suite import Suite
from asv_runner.discovery import disc_benchmarks

import benchmarks
from trading.flag_catalogue import CATALOGUE

SUITE = Path(__file__).parents[2] / "benchmarks"
SHARED = {"scenarios"}
"""Modules that hold what the others use, and measure nothing."""

NEED_NATIVE = {"book.Shared.time_events_beside_readers"}
"""Benchmarks that are skipped while the flag native-core is off."""


def all_benchmarks() -> list[tuple[Any, int]]:
    """Return every benchmark that asv finds, of whatever type, with the index of each of its parameter sets."""
    return [
        (benchmark, index)
        for benchmark in disc_benchmarks("benchmarks")
        for index, _ in enumerate(itertools.product(*benchmark.params))
    ]


ALL = all_benchmarks()
LATENCY = [(benchmark, index) for benchmark, index in ALL if benchmark.type == "latency"]


def label(value: object) -> str:
    return str(getattr(value, "name", value))


def test_every_module_imports_and_measures_latencies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "meta_path", sys.meta_path[:])
    suite = Suite(SUITE)
    assert suite.broken == ()
    measured = {entry["name"].partition(".")[0] for entry in suite.describe()}
    modules = {name for _, name, _ in pkgutil.iter_modules(benchmarks.__path__)}
    assert measured == modules - SHARED


@pytest.mark.parametrize(("benchmark", "index"), LATENCY, ids=label)
def test_a_latency_benchmark_replays_from_fresh_state(benchmark: Any, index: int) -> None:
    benchmark.set_param_idx(index)
    benchmark.set_cache(benchmark.do_setup_cache())
    assert not benchmark.do_setup(), "it is skipped in the state of flags that is deployed"
    replayer = benchmark.replayer()
    for _ in range(2):
        assert len(replayer.replay()) >= MINIMUM_OPERATIONS
    benchmark.do_teardown()


@pytest.mark.parametrize(("benchmark", "index"), [item for item in ALL if item not in LATENCY], ids=label)
def test_any_other_benchmark_runs_once(benchmark: Any, index: int) -> None:
    benchmark.set_param_idx(index)
    benchmark.set_cache(benchmark.do_setup_cache())
    if benchmark.do_setup():
        assert benchmark.name in NEED_NATIVE, "it is skipped in the state of flags that is deployed"
        return
    benchmark.func(*benchmark._build_params())
    benchmark.do_teardown()


def test_parameters_never_name_flags() -> None:
    """The gate measures the state of flags that a commit deploys; a parameter would measure another one."""
    names = {flag.name for flag in CATALOGUE}
    for benchmark, _ in ALL:
        words = {str(value).strip("'") for values in benchmark.params for value in values}
        assert not words & names, benchmark.name


PRINT_INPUTS = """
import hashlib, pathlib, re, sys
from asv_bench_tailgate.suite import Suite

suite = Suite(pathlib.Path(sys.argv[1]))
for entry in suite.describe():
    benchmark = suite.select(entry["name"], entry["index"])
    benchmark.do_setup()
    _, inputs = benchmark.func(*benchmark._build_params())
    shown = re.sub(r" at 0x[0-9a-f]+", "", repr(inputs))
    print(entry["name"], entry["index"], hashlib.sha256(shown.encode()).hexdigest())
    benchmark.do_teardown()
"""


def test_inputs_are_the_same_in_every_process() -> None:
    """Seeded, and independent of the hash seed: both sides of a pair must do the same operations."""
    outputs = {
        subprocess.run(
            [sys.executable, "-c", PRINT_INPUTS, str(SUITE)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
            timeout=300,
        ).stdout
        for seed in ("1", "2")
    }
    (output,) = outputs
    assert len(output.splitlines()) == len(LATENCY)
