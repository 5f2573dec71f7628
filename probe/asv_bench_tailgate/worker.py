"""The live worker that tailgate drives: imports the suite once, then forks a fresh process for each benchmark.

In: requests over a Unix socket, JSON. Out: answers, JSON, each replay's counter differences as raw bytes after it.

The process that tailgate starts (the *host*) imports everything and calibrates the recorder. ``open`` forks a child
that connects back on its own, sets the benchmark up and replays on request; the host waits for it and reports how it
ended. So each benchmark has its own process, started in a millisecond, and a crash takes nothing else with it.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import json
import os
import random
import resource
import signal
import sys
import time
import traceback
from multiprocessing.connection import Client, Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asv_bench_tailgate import __version__
from asv_bench_tailgate.calibration import calibrate
from asv_bench_tailgate.fingerprint import fingerprint
from asv_bench_tailgate.recorder import best_recorder
from asv_bench_tailgate.selftest import run_selftest
from asv_bench_tailgate.suite import Suite, replayer_of

if TYPE_CHECKING:
    from asv_bench_tailgate.repeat import Repeater
    from asv_bench_tailgate.replay import Replayer

PROTOCOL = 2
"""Raised whenever a message changes its meaning; tailgate refuses a worker that speaks another one."""

PR_SET_PDEATHSIG = 1

RESERVED_BYTES = 12 << 20
RESERVED_BLOCK_BYTES = 400
"""Below 512 bytes, so that the blocks come from Python's own arenas, as nearly all objects do."""
KEPT_EVERY_BYTES = 128 << 10
"""Half of the smallest arena there is (256 KiB until Python 3.9, 1 MiB since)."""

_KEPT: list[bytes] = []


def main() -> None:
    """Start as ``python -m asv_bench_tailgate.worker``; every argument is required."""
    parser = argparse.ArgumentParser(description="Measures latency_* benchmarks for tailgate; started by it.")
    parser.add_argument("--benchmarks", type=Path, required=True, help="asv's benchmark folder")
    parser.add_argument("--address", required=True, help="path of tailgate's Unix socket")
    parser.add_argument(
        "--layout-seed", type=int, required=True, help="seed of the heap padding laid out before imports"
    )
    arguments = parser.parse_args()
    die_with_parent()
    padding = pad_heap(arguments.layout_seed)
    control = Client(arguments.address, family="AF_UNIX")
    try:
        run_selftest()
        suite = Suite(arguments.benchmarks)
    except BaseException as error:
        send(control, {"error": f"{type(error).__name__}: {error}", "traceback": traceback.format_exc()})
        raise
    recorder = best_recorder()
    calibration = calibrate(recorder)
    send(
        control,
        {
            "protocol": PROTOCOL,
            "probe_version": __version__,
            "fingerprint": fingerprint(recorder.name),
            "calibration": {
                "ns_per_count": calibration.ns_per_count,
                "cost_ns": calibration.cost_ns,
                "step_ns": calibration.step_ns,
            },
            "benchmarks": suite.describe(),
            "timings": suite.describe("time"),
            "broken": [
                {"module": broken.module, "error": broken.error, "traceback": broken.traceback}
                for broken in suite.broken
            ],
        },
    )
    gc.collect()
    gc.freeze()  # what is imported by now is no garbage; keeps the children's pages shared
    serve(control, arguments.address, suite)
    del padding


def serve(control: Connection, address: str, suite: Suite) -> None:
    """Fork a child for each ``open`` request until the connection closes; report how each child ended."""
    while True:
        try:
            request = json.loads(control.recv_bytes())
        except EOFError:
            return
        child = os.fork()
        if child == 0:
            control.close()
            # Not sys.exit: a child must not run what the host would still do.
            os._exit(run_child(address, suite, request))
        _, status = os.waitpid(child, 0)
        send(control, {"exited": os.waitstatus_to_exitcode(status)})


def run_child(address: str, suite: Suite, request: dict[str, Any]) -> int:
    """Measure one benchmark in this fresh process; return its exit code."""
    os.setpgid(0, 0)  # so that a hung benchmark dies together with the processes it started
    die_with_parent()
    channel = Client(address, family="AF_UNIX")
    send(channel, {"pid": os.getpid()})  # before anything can hang: tailgate must know whom to kill
    phase = "setup"
    try:
        pin(request["cores"])
        reserve_memory()
        benchmark = suite.select(request["name"], request["index"])
        benchmark.set_cache(benchmark.do_setup_cache())
        if benchmark.do_setup():
            send(channel, {"skipped": "setup raised NotImplementedError or the parameters are skipped"})
            return 0
        phase = "warm-up"
        replayer = replayer_of(benchmark)
        replayer.replay()  # the first one pays for cold caches and unspecialised bytecode; the second one is timed
        started = time.perf_counter_ns()
        replayer.replay()
        send(channel, {"operations": replayer.operations, "replay_ns": time.perf_counter_ns() - started})
        phase = "replay"
        answer_replays(channel, replayer)
        phase = "teardown"
        benchmark.do_teardown()
    except BaseException as error:  # noqa: BLE001 - a benchmark may raise anything; tailgate shows it
        send(
            channel, {"error": f"{type(error).__name__}: {error}", "phase": phase, "traceback": traceback.format_exc()}
        )
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    send(channel, {"closed": True})
    return 0


def answer_replays(channel: Connection, replayer: Replayer | Repeater) -> None:
    """Replay as often as asked, until asked to close."""
    while True:
        try:
            request = json.loads(channel.recv_bytes())
        except EOFError:
            raise SystemExit(0) from None
        if request.get("close"):
            return
        before, wall, processor = (
            resource.getrusage(resource.RUSAGE_SELF),
            time.perf_counter_ns(),
            time.process_time_ns(),
        )
        replays = [replayer.replay() for _ in range(request["replays"])]
        after = resource.getrusage(resource.RUSAGE_SELF)
        send(
            channel,
            {
                "replays": len(replays),
                "operations": replayer.operations,
                "wall_ns": time.perf_counter_ns() - wall,
                "processor_ns": time.process_time_ns() - processor,
                "involuntary_switches": after.ru_nivcsw - before.ru_nivcsw,
            },
        )
        channel.send_bytes(b"".join(replay.tobytes() for replay in replays))


def send(channel: Connection, message: dict[str, Any]) -> None:
    """Send one JSON message; a reader that is gone ends this process without a traceback."""
    try:
        channel.send_bytes(json.dumps(message).encode())
    except (BrokenPipeError, ConnectionResetError):
        os._exit(1)


def pin(cores: list[int]) -> None:
    """Restrict this process to the given processor cores, where there are any and the system knows affinity."""
    if cores and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, cores)


def reserve_memory() -> None:
    """Let the interpreter own enough memory that building and dropping state never gives pages back to the kernel.

    Each replay frees the state of the one before. Python returns an arena to the kernel once nothing lives in it, and
    the next replay pays a page fault for each of its pages: in other operations in every process, which is noise in the
    p99 that no commit causes. One small block left in each arena keeps them all; the kernel is asked once, here.
    """
    blocks = [bytes(RESERVED_BLOCK_BYTES) for _ in range(RESERVED_BYTES // RESERVED_BLOCK_BYTES)]
    _KEPT.extend(blocks[:: KEPT_EVERY_BYTES // RESERVED_BLOCK_BYTES])


def die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent dies, so that a killed gate leaves nothing running."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def pad_heap(seed: int) -> list[bytearray]:
    """Shift the heap's layout at random, so that layout is noise over processes instead of bias between commits.

    Returns
    -------
    list
        Every second block; the caller keeps them alive, the gaps between them are for whatever is imported next.
    """
    generator = random.Random(seed)  # noqa: S311 - layout, not secrets
    blocks = [bytearray(generator.randrange(16, 4096)) for _ in range(generator.randrange(64, 2048))]
    del blocks[::2]
    return blocks


if __name__ == "__main__":
    main()
