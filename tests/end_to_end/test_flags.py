"""Flags from end to end: one of them doubles the work of every operation, and `tailgate flags` says so."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from tailgate.exit_codes import ExitCode
from tailgate.store import open_store
from tests.end_to_end.small_project import SmallProject

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.kit import Kit

pytestmark = pytest.mark.end_to_end

WORK, REPEATED = "flagged.Flagged.latency_work", "flagged.Flagged.time_work"

SUBJECT = """# Work that a flag doubles.

import hashlib
import json
import os
import pathlib


def is_on(name):
    flags = json.loads(pathlib.Path(__file__).with_name("flags.json").read_text())["flags"]
    if os.environ.get("SUBJECT_OVERLAY"):
        flags |= json.loads(pathlib.Path(os.environ["SUBJECT_OVERLAY"]).read_text())["flags"]
    return flags[name]["defaultVariant"] == "on"


def build():
    if is_on("broken"):
        raise RuntimeError("its optimization does not exist yet")
    if is_on("double-work") and not is_on("needed"):
        raise RuntimeError("double-work without needed")
    rounds = 400 if is_on("double-work") else 200

    def work(index):
        total = 0
        for number in range(rounds + index % 10):
            total += number
        return total, hashlib.sha256()

    return work
"""

BENCHMARKS = """from queue_subject import flagged


class Flagged:
    def latency_work(self):
        return flagged.build(), list(range(1200))

    def time_work(self):
        work = flagged.build()
        for index in range(1000):
            work(index)
"""

FLAGS = {
    name: {"state": "ENABLED", "variants": {"on": True, "off": False}, "defaultVariant": state}
    # What is deployed must not decide what is measured.
    for name, state in {"needed": "off", "double-work": "on", "broken": "off"}.items()
}

POLICY = """
[flags]
file = "subject/queue_subject/flags.json"
overlay_variable = "SUBJECT_OVERLAY"

[flags.touches]
double-work = { benchmarks = '^flagged\\.', requires = ["needed"] }
needed = { benchmarks = 'latency_work' }
broken = { benchmarks = 'latency_work' }
"""


@pytest.fixture(scope="module")
def flagged(tmp_path_factory: pytest.TempPathFactory, kit: Kit) -> SmallProject:
    project = SmallProject.create(tmp_path_factory.mktemp("flags") / "project", kit)
    package = project.root / "subject" / "queue_subject"
    (package / "flagged.py").write_text(SUBJECT)
    (package / "flags.json").write_text(json.dumps({"flags": FLAGS}))
    (project.root / "ci" / "gate.toml").write_text(POLICY)
    project.write_benchmark("flagged", BENCHMARKS)
    project.commit("flags")
    return project


def effects(path: Path, flag: str) -> dict[tuple[str, str], dict[str, Any]]:
    (found,) = [item for item in json.loads(path.read_text())["flags"] if item["name"] == flag]
    return {(item["benchmark"], item["metric"]): item for item in found["effects"]}


def test_a_flag_that_doubles_the_work_is_measured_by_every_metric(flagged: SmallProject, tmp_path: Path) -> None:
    report = tmp_path / "flags.json"
    finished = flagged.tailgate("flags", "double-work", "needed", "--json", str(report), "--budget", "120")
    assert finished.returncode == ExitCode.PASSED, finished.stdout + finished.stderr
    assert "Traceback" not in finished.stderr
    doubled = effects(report, "double-work")
    for metric in ("p50", "p99"):
        found = doubled[WORK, metric]
        assert 1.4 < found["low"] < found["ratio"] < found["high"] < 3
    assert doubled[WORK, "throughput"]["ratio"] < 0.8
    assert doubled[REPEATED, "throughput"]["ratio"] < 0.8
    assert (REPEATED, "p99") not in doubled
    assert doubled[WORK, "resident memory"]["off"] > 1e6
    assert 0.9 < effects(report, "needed")[WORK, "p50"]["ratio"] < 1.1
    assert "double-work (with needed)" in finished.stdout
    assert "2 flags: 2 measured" in finished.stdout
    with open_store(flagged.root / ".tailgate" / "store.sqlite") as store:
        (study,) = store.flag_studies()
    kept = {(effect.flag, effect.benchmark.name, effect.metric.value): effect for effect in study.effects}
    assert kept["double-work", WORK, "p99"].ratio.ratio == doubled[WORK, "p99"]["ratio"]
    assert kept["double-work", WORK, "p99"].requires == ("needed",)
    assert kept["double-work", WORK, "p99"].commit == flagged.git("rev-parse", "HEAD")
    assert flagged.git("status", "--porcelain") == ""


@pytest.mark.skipif(shutil.which("valgrind") is None, reason="valgrind is not installed: nothing counts instructions")
def test_instructions_and_allocations_are_the_same_in_two_runs(flagged: SmallProject, tmp_path: Path) -> None:
    counted = []
    for run in ("one", "two"):
        report = tmp_path / f"{run}.json"
        finished = flagged.tailgate(
            "flags", "double-work", "-b", "latency_work", "--json", str(report), "--budget", "60", "--quiet"
        )
        assert finished.returncode == ExitCode.PASSED, finished.stdout + finished.stderr
        found = effects(report, "double-work")
        counted.append(
            {
                metric: (found[WORK, metric]["off"], found[WORK, metric]["on"])
                for metric in ("instructions", "cache misses", "cache hits", "allocations", "native allocations")
            }
        )
    assert counted[0] == counted[1]
    off, on = counted[0]["instructions"]
    assert 1.5 < on / off < 2.2
    # The state of one hash an operation, whatever the flag.
    assert counted[0]["native allocations"][0] >= 1
    assert counted[0]["native allocations"][0] == counted[0]["native allocations"][1]


def test_a_flag_that_cannot_be_on_is_named_with_its_reason(flagged: SmallProject) -> None:
    finished = flagged.tailgate("flags", "broken", "--no-counts", "--budget", "30")
    assert finished.returncode == ExitCode.INVALID
    assert f"{WORK}, on: raised in warm-up: RuntimeError: its optimization does not exist yet" in finished.stdout
    assert "bug in tailgate" not in finished.stderr


def test_a_budget_that_ends_first_is_said(flagged: SmallProject) -> None:
    finished = flagged.tailgate("flags", "double-work", "needed", "--no-counts", "--budget", "0.01", "--quiet")
    assert finished.returncode in {ExitCode.INCONCLUSIVE, ExitCode.INVALID}, finished.stdout
    assert "not reached by the budget" in finished.stdout


def test_the_deployed_state_is_measured_against_all_flags_off(flagged: SmallProject, tmp_path: Path) -> None:
    """Here it is a state that the subject refuses: what is deployed is what is measured, nothing is added to it."""
    finished = flagged.tailgate("flags", "needed", "--deployed", "--no-counts", "--budget", "60", "-b", "latency_work")
    assert finished.returncode == ExitCode.INVALID
    assert "deployed: double-work against none" in finished.stdout
    assert "RuntimeError: double-work without needed" in finished.stdout


def test_the_list_says_what_each_flag_needs_and_builds_nothing(flagged: SmallProject) -> None:
    finished = flagged.tailgate("flags", "--list")
    assert finished.returncode == ExitCode.PASSED
    assert [line.split()[0] for line in finished.stdout.splitlines()[1:]] == ["double-work", "needed", "broken"]
    assert finished.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("no-such-flag",), "no-such-flag: the policy file does not say which benchmarks it touches"),
        (("needed", "--commit", "no-such-commit"), "unknown revision 'no-such-commit'"),
        (("needed", "--commit", "HEAD~1"), "has no file subject/queue_subject/flags.json"),
    ],
)
def test_what_cannot_be_asked_is_misuse(flagged: SmallProject, arguments: tuple[str, ...], words: str) -> None:
    finished = flagged.tailgate("flags", *arguments)
    assert finished.returncode == ExitCode.MISUSE
    assert words in finished.stderr
    assert "building" not in finished.stderr
