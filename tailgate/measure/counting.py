"""What can be counted instead of timed: instructions and modelled cache misses, allocations, memory.

In: a benchmark in a built environment, a state of its flags. Out: :class:`~tailgate.flag_records.Count` records. Each
tool watches a process of its own (``probe_process.py``). A tool that is missing here is a note, not an error.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tailgate.flag_records import Count, Metric
from tailgate.measure.benchmark_process import BenchmarkError
from tailgate.measure.probe_process import ProbeProcess, Task, command_without_randomisation, own_folder_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tailgate.measure.environments import BuiltEnvironment
    from tailgate.records import BenchmarkSpecification

CACHES = ("--I1=32768,8,64", "--D1=32768,8,64", "--LL=8388608,16,64")
"""The caches of the model, size, ways and bytes in a line: the same on every machine, whatever it has."""

NO_VALGRIND = "no instructions and no cache misses: valgrind is not installed (Debian: apt-get install valgrind)"


@dataclass(frozen=True, slots=True)
class CountingTools:
    """What there is to count with.

    Attributes
    ----------
    valgrind
        Its program, or ``None``.
    without_randomisation
        A command in front of every other that switches the randomisation of addresses off; may be empty.
    memray_folder
        Where tailgate's own memray lies, or ``None``.
    """

    valgrind: str | None
    without_randomisation: tuple[str, ...]
    memray_folder: Path | None


def find_tools() -> CountingTools:
    """Look for the tools on this machine."""
    return CountingTools(
        valgrind=shutil.which("valgrind"),
        without_randomisation=command_without_randomisation(),
        memray_folder=own_folder_of("memray"),
    )


class Counter:
    """Counts benchmarks of one environment.

    Parameters
    ----------
    environment, benchmark_folder
        What is measured.
    tools
        What to count with.
    """

    def __init__(self, environment: BuiltEnvironment, benchmark_folder: Path, tools: CountingTools) -> None:
        self._process = ProbeProcess(environment, benchmark_folder, tools.without_randomisation)
        self._tools = tools
        # Many flags share a state: what they require, and nothing else.
        self._counted: dict[tuple[BenchmarkSpecification, tuple[tuple[str, str], ...]], tuple[Count, ...]] = {}
        memory_note = self._process.lacks("memray", tools.memray_folder, "allocations")
        self._can_track_memory = memory_note is None
        valgrind_note = None if tools.valgrind else NO_VALGRIND
        self.notes: tuple[str, ...] = tuple(note for note in (valgrind_note, memory_note) if note)
        """What cannot be counted here, and why."""

    def count(self, specification: BenchmarkSpecification, variables: Mapping[str, str]) -> tuple[Count, ...]:
        """Count one benchmark with every tool there is, once for each state.

        Parameters
        ----------
        variables
            The overlay of feature flags, for example; an empty value removes one.

        Raises
        ------
        BenchmarkError
            It raised, hung, crashed, or does not exist in this state.
        """
        state = (specification, tuple(sorted(variables.items())))
        if state in self._counted:
            return self._counted[state]
        counts = list(_resident(self._process.run(specification, variables, Task("nothing"))))
        if self._tools.valgrind:
            counts += self._instructions(specification, variables)
        if self._can_track_memory:
            counts += _allocations(self._process.run(specification, variables, memory_task(self._tools.memray_folder)))
        self._counted[state] = tuple(counts)
        return self._counted[state]

    def _instructions(self, specification: BenchmarkSpecification, variables: Mapping[str, str]) -> tuple[Count, ...]:
        with tempfile.TemporaryDirectory(prefix="tailgate-callgrind-") as folder:
            output = Path(folder) / "callgrind"
            task = callgrind_task(str(self._tools.valgrind), output, "--cache-sim=yes", *CACHES)
            operations = self._process.run(specification, variables, task)["operations"]
            return read_callgrind(output.read_text(encoding="utf-8", errors="replace"), operations)


def callgrind_task(valgrind: str, output: Path, *options: str) -> Task:
    """Return the task of counting instructions into callgrind's file ``output``."""
    command = (
        valgrind,
        "--tool=callgrind",
        "--quiet",
        "--instr-atstart=no",  # the probe starts it: importing a suite would take a minute
        *options,
        f"--callgrind-out-file={output}",
    )
    return Task("instructions", under=command)


def memory_task(memray_folder: Path | None, *arguments: str) -> Task:
    """Return the task of counting allocations, with tailgate's own memray in reach where it has one."""
    borrowed = [f"--borrow={memray_folder}"] if memray_folder else []
    return Task("memory", arguments=[*borrowed, *arguments])


def read_callgrind(text: str, operations: int) -> tuple[Count, ...]:
    """Read the totals of a callgrind file, per operation.

    Raises
    ------
    BenchmarkError
        It holds no totals: the process ended before anything was counted.
    """
    fields = dict(line.split(": ", 1) for line in text.splitlines() if line.startswith(("events: ", "totals: ")))
    names, values = fields.get("events", "").split(), fields.get("totals", "").split()
    totals = dict(zip(names, map(int, values), strict=False))
    if not totals.get("Ir"):
        raise BenchmarkError("callgrind counted nothing: is the probe's recorder the native one?")
    accesses = totals.get("Dr", 0) + totals.get("Dw", 0)
    misses = totals.get("D1mr", 0) + totals.get("D1mw", 0)
    counts = [Count(Metric.INSTRUCTIONS, totals["Ir"] / operations, "callgrind")]
    if accesses:
        counts.append(Count(Metric.CACHE_MISSES, misses / operations, "callgrind's model"))
        counts.append(Count(Metric.CACHE_HITS, 1 - misses / accesses, "callgrind's model"))
    return tuple(counts)


def _allocations(counted: Mapping[str, int]) -> tuple[Count, ...]:
    operations = counted["operations"]
    return (
        Count(Metric.ALLOCATIONS, counted["allocations"] / operations, "memray"),
        Count(Metric.NATIVE_ALLOCATIONS, counted["native_allocations"] / operations, "memray"),
        Count(Metric.PEAK_MEMORY, counted["peak_bytes"], "memray"),
    )


def _resident(counted: Mapping[str, int]) -> tuple[Count, ...]:
    return (Count(Metric.RESIDENT_MEMORY, counted["resident_bytes"], "the kernel"),)
