"""What can be counted instead of timed: instructions and modelled cache misses, allocations, memory.

In: a benchmark in a built environment, a state of its flags. Out: :class:`~tailgate.flag_records.Count` records. Each
tool runs the probe's ``asv_bench_tailgate.count`` in a fresh process with a fixed environment, a fixed hash seed and
without address randomisation, so that two runs count the same. A tool that is missing here is a note, not an error.

memray is taken from the measured environment where it is installed there; otherwise tailgate's own (the extra
``profilers``) is lent to it, if both have the same Python, since memray is compiled.
"""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tailgate.flag_records import Count, Metric
from tailgate.measure.benchmark_process import OUTPUT_TAIL_BYTES, BenchmarkError, describe_exit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tailgate.measure.environments import BuiltEnvironment
    from tailgate.records import BenchmarkSpecification

CACHES = ("--I1=32768,8,64", "--D1=32768,8,64", "--LL=8388608,16,64")
"""The caches of the model, size, ways and bytes in a line: the same on every machine, whatever it has."""

KEPT_VARIABLES = ("PATH", "HOME", "LD_LIBRARY_PATH", "TMPDIR")
"""What a counting process sees of the caller's environment; everything else would make a count depend on it."""

TIMEOUT_S = 300.0
"""Under callgrind everything is 50-100 times slower: longer than a benchmark's own limit, and only against a hang."""

NO_VALGRIND = "no instructions and no cache misses: valgrind is not installed (Debian: apt-get install valgrind)"

ABSENT_EXIT_CODE = 3
"""The probe's: the benchmark does not exist in this state."""


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
    setarch = shutil.which("setarch")
    found = importlib.util.find_spec("memray")
    return CountingTools(
        valgrind=shutil.which("valgrind"),
        without_randomisation=(setarch, platform.machine(), "-R") if setarch else (),
        memray_folder=Path(found.origin).parent.parent if found is not None and found.origin else None,
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
        self._python = environment.python
        self._benchmark_folder = benchmark_folder
        self._tools = tools
        # Many flags share a state: what they require, and nothing else.
        self._counted: dict[tuple[BenchmarkSpecification, tuple[tuple[str, str], ...]], tuple[Count, ...]] = {}
        self._can_track_memory, memory_note = self._look_for_memray()
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
        counts = list(_resident(self._run(specification, variables, "nothing")))
        if self._tools.valgrind:
            counts += self._instructions(specification, variables)
        if self._can_track_memory:
            counts += _allocations(self._run(specification, variables, "memory"))
        self._counted[state] = tuple(counts)
        return self._counted[state]

    def _instructions(self, specification: BenchmarkSpecification, variables: Mapping[str, str]) -> tuple[Count, ...]:
        with tempfile.TemporaryDirectory(prefix="tailgate-callgrind-") as folder:
            output = Path(folder) / "callgrind"
            command = (
                str(self._tools.valgrind),
                "--tool=callgrind",
                "--quiet",
                "--instr-atstart=no",  # the probe starts it: importing a suite would take a minute
                "--cache-sim=yes",
                *CACHES,
                f"--callgrind-out-file={output}",
            )
            operations = self._run(specification, variables, "instructions", command)["operations"]
            return read_callgrind(output.read_text(encoding="utf-8", errors="replace"), operations)

    def _run(
        self,
        specification: BenchmarkSpecification,
        variables: Mapping[str, str],
        what: str,
        under: Sequence[str] = (),
    ) -> dict[str, int]:
        """Run the probe's counting process; return what it wrote."""
        with tempfile.TemporaryDirectory(prefix="tailgate-count-") as folder:
            output = Path(folder) / "counts.json"
            borrowed = [f"--borrow={self._tools.memray_folder}"] if self._tools.memray_folder else []
            command = [
                *self._tools.without_randomisation,
                *under,
                str(self._python),
                "-m",
                "asv_bench_tailgate.count",
                f"--benchmarks={self._benchmark_folder}",
                f"--name={specification.benchmark.name}",
                f"--index={specification.parameter_index}",
                f"--count={what}",
                f"--output={output}",
                *(borrowed if what == "memory" else []),
            ]
            code, said = _finish(command, Path(folder), _environment(self._python, variables))
            if code == ABSENT_EXIT_CODE:
                raise BenchmarkError("does not exist on this side", said, is_absent=True)
            if code != 0:
                last = said.splitlines()[-1] if said else ""
                raise BenchmarkError(f"counting {what} failed ({describe_exit(code)}): {last}", said)
            counts: dict[str, int] = json.loads(output.read_text(encoding="ascii"))
            return counts

    def _look_for_memray(self) -> tuple[bool, str | None]:
        """Tell whether memray can be imported in the environment, and if not, why."""
        check = "import importlib.util, platform; print(platform.python_version(), importlib.util.find_spec('memray'))"
        asked = subprocess.run(
            [str(self._python), "-c", check], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )
        version, _, found = asked.stdout.strip().partition(" ")
        if asked.returncode == 0 and found != "None":
            return True, None
        if self._tools.memray_folder is None:
            return False, "no allocations: memray is not installed (pip install 'tailgate[profilers]')"
        if version.rpartition(".")[0] != platform.python_version().rpartition(".")[0]:
            return False, f"no allocations: memray is installed for Python {platform.python_version()}, not {version}"
        return True, None


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


def _finish(command: list[str], folder: Path, environment: Mapping[str, str]) -> tuple[int, str]:
    """Run a command to its end, or end it with all that it started; return its code and the end of its output."""
    with (folder / "output").open("w+b") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=dict(environment),
            start_new_session=True,
        )
        try:
            process.wait(timeout=TIMEOUT_S)
        except BaseException as error:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if isinstance(error, subprocess.TimeoutExpired):
                raise BenchmarkError(f"hung: counting did not end within {TIMEOUT_S:g} s") from None
            raise
        end = output.seek(0, os.SEEK_END)
        output.seek(max(0, end - OUTPUT_TAIL_BYTES))
        return process.returncode, output.read().decode("utf-8", "replace").strip()


def _environment(python: Path, variables: Mapping[str, str]) -> dict[str, str]:
    environment: dict[str, Any] = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    environment["PATH"] = f"{python.parent}{os.pathsep}{environment.get('PATH', os.defpath)}"
    environment["PYTHONHASHSEED"] = "0"
    environment.update(variables)
    return {name: value for name, value in environment.items() if value}
