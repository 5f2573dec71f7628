"""Workers, hosts and the gate itself end at the worst moment: nothing is left behind and nothing measured is lost."""

from __future__ import annotations

import json
import os
import signal
from typing import TYPE_CHECKING

import pytest

from tailgate.exit_codes import ExitCode
from tailgate.store import open_store
from tests.end_to_end.processes import hosts_of, live_workers_of, running_in, wait_until

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from tailgate.store.interface import StoredRun
    from tests.end_to_end.conftest import History
    from tests.end_to_end.small_project import SmallProject

pytestmark = pytest.mark.end_to_end

SLOW = """
import time

from queue_subject import machine


class Slow:
    def latency_slow(self):
        def operation(index):
            time.sleep(0.00005)
            machine.other(index)
        return operation, list(range(1200))


class Slower:
    def latency_slower(self):
        def operation(index):
            time.sleep(0.00005)
            machine.other(index)
        return operation, list(range(1200))
"""


@pytest.fixture
def slow_suite(project: SmallProject) -> SmallProject:
    """Add benchmarks that take seconds a round, so that something can happen meanwhile."""
    project.write_benchmark("slow", SLOW)
    return project


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    folder = tmp_path / "t"
    folder.mkdir()
    return folder


def start(history: History, project: SmallProject, temporary: Path, *options: str) -> subprocess.Popen[str]:
    return project.start("gate", history.first, history.comment, "-b", "slow", *options, temporary=temporary)


def latest_run(project: SmallProject) -> StoredRun | None:
    with open_store(project.root / ".tailgate" / "store.sqlite") as store:
        return next(iter(store.recent_runs(1)), None)


def assert_nothing_is_left(project: SmallProject, temporary: Path) -> None:
    wait_until(lambda: running_in(project.root) == [], f"no process uses {project.root}")
    assert running_in(temporary) == []


@pytest.mark.parametrize(
    ("victim", "reason"),
    [(live_workers_of, "killed by SIGKILL"), (hosts_of, "host")],
    ids=["live worker", "host"],
)
def test_a_killed_process_makes_its_benchmark_invalid(
    history: History, slow_suite: SmallProject, temporary: Path, tmp_path: Path, victim: object, reason: str
) -> None:
    assert callable(victim)
    report = tmp_path / "gate.json"
    # The other benchmark mostly sleeps: its verdict would take long and is of no interest here.
    process = start(history, slow_suite, temporary, "--json", str(report), "--budget", "20")
    wait_until(lambda: len(live_workers_of(process.pid)) == 2, "both sides measure")
    os.kill(victim(process.pid)[0], signal.SIGKILL)
    out, err = process.communicate(timeout=300)
    assert process.returncode == ExitCode.INVALID, out + err
    assert "bug in tailgate" not in err
    verdicts = json.loads(report.read_text())["benchmarks"]
    assert len(verdicts) == 2
    broken = [item for item in verdicts if item["verdict"] == "invalid"]
    assert broken
    assert reason in broken[0]["reasons"][0]
    assert_nothing_is_left(slow_suite, temporary)
    assert list(temporary.glob("tailgate-*")) == []  # uv may leave a lock file beside


def test_a_killed_gate_leaves_no_worker_and_keeps_what_it_measured(
    history: History, slow_suite: SmallProject, temporary: Path
) -> None:
    before = latest_run(slow_suite)
    process = start(history, slow_suite, temporary)

    def has_measured() -> bool:
        run = latest_run(slow_suite)
        return run is not None and run != before and run.measurements >= 2

    wait_until(has_measured, "a pair is in the store")
    wait_until(lambda: len(live_workers_of(process.pid)) == 2, "both sides measure")
    process.kill()
    process.communicate(timeout=60)
    assert_nothing_is_left(slow_suite, temporary)
    run = latest_run(slow_suite)
    assert run is not None
    assert not run.is_finished
    assert run.exit_code is None
    assert run.measurements >= 2
    with open_store(slow_suite.root / ".tailgate" / "store.sqlite") as store:
        kept = list(store.measurements(run.run_id))
    assert len(kept) == run.measurements
    assert all(item.measurement.latency_ns.shape[1] == 1080 for item in kept)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_while_measuring_ends_with_one_message(
    history: History, slow_suite: SmallProject, temporary: Path, number: signal.Signals
) -> None:
    process = start(history, slow_suite, temporary, "--quiet")
    wait_until(lambda: len(live_workers_of(process.pid)) == 2, "both sides measure")
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == ExitCode.INTERRUPTED
    assert (out, err.strip()) == ("", "tailgate: interrupted; everything measured so far is in the store")
    assert_nothing_is_left(slow_suite, temporary)
    assert list(temporary.glob("tailgate-*")) == []  # uv may leave a lock file beside
    run = latest_run(slow_suite)
    assert run is not None
    assert not run.is_finished


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupt_while_building_ends_the_build_too(
    history: History, project: SmallProject, temporary: Path, number: signal.Signals
) -> None:
    project.git("checkout", "--quiet", "--detach", history.comment)
    project.write_subject(added=f"# interrupted by {number.name}\n")
    commit = project.commit("interrupted")
    project.git("checkout", "--quiet", history.comment)
    process = project.start("gate", history.comment, commit, "--quiet", temporary=temporary)
    slots = project.root / ".tailgate" / "environments"

    def is_building() -> bool:
        return any("uv" in line or "pip" in line or "virtualenv" in line for line in running_in(slots))

    wait_until(is_building, "asv has started a command of the build")
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert out == ""
    if number is signal.SIGINT:
        assert process.returncode == ExitCode.INTERRUPTED
        assert err.strip() == "tailgate: interrupted; everything measured so far is in the store"
    assert_nothing_is_left(project, temporary)
    states = [json.loads(path.read_text())["commit"] for path in slots.glob("slot-*/slot.json")]
    assert commit not in states
    run = latest_run(project)
    assert run is None or run.candidate.commit != commit
