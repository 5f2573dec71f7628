"""Both sides of a benchmark under the real tools: what changed is found, and a tool that is missing is said."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tailgate.history_records import ProfileTool
from tailgate.measure import BuiltEnvironment, Profiling, profile_folder
from tailgate.measure.profilers import Callgrind, Memray, PlaceCost, Profiler, PySpy, Scalene, Taken
from tailgate.measure.profiling import changes
from tailgate.records import BenchmarkId, BenchmarkSpecification, Revision, Side

if TYPE_CHECKING:
    from tailgate.measure import ToolRun

SUITE = """
import os

INPUTS = list(range(1200))
ROUNDS = int(os.environ["ROUNDS"])
ARRAYS = int(os.environ["ARRAYS"])


def dear(rounds):
    total = 0
    for number in range(rounds):
        total += number
    return total


class Work:
    def latency_work(self):
        kept = []

        def work(index):
            dear(40)
            dear(ROUNDS)
            kept.append([bytearray(700) for _ in range(ARRAYS)])

        return work, INPUTS
"""

SPECIFICATION = BenchmarkSpecification(BenchmarkId("cases.Work.latency_work"), 0, 60.0, "1")
COMMITS = {Side.BASELINE: "a" * 40, Side.CANDIDATE: "b" * 40}


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    folder = tmp_path / "suite"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "cases.py").write_text(SUITE)
    return folder


def profiled(
    suite: Path,
    folder: Path,
    profiler: Profiler,
    specification: BenchmarkSpecification,
    rounds: int = 120,
    arrays: int = 6,
) -> list[ToolRun]:
    """Profile this interpreter as both sides; the candidate works and allocates more."""
    environments = {
        side: BuiltEnvironment(Revision(commit, side, ""), Path(sys.executable)) for side, commit in COMMITS.items()
    }
    variables = {
        Side.BASELINE: {"ROUNDS": "40", "ARRAYS": "2"},
        Side.CANDIDATE: {"ROUNDS": str(rounds), "ARRAYS": str(arrays)},
    }
    profiling = Profiling(environments, suite, variables, folder, (profiler,))
    (pair,) = profiling.profile("run", specification)
    return list(pair)


def facts(run: ToolRun) -> dict[str, str]:
    assert run.profile.failure == ""
    return {fact.name: fact.value for fact in run.profile.facts}


def test_memray_counts_where_more_is_allocated(suite: Path, tmp_path: Path) -> None:
    baseline, candidate = profiled(suite, tmp_path, Memray(), SPECIFICATION)
    before, after = (float(facts(run)["allocations"].split()[0]) for run in (baseline, candidate))
    # Four arrays more an operation, each an object and its bytes; and the list that holds them grows.
    assert after >= before + 8
    name, value = next(item for item in facts(candidate).items() if item[0].startswith("change: "))
    assert "cases.py" in name
    assert value.startswith("+")
    assert value.endswith(" allocations an operation")
    lines = (tmp_path / candidate.profile.file).read_text().splitlines()
    total = sum(int(line.rpartition(" ")[2]) for line in lines)
    assert total == pytest.approx(after * candidate.whole, rel=1e-3)  # the fact has four digits


@pytest.mark.skipif(shutil.which("valgrind") is None, reason="valgrind is not installed")
def test_callgrind_counts_the_instructions_of_each_function(suite: Path, tmp_path: Path) -> None:
    baseline, candidate = profiled(suite, tmp_path, Callgrind(), SPECIFICATION)
    before, after = (float(facts(run)["instructions"].split()[0]) for run in (baseline, candidate))
    assert after > 1.5 * before
    name, value = next(item for item in facts(candidate).items() if item[0].startswith("change: "))
    assert "PyEval" in name
    assert value.endswith(" instructions an operation")
    assert (tmp_path / candidate.profile.file).read_text().startswith("# callgrind format")


def test_py_spy_sees_the_function_that_costs_more(suite: Path, tmp_path: Path) -> None:
    baseline, candidate = profiled(suite, tmp_path, PySpy(2.0), SPECIFICATION, rounds=800, arrays=2)
    if "ptrace" in candidate.profile.failure:
        pytest.skip(candidate.profile.failure)
    assert facts(baseline)["samples in operations"].endswith(" at 250/s")
    name, value = next(item for item in facts(candidate).items() if item[0].startswith("change: "))
    assert name == "change: dear (suite/cases.py)"
    assert value.startswith("+")
    assert value.endswith(" % of the samples")
    folded = (tmp_path / candidate.profile.file).read_text()
    assert "work (suite/cases.py);dear (suite/cases.py) " in folded
    assert "importlib" not in folded


@pytest.mark.skipif(importlib.util.find_spec("scalene") is None, reason="scalene is not installed")
def test_scalene_names_the_line(suite: Path, tmp_path: Path) -> None:
    _, candidate = profiled(suite, tmp_path, Scalene(2.0), SPECIFICATION)
    lines = [name for name in facts(candidate) if name.startswith("line ")]
    assert any("suite/cases.py" in line for line in lines)
    assert any("range(rounds)" in line or "total += number" in line for line in lines)


def test_a_missing_tool_is_said_in_one_line(suite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    profiler = PySpy(1.0)
    monkeypatch.undo()
    runs = profiled(suite, tmp_path, profiler, SPECIFICATION)
    assert [run.profile.failure for run in runs] == [
        "py-spy is not installed; mend: pip install 'tailgate[profilers]'"
    ] * 2
    assert all(run.profile.file == "" and run.profile.tool is ProfileTool.PY_SPY for run in runs)


@pytest.mark.parametrize("profiler", [Memray(), PySpy(1.0), Scalene(1.0), Callgrind()], ids=lambda item: item.tool)
def test_a_benchmark_that_fails_under_a_tool_is_said_and_nothing_is_raised(
    suite: Path, tmp_path: Path, profiler: Profiler
) -> None:
    (suite / "cases.py").write_text(
        "class Work:\n    def latency_work(self):\n        raise ValueError('no such book')\n"
    )
    for run in profiled(suite, tmp_path, profiler, SPECIFICATION):
        assert run.profile.failure
        assert "\n" not in run.profile.failure
        assert run.profile.file == ""
        assert run.whole == 0


def taken(costs: dict[str, float], samples: float) -> Taken:
    places = tuple(PlaceCost(place, cost) for place, cost in costs.items())
    return Taken(Path("file"), 1.0, (), places, "% of the samples", samples)


def test_what_chance_explains_is_no_change() -> None:
    before, after = {"a": 50.0, "b": 50.0}, {"a": 62.0, "b": 38.0}
    assert changes(taken(before, 34), taken(after, 80)) == ()
    found = changes(taken(before, 1_000), taken(after, 1_000))
    assert [(fact.name, fact.value) for fact in found] == [
        ("change: a", "+12 % of the samples"),
        ("change: b", "-12 % of the samples"),
    ]


def test_exact_counts_have_no_chance() -> None:
    found = changes(taken({"a": 100.0}, 0), taken({"a": 102.0, "new": 3.0}, 0))
    assert [fact.name for fact in found] == ["change: new", "change: a"]


def test_folders_of_different_benchmarks_differ_and_are_harmless() -> None:
    labels = ["a.b(1)", "a.b(2)", "a/../b", "../../etc", "a.b" * 200, "<script>"]
    names = [profile_folder("run", BenchmarkId(label)) for label in labels]
    assert len(set(names)) == len(labels)
    assert all(name.startswith("run/") and name.count("/") == 1 and ".." not in name for name in names)
    assert all(len(name) < 120 for name in names)
