"""Whatever one benchmark does, it is named with its reason, and the others are judged."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tailgate.exit_codes import ExitCode
from tests.end_to_end.small_project import MARGINS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.conftest import History
    from tests.end_to_end.small_project import SmallProject

pytestmark = pytest.mark.end_to_end

BROKEN = r"""
import os
import signal
import sys
import time

from queue_subject import machine

INPUTS = list(range(1200))


class Raises:
    def setup(self):
        raise ValueError("no such [bold]book[/bold] \x1b[31m")

    def latency_raises(self):
        return machine.other, INPUTS


class RaisesInTheOperation:
    def latency_raises_in_the_operation(self):
        def operation(index):
            if index == 700:
                raise LookupError("order 700")
        return operation, INPUTS


class Hangs:
    timeout = 2

    def latency_hangs(self):
        while True:
            time.sleep(1)


class Killed:
    def latency_killed(self):
        os.kill(os.getpid(), signal.SIGKILL)


class Exits:
    def latency_exits(self):
        os._exit(0)


class TooFew:
    def latency_too_few(self):
        return machine.other, INPUTS[:10]


class Prints:
    def latency_prints(self):
        print("x" * 3_000_000)
        return machine.other, INPUTS


class Floods:
    def latency_floods(self):
        def operation(index):
            machine.other(index)
            if index % 100 == 0:
                sys.stderr.write("e" * 500)
        return operation, INPUTS


class Closes:
    def latency_closes(self):
        os.closerange(0, 3)
        return machine.other, INPUTS


class Parameters:
    params = ["[red]x[/red]", "\x1b[2J\u202e", "a\nb"]

    def latency_parameters(self, parameter):
        return machine.other, INPUTS
"""

ONE_SIDE_ONLY = """
from queue_subject import machine


class New:
    def setup(self):
        if not hasattr(machine, "ONLY_HERE"):
            raise NotImplementedError

    def latency_new(self):
        return machine.other, list(range(1200))
"""

IMPORTS_ON_ONE_SIDE = """
from queue_subject.machine import ONLY_HERE, other


class Fresh:
    def latency_fresh(self):
        return other, list(range(1200))
"""


def benchmarks(path: Path) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for item in json.loads(path.read_text())["benchmarks"]:
        found.setdefault(item["name"].rpartition("latency_")[2], []).append(item)
    return found


def test_every_kind_of_breakage_is_named_and_the_rest_is_judged(
    history: History, project: SmallProject, tmp_path: Path
) -> None:
    project.write_benchmark("broken", BROKEN)
    project.write_benchmark("a_typo", "def broken(:\n")
    report = tmp_path / "gate.json"
    finished = project.tailgate(
        "gate", history.first, "HEAD", "--json", str(report), "--benchmarks", "broken|typo|latency_other"
    )
    assert finished.returncode == ExitCode.INVALID, finished.stdout + finished.stderr
    assert "bug in tailgate" not in finished.stderr
    found = benchmarks(report)
    reasons = {name: items[0]["reasons"][0] for name, items in found.items() if items[0]["verdict"] == "invalid"}
    expected = {
        "a_typo": "the module benchmarks.a_typo imports on neither side: SyntaxError",
        "raises": "raised in setup: ValueError: no such [bold]book[/bold]",
        "raises_in_the_operation": "raised in warm-up: LookupError: order 700",
        "hangs": "hung: set-up or the first replay did not end within 2 s (its timeout)",
        "killed": "crashed during set-up or the first replay: killed by SIGKILL",
        "exits": "crashed during set-up or the first replay: exit code 0",
        "too_few": "raised in warm-up: BenchmarkShapeError: a p99 needs at least 1000 counted operations",
    }
    assert reasons.keys() == expected.keys()
    for name, words in expected.items():
        assert words in reasons[name]
        shown = " ".join(finished.stdout.split())
        assert words.split(":")[0] in shown
    for name in ("prints", "floods", "closes", "other"):
        assert [item["verdict"] for item in found[name]] == ["pass"], (name, found[name])
    assert [item["verdict"] for item in found["parameters"]] == ["pass"] * 3
    # Foreign text neither reaches the terminal nor is read as markup.
    assert "\x1b" not in finished.stdout + finished.stderr
    assert "\u202e" not in finished.stdout
    assert "no such [bold]book[/bold]" in finished.stdout
    # The traceback of what raised is shown.
    assert "LookupError: order 700" in finished.stdout


def test_a_benchmark_without_a_baseline_is_invalid_unless_policy_allows_it(
    history: History, project: SmallProject, tmp_path: Path
) -> None:
    project.write_benchmark("new", ONE_SIDE_ONLY)
    project.write_benchmark("fresh", IMPORTS_ON_ONE_SIDE)
    report, policy = tmp_path / "gate.json", tmp_path / "gate.toml"
    arguments = ("--json", str(report), "--benchmarks", "new|fresh|latency_other")
    finished = project.tailgate("gate", history.comment, history.slower, *arguments)
    assert finished.returncode == ExitCode.INVALID, finished.stdout
    found = {name: items[0] for name, items in benchmarks(report).items()}
    assert {name: item["verdict"] for name, item in found.items()} == {
        "new": "invalid",
        "fresh": "invalid",
        "other": "pass",
    }
    assert found["new"]["reasons"][0].startswith("baseline: does not exist on this side")
    assert "its module benchmarks.fresh does not import there" in found["fresh"]["reasons"][0]
    policy.write_text(f'[gate]\nnew_benchmarks = "allow"\n{MARGINS}')
    finished = project.tailgate("gate", history.comment, history.slower, *arguments, "--policy", str(policy))
    assert finished.returncode == ExitCode.PASSED, finished.stdout
    assert {name: items[0]["counts"] for name, items in benchmarks(report).items()} == {
        "new": False,
        "fresh": False,
        "other": True,
    }
    # The other way round it is a benchmark that has disappeared: that is no new one.
    finished = project.tailgate("gate", history.slower, history.comment, *arguments, "--policy", str(policy))
    assert finished.returncode == ExitCode.INVALID, finished.stdout
