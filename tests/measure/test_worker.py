"""The two ends of a live worker, with the probe of this environment as the measured one."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tailgate.errors import WorkerError
from tailgate.measure.benchmark_process import BenchmarkError, describe_exit
from tailgate.measure.worker import WorkerHost, _worker_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tailgate.measure.worker import HostDescription
    from tailgate.records import BenchmarkSpecification

OPERATIONS = 1080
"""Of 1200 inputs: a tenth is the lead-in."""

CRASHED = "crashed during set-up or the first replay"

SUITE = """
import os
import signal
import sys
import time

INPUTS = list(range(1200))


class Works:
    params = ["one", "two"]

    def setup(self, which):
        self.which = which

    def latency_works(self, which):
        assert which == self.which
        return abs, INPUTS

    def teardown(self, which):
        print("torn down", which, flush=True)


class Wide:
    cores = 2

    def latency_wide(self):
        return abs, INPUTS


class Raises:
    def setup(self):
        print("what it printed before")
        raise ValueError("no such book")

    def latency_raises(self):
        return abs, INPUTS


class RaisesLater:
    def latency_raises_later(self):
        self.replays = getattr(self, "replays", 0) + 1
        if self.replays > 3:
            raise ValueError("the third measured replay")
        return abs, INPUTS


class RaisesAtTheEnd:
    def latency_raises_at_the_end(self):
        return abs, INPUTS

    def teardown(self):
        raise OSError("cannot clean up")


class Absent:
    def setup(self):
        raise NotImplementedError

    def latency_absent(self):
        return abs, INPUTS


class Hangs:
    timeout = 0.5

    def latency_hangs(self):
        os.spawnlp(os.P_NOWAIT, "sleep", "sleep", "1234.5")
        time.sleep(3600)


class Killed:
    def latency_killed(self):
        os.kill(os.getpid(), signal.SIGKILL)


class Exits:
    def latency_exits(self):
        os._exit(7)


class Leaves:
    def latency_leaves(self):
        sys.exit(3)


class Floods:
    def latency_floods(self):
        print("x" * 5_000_000)
        sys.stderr.write("y" * 5_000_000)
        return abs, INPUTS


class Sees:
    def latency_sees(self):
        raise RuntimeError(f"overlay={os.environ.get('OVERLAY')} path={os.environ.get('PYTHONPATH')}")
"""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., WorkerHost]]:
    folder = tmp_path / "suite"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "cases.py").write_text(SUITE)
    hosts: list[WorkerHost] = []

    def make(environment: dict[str, str] | None = None, python: Path = Path(sys.executable)) -> WorkerHost:
        hosts.append(WorkerHost(python, folder, 7, environment or {}, 60.0))
        return hosts[-1]

    yield make
    for host in hosts:
        host.close()


@pytest.fixture
def host(start: Callable[..., WorkerHost]) -> WorkerHost:
    return start()


def find(description: HostDescription, name: str, index: int = 0) -> BenchmarkSpecification:
    return next(
        item
        for item in description.specifications
        if item.benchmark.name.endswith(f".latency_{name}") and item.parameter_index == index
    )


def measure(host: WorkerHost, name: str) -> None:
    process = host.open(find(host.wait_until_ready(), name), ())
    process.replay(2)
    process.close()


def refused(host: WorkerHost, name: str) -> BenchmarkError:
    with pytest.raises(BenchmarkError) as error:
        measure(host, name)
    assert not error.value.is_absent
    return error.value


def test_a_worker_says_what_there_is(host: WorkerHost) -> None:
    description = host.wait_until_ready()
    assert description.fingerprint.python.endswith(sys.version.split()[0])
    assert description.fingerprint.flags == "deployed"
    assert 0 < description.cost_ns < 1_000
    assert description.step_ns > 0
    assert dict(description.broken) == {}
    works = [item for item in description.specifications if item.benchmark.name == "cases.Works.latency_works"]
    assert [item.benchmark.parameters for item in works] == [("'one'",), ("'two'",)]
    assert find(description, "hangs").timeout_s == 0.5
    assert find(description, "works").timeout_s == 60.0
    assert find(description, "wide").cores == 2


def test_replays_come_back_whole_one_benchmark_after_the_other(host: WorkerHost) -> None:
    description = host.wait_until_ready()
    for index in (1, 0):
        process = host.open(find(description, "works", index), (min(os.sched_getaffinity(0)),))
        assert process.operations == OPERATIONS
        assert process.replay_ns > 0
        for count in (1, 3):
            batch = process.replay(count)
            assert batch.counts.shape == (count, OPERATIONS)
            assert batch.counts.dtype == np.uint64
            assert (batch.counts > 0).all()
            assert batch.wall_ns > 0
        process.close()
        process.close()
        process.kill()
    assert "torn down two\ntorn down one" in host.output_tail(0)


def test_two_benchmarks_of_two_hosts_are_alive_at_once(start: Callable[..., WorkerHost]) -> None:
    hosts = [start(), start()]
    processes = [item.open(find(item.wait_until_ready(), "works"), ()) for item in hosts]
    for _ in range(3):
        for process in processes:
            assert process.replay(1).counts.shape == (1, OPERATIONS)
    for process in processes:
        process.close()


def test_a_benchmark_that_raises_is_named_with_its_traceback_and_its_output(host: WorkerHost) -> None:
    error = refused(host, "raises")
    assert error.reason == "raised in setup: ValueError: no such book"
    assert "Traceback" in error.detail
    assert "what it printed before" in error.detail


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("raises_later", "raised in replay: ValueError: the third measured replay"),
        ("raises_at_the_end", "raised in teardown: OSError: cannot clean up"),
        ("leaves", "raised in warm-up: SystemExit: 3"),
        (
            "killed",
            "crashed during set-up or the first replay: killed by SIGKILL; the kernel does this when memory runs out",
        ),
        ("exits", f"{CRASHED}: exit code 7"),
    ],
)
def test_a_benchmark_that_breaks_says_how(host: WorkerHost, name: str, reason: str) -> None:
    assert refused(host, name).reason == reason


def test_after_each_kind_of_failure_the_next_benchmark_runs(host: WorkerHost) -> None:
    description = host.wait_until_ready()
    for name in ("raises", "killed", "absent", "exits", "hangs", "floods"):
        with contextlib.suppress(BenchmarkError):
            host.open(find(description, name), ()).close()
        process = host.open(find(description, "works"), ())
        assert process.replay(1).counts.shape == (1, OPERATIONS)
        process.close()


def test_a_benchmark_that_does_not_exist_here_is_absent(host: WorkerHost) -> None:
    with pytest.raises(BenchmarkError, match="does not exist on this side") as error:
        host.open(find(host.wait_until_ready(), "absent"), ())
    assert error.value.is_absent


def sleepers() -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if path.read_bytes() == b"sleep\x001234.5\x00":
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


def test_a_benchmark_that_hangs_is_killed_with_what_it_started(host: WorkerHost) -> None:
    assert refused(host, "hangs").reason == "hung: set-up or the first replay did not end within 0.5 s (its timeout)"
    for _ in range(100):
        if not sleepers():
            break
        time.sleep(0.05)
    assert sleepers() == []


def test_output_is_swallowed_and_only_its_end_is_kept(host: WorkerHost) -> None:
    description = host.wait_until_ready()
    process = host.open(find(description, "floods"), ())
    assert process.replay(1).counts.shape == (1, OPERATIONS)
    process.close()
    assert len(host.output_tail(0)) <= 4_000


def test_a_host_killed_between_two_replays_is_said_so(host: WorkerHost) -> None:
    process = host.open(find(host.wait_until_ready(), "works"), ())
    os.kill(host._process.pid, signal.SIGKILL)
    host._process.wait()
    time.sleep(0.5)  # the kernel kills the child together with its host, a moment later
    with pytest.raises(BenchmarkError, match="crashed during a replay: its host died"):
        process.replay(1)


def test_a_benchmark_cannot_be_opened_on_a_dead_host(host: WorkerHost) -> None:
    description = host.wait_until_ready()
    os.kill(host._process.pid, signal.SIGKILL)
    host._process.wait()
    with pytest.raises(BenchmarkError, match=r"the worker's host is gone \(killed by SIGKILL"):
        host.open(find(description, "works"), ())


def test_closing_leaves_no_process_and_no_folder(start: Callable[..., WorkerHost]) -> None:
    host = start()
    host.open(find(host.wait_until_ready(), "works"), ())
    folder, process = host._folder, host._process
    host.close()
    host.close()
    assert process.poll() is not None
    assert not folder.exists()


def test_an_interpreter_without_the_probe_is_refused_with_its_message(
    start: Callable[..., WorkerHost], tmp_path: Path
) -> None:
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S -E "$@"\n')
    python.chmod(0o755)
    with pytest.raises(WorkerError, match=r"a worker did not start \(exit code 1\)") as error:
        start(python=python).wait_until_ready()
    assert "asv_bench_tailgate" in str(error.value)


def test_the_state_of_flags_is_part_of_the_fingerprint(start: Callable[..., WorkerHost]) -> None:
    assert start({"OVERLAY": "flags.json"}).wait_until_ready().fingerprint.flags == "OVERLAY=flags.json"


def test_variables_reach_the_benchmark_and_an_empty_one_is_removed(
    start: Callable[..., WorkerHost], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OVERLAY", "left in the shell")
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    assert "overlay=None path=None" in refused(start({"OVERLAY": ""}), "sees").reason
    assert "overlay=here path=None" in refused(start({"OVERLAY": "here"}), "sees").reason


def test_the_layout_seed_is_the_same_for_both_sides_of_a_pair() -> None:
    first, second, other = (_worker_environment(Path(sys.executable), seed, {}) for seed in (5, 5, 6))
    assert first == second
    assert first["PYTHONHASHSEED"] != other["PYTHONHASHSEED"]
    assert len(first["TAILGATE_PADDING"]) != len(other["TAILGATE_PADDING"])
    for seed in (0, 2**32 - 1):
        assert 1 <= int(_worker_environment(Path(sys.executable), seed, {})["PYTHONHASHSEED"]) <= 2**32 - 1


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0, "exit code 0"),
        (7, "exit code 7"),
        (-11, "killed by SIGSEGV"),
        (-9, "killed by SIGKILL; the kernel does this when memory runs out"),
        (-63, "killed by signal 63"),
    ],
)
def test_an_ending_is_described(code: int, words: str) -> None:
    assert describe_exit(code) == words
