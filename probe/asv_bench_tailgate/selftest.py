"""Does the probe work in this environment? asv drops a benchmark type that fails to import without a word."""

from __future__ import annotations

import importlib
from array import array

from asv_bench_tailgate.calibration import calibrate
from asv_bench_tailgate.recorder import best_recorder

MAXIMUM_COST_NS = 1_000.0


class SelfTestError(Exception):
    """The probe cannot be used here; the message names the cause and the mend."""


def run_selftest() -> str:
    """Check that asv knows ``latency_*`` and that the recorder times each call.

    Returns
    -------
    str
        One line of facts: recorder, cost and step.

    Raises
    ------
    SelfTestError
        asv_runner is missing or does not know the type, or the recorder measures nonsense.
    """
    try:
        # asv_runner first: it imports the benchmark types itself, and must not find ours half imported.
        registered = importlib.import_module("asv_runner.benchmarks").benchmark_types
        latency = importlib.import_module("asv_bench_tailgate.benchmarks.latency")
    except ImportError as error:
        raise SelfTestError(f"{error}; install asv_runner in the environment that is measured") from error
    if latency.LatencyBenchmark not in registered:
        raise SelfTestError("asv_runner did not register latency_*: reinstall asv_bench_tailgate in this environment")
    recorder = best_recorder()
    calibration = calibrate(recorder)
    if not 0 < calibration.cost_ns < MAXIMUM_COST_NS:
        raise SelfTestError(f"the recorder's own cost of {calibration.cost_ns:.0f} ns is not plausible")
    calls: list[int] = []
    elapsed = array("Q", bytes(8 * 3))
    recorder.record(calls.append, [1, 2, 3], elapsed)
    if calls != [1, 2, 3] or not all(elapsed):
        raise SelfTestError("the recorder did not call the operation once with each input")
    return f"{recorder.name}, own cost {calibration.cost_ns:.1f} ns subtracted, clock step {calibration.step_ns:.1f} ns"
