"""Counting with the probe of this environment as the measured one."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tailgate.flag_records import Metric
from tailgate.measure import BenchmarkError, BuiltEnvironment, Counter, find_tools, probe_process
from tailgate.measure.counting import CountingTools, read_callgrind
from tailgate.records import BenchmarkId, BenchmarkSpecification, Revision

SUITE = """
import hashlib
import os
import time

INPUTS = list(range(1200))
ROUNDS = int(os.environ.get("ROUNDS", "10"))


class Work:
    params = [1, 3]

    def setup(self, factor):
        self.factor = factor

    def latency_work(self, factor):
        kept = []

        def work(index):
            total = 0
            for number in range(ROUNDS * self.factor):
                total += number
            kept.append((bytearray(1000), hashlib.sha256()))
            return total

        return work, INPUTS


class Absent:
    def setup(self):
        raise NotImplementedError

    def latency_absent(self):
        return abs, INPUTS


class Raises:
    def latency_raises(self):
        raise ValueError("no such book")


class Hangs:
    def latency_hangs(self):
        time.sleep(3600)
"""

NO_TOOLS = CountingTools(valgrind=None, without_randomisation=(), memray_folder=None)

CALLGRIND = """version: 1
events: Ir Dr Dw I1mr D1mr D1mw ILmr DLmr DLmw
summary: 9 9 9 9 9 9 9 9 9

fn=(1) work
10 9 9 9
totals: 24000 6000 2000 7 300 100 0 0 0
"""


def specification(name: str, index: int = 0) -> BenchmarkSpecification:
    return BenchmarkSpecification(BenchmarkId(name), index, 60.0, "1")


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    folder = tmp_path / "suite"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "cases.py").write_text(SUITE)
    return folder


def counter(suite: Path, tools: CountingTools) -> Counter:
    return Counter(BuiltEnvironment(Revision("a" * 40, "HEAD", ""), Path(sys.executable)), suite, tools)


def counts(under_test: Counter, index: int = 0, variables: dict[str, str] | None = None) -> dict[Metric, float]:
    found = under_test.count(specification("cases.Work.latency_work", index), variables or {})
    return {count.metric: count.value for count in found}


def test_totals_become_counts_of_one_operation() -> None:
    found = {count.metric: count.value for count in read_callgrind(CALLGRIND, 1_000)}
    assert found == {Metric.INSTRUCTIONS: 24.0, Metric.CACHE_MISSES: 0.4, Metric.CACHE_HITS: 0.95}


@pytest.mark.parametrize("text", ["", "events: Ir\ntotals: 0\n", "events: Ir Dr\n"])
def test_a_file_in_which_nothing_was_counted_is_refused(text: str) -> None:
    with pytest.raises(BenchmarkError, match="counted nothing"):
        read_callgrind(text, 1_000)


@pytest.mark.skipif(shutil.which("valgrind") is None, reason="valgrind is not installed: nothing counts instructions")
def test_counts_repeat_exactly_and_follow_the_work(suite: Path) -> None:
    under_test = counter(suite, find_tools())
    assert under_test.notes == ()
    # Another counter, since one counts each state once.
    first, second, more = counts(under_test), counts(counter(suite, find_tools())), counts(under_test, index=1)
    repeatable = set(first) - {Metric.RESIDENT_MEMORY}
    assert {metric: first[metric] for metric in repeatable} == {metric: second[metric] for metric in repeatable}
    # Ten turns of a loop against thirty; what is around the loop stays.
    assert 1.5 < more[Metric.INSTRUCTIONS] / first[Metric.INSTRUCTIONS] < 3
    assert first[Metric.NATIVE_ALLOCATIONS] == more[Metric.NATIVE_ALLOCATIONS] >= 1
    # The hash's state is the C library's; the array and the list's growth are Python's.
    assert first[Metric.ALLOCATIONS] >= first[Metric.NATIVE_ALLOCATIONS] + 1
    # 1,080 counted operations keep 1,000 bytes each, and a hash.
    assert 1e6 < first[Metric.PEAK_MEMORY] < 4e6
    assert 0 < first[Metric.CACHE_HITS] < 1


def test_variables_reach_the_counted_process_and_others_do_not(suite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROUNDS", "no number")
    under_test = counter(suite, NO_TOOLS)
    assert counts(under_test)[Metric.RESIDENT_MEMORY] > 1e6
    with pytest.raises(BenchmarkError) as error:
        counts(under_test, variables={"ROUNDS": "nothing"})
    assert error.value.reason.startswith("counting nothing failed (exit code 1)")


def test_without_tools_there_are_notes_and_no_error(suite: Path) -> None:
    environment_without = replace(NO_TOOLS)
    under_test = counter(suite, environment_without)
    assert any("valgrind is not installed" in note for note in under_test.notes)
    assert Metric.INSTRUCTIONS not in counts(under_test)


def test_a_benchmark_that_does_not_exist_here_is_absent(suite: Path) -> None:
    with pytest.raises(BenchmarkError) as error:
        counter(suite, NO_TOOLS).count(specification("cases.Absent.latency_absent"), {})
    assert error.value.is_absent


def test_a_benchmark_that_raises_is_named_with_its_traceback(suite: Path) -> None:
    with pytest.raises(BenchmarkError, match="ValueError: no such book") as error:
        counter(suite, NO_TOOLS).count(specification("cases.Raises.latency_raises"), {})
    assert "Traceback" in error.value.detail


def test_a_benchmark_that_hangs_is_ended(suite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe_process, "TIMEOUT_S", 3.0)
    with pytest.raises(BenchmarkError, match="hung: counting did not end within 3 s"):
        counter(suite, NO_TOOLS).count(specification("cases.Hangs.latency_hangs"), {})
