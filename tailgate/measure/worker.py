"""Tailgate's end of a live worker's host: starts it in a measured environment, and has it fork benchmarks.

In: an interpreter with the probe installed, a benchmark folder. Out: what there is to measure, and for each benchmark a
``BenchmarkProcess``. The other end is the probe's ``asv_bench_tailgate.worker``.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tailgate.errors import WorkerError
from tailgate.measure.benchmark_process import (
    OUTPUT_TAIL_BYTES,
    START_TIMEOUT_S,
    BenchmarkError,
    BenchmarkProcess,
    describe_exit,
    receive,
)
from tailgate.records import BenchmarkId, BenchmarkSpecification, Fingerprint

if TYPE_CHECKING:
    from collections.abc import Mapping

PROTOCOL = 2
"""Must equal the probe's: see its worker module."""

EXIT_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class HostDescription:
    """What a host says when it is ready.

    Attributes
    ----------
    ns_per_count, cost_ns, step_ns
        How to read its counter: see the probe's ``Calibration``.
    specifications, timings
        Benchmarks of the types ``latency`` and ``time``.
    broken
        Modules of the suite that do not import there, with their errors.
    """

    fingerprint: Fingerprint
    ns_per_count: float
    cost_ns: float
    step_ns: float
    specifications: tuple[BenchmarkSpecification, ...]
    broken: Mapping[str, str]
    timings: tuple[BenchmarkSpecification, ...] = ()


class WorkerHost:
    """A process in the measured environment that has imported the suite and forks one child a benchmark.

    Parameters
    ----------
    python
        Interpreter of the measured environment.
    benchmark_folder
        asv's ``benchmark_dir``.
    layout_seed
        Seeds the hash function, the heap padding and the size of the environment: the same for both sides of a pair,
        another one for each pair, so that code layout becomes noise instead of bias.
    environment
        Variables added to the worker's own (the overlay of feature flags, for example); an empty value removes one.
    default_timeout_s
        For benchmarks that declare no ``timeout`` of their own.
    """

    def __init__(
        self,
        python: Path,
        benchmark_folder: Path,
        layout_seed: int,
        environment: Mapping[str, str],
        default_timeout_s: float,
    ) -> None:
        self._default_timeout_s = default_timeout_s
        self._flags = " ".join(f"{name}={value}" for name, value in sorted(environment.items()) if value) or "deployed"
        # A short path: a Unix socket's name may have about 100 characters.
        self._folder = Path(tempfile.mkdtemp(prefix="tailgate-"))
        self._address = str(self._folder / "socket")
        self._output = self._folder / "output"
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(self._address)
        self._listener.listen(2)
        self._control: Connection | None = None
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                [
                    str(python),
                    "-m",
                    "asv_bench_tailgate.worker",
                    f"--benchmarks={benchmark_folder}",
                    f"--address={self._address}",
                    f"--layout-seed={layout_seed}",
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # An empty folder: `-m` puts it on the import path, where it must not hide the installed wheel.
                cwd=self._folder,
                env=_worker_environment(python, layout_seed, environment),
                start_new_session=True,  # Ctrl-C is handled here; workers are told, not interrupted mid-answer
            )

    def wait_until_ready(self) -> HostDescription:
        """Wait for the suite to be imported.

        Raises
        ------
        WorkerError
            It did not start: the probe is missing or of another version, or the suite cannot be imported at all.
        """
        self._control = self._accept(START_TIMEOUT_S)
        if self._control is None:
            raise WorkerError(f"a worker did not start{self._ending()}:\n{self.output_tail(0)}")
        try:
            hello = receive(self._control, START_TIMEOUT_S)
        except (EOFError, OSError, TimeoutError) as error:
            raise WorkerError(f"a worker did not start{self._ending()}:\n{self.output_tail(0)}") from error
        if "error" in hello:
            raise WorkerError(f"the benchmark suite cannot be used: {hello['error']}\n{hello['traceback']}")
        if hello["protocol"] != PROTOCOL:
            raise WorkerError(
                f"the probe in the measured environment speaks protocol {hello['protocol']}, tailgate {PROTOCOL}: "
                "install the asv_bench_tailgate that came with this tailgate (install_command in asv.conf.json)"
            )
        return HostDescription(
            fingerprint=Fingerprint(**hello["fingerprint"], flags=self._flags),
            **hello["calibration"],
            specifications=tuple(_specification(item, self._default_timeout_s) for item in hello["benchmarks"]),
            broken={item["module"]: f"{item['error']}\n{item['traceback']}" for item in hello["broken"]},
            timings=tuple(_specification(item, self._default_timeout_s) for item in hello["timings"]),
        )

    def open(self, specification: BenchmarkSpecification, cores: tuple[int, ...]) -> BenchmarkProcess:
        """Fork a fresh process for one benchmark, set it up and warm it up.

        Raises
        ------
        BenchmarkError
            It raised, hung, crashed, or does not exist on this side.
        """
        if self._control is None:
            raise RuntimeError("open() before wait_until_ready()")
        request = {
            "name": specification.benchmark.name,
            "index": specification.parameter_index,
            "cores": list(cores),
        }
        offset = self._output.stat().st_size
        try:
            self._control.send_bytes(json.dumps(request).encode())
        except OSError as error:
            raise BenchmarkError(f"the worker's host is gone{self._ending()}", self.output_tail(0)) from error
        channel = self._accept(EXIT_TIMEOUT_S + START_TIMEOUT_S)
        if channel is None:
            raise BenchmarkError(f"the worker's host is gone{self._ending()}", self.output_tail(0))
        return BenchmarkProcess(self, channel, specification, offset)

    def close(self) -> None:
        """End the host and remove its folder; safe to call twice and after a crash."""
        if self._control is not None:
            self._control.close()  # an idle host ends by itself when it reads the end of its input
        self._listener.close()
        try:
            self._process.wait(timeout=0.2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def child_ending(self) -> int | None:
        """How the last child ended: its exit code, minus the signal's number, or ``None`` when the host cannot say."""
        if self._control is None:
            return None
        try:
            return int(receive(self._control, EXIT_TIMEOUT_S)["exited"])
        except (EOFError, OSError, TimeoutError):
            return None

    def _accept(self, timeout_s: float) -> Connection | None:
        """Wait for a connection as long as the host lives."""
        deadline = time.monotonic() + timeout_s
        self._listener.settimeout(0.1)
        while time.monotonic() < deadline:
            try:
                accepted, _ = self._listener.accept()
            except TimeoutError:
                if self._process.poll() is not None:
                    return None
            else:
                accepted.settimeout(None)
                return Connection(accepted.detach())
        return None

    def _ending(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return f" ({describe_exit(self._process.wait(timeout=EXIT_TIMEOUT_S))})"
        return f" (no answer within {START_TIMEOUT_S:.0f} s)"

    def output_tail(self, offset: int) -> str:
        """Read what the benchmark printed since ``offset``; at most the end of it."""
        try:
            with self._output.open("rb") as output:
                end = output.seek(0, os.SEEK_END)
                output.seek(max(offset, end - OUTPUT_TAIL_BYTES))
                return output.read().decode("utf-8", "replace").strip()
        except OSError:
            return ""


def _specification(item: dict[str, Any], default_timeout_s: float) -> BenchmarkSpecification:
    return BenchmarkSpecification(
        benchmark=BenchmarkId(item["name"], tuple(item["parameters"])),
        parameter_index=item["index"],
        timeout_s=float(item["timeout_s"] or default_timeout_s),
        version=item["version"],
        cores=item["cores"],
    )


def _worker_environment(python: Path, layout_seed: int, added: Mapping[str, str]) -> dict[str, str]:
    environment = {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "PYTHONHOME"}}
    environment["PATH"] = f"{python.parent}{os.pathsep}{environment.get('PATH', '')}"
    environment["VIRTUAL_ENV"] = str(python.parent.parent)
    # Not the interpreter's own randomness: the same seed on both sides of a pair cancels in the ratio.
    environment["PYTHONHASHSEED"] = str(layout_seed % 4_294_967_295 + 1)
    # The environment lies at the start of the stack: its size shifts every frame.
    environment["TAILGATE_PADDING"] = "x" * (layout_seed % 4_096)
    # glibc keeps what it got from the kernel, as Python is made to in the worker: a page fault is noise in a p99.
    environment.update(
        MALLOC_TOP_PAD_=str(16 << 20), MALLOC_TRIM_THRESHOLD_=str(1 << 30), MALLOC_MMAP_THRESHOLD_=str(1 << 25)
    )
    environment.update(added)
    return {key: value for key, value in environment.items() if value or key not in added}
