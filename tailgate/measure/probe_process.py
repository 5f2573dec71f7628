"""Runs one benchmark in a fresh process of a built environment without timing it, under whatever watches it.

In: a built environment, a benchmark, a state of its flags, a tool in front. Out: what the probe's
``asv_bench_tailgate.count`` wrote. The environment's variables, the hash seed and the addresses are fixed, so that two
runs count the same.

A tool that is a Python package is taken from the measured environment where it is installed there; otherwise tailgate's
own (the extra ``profilers``) is lent to it, if both have the same Python, since such tools are compiled.
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

from tailgate.measure.benchmark_process import OUTPUT_TAIL_BYTES, BenchmarkError, describe_exit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tailgate.measure.environments import BuiltEnvironment
    from tailgate.records import BenchmarkSpecification

KEPT_VARIABLES = ("PATH", "HOME", "LD_LIBRARY_PATH", "TMPDIR")
"""What a counting process sees of the caller's environment; everything else would make a count depend on it."""

TIMEOUT_S = 300.0
"""Under callgrind everything is 50-100 times slower: longer than a benchmark's own limit, and only against a hang."""

ABSENT_EXIT_CODE = 3
"""The probe's: the benchmark does not exist in this state."""

COUNT_MODULE = ("-m", "asv_bench_tailgate.count")


@dataclass(frozen=True, slots=True)
class Task:
    """What the probe's process is to do with the benchmark.

    Attributes
    ----------
    what
        The probe's ``--count``.
    under
        The command in front of the interpreter.
    program
        What the interpreter runs; takes the arguments of the probe's ``count``.
    arguments
        More of these arguments.
    """

    what: str
    under: Sequence[str] = ()
    program: Sequence[str] = COUNT_MODULE
    arguments: Sequence[str] = ()


class ProbeProcess:
    """Runs benchmarks of one environment, each in a fresh process.

    Parameters
    ----------
    environment, benchmark_folder
        What is run.
    without_randomisation
        A command in front of every other that switches the randomisation of addresses off; may be empty.
    """

    def __init__(
        self, environment: BuiltEnvironment, benchmark_folder: Path, without_randomisation: Sequence[str]
    ) -> None:
        self._python = environment.python
        self.benchmark_folder = benchmark_folder
        self._without_randomisation = tuple(without_randomisation)

    def run(self, specification: BenchmarkSpecification, variables: Mapping[str, str], task: Task) -> dict[str, int]:
        """Run one benchmark to its end; return what the probe wrote.

        Parameters
        ----------
        variables
            The overlay of feature flags, for example; an empty value removes one.

        Raises
        ------
        BenchmarkError
            It raised, hung, crashed, or does not exist in this state; or what it ran under did.
        """
        with tempfile.TemporaryDirectory(prefix="tailgate-count-") as folder:
            output = Path(folder) / "counts.json"
            command = [
                *self._without_randomisation,
                *task.under,
                str(self._python),
                *task.program,
                f"--benchmarks={self.benchmark_folder}",
                f"--name={specification.benchmark.name}",
                f"--index={specification.parameter_index}",
                f"--count={task.what}",
                f"--output={output}",
                *task.arguments,
            ]
            code, said = _finish(command, Path(folder), _environment(self._python, variables))
            if code == ABSENT_EXIT_CODE:
                raise BenchmarkError("does not exist on this side", said, is_absent=True)
            last = said.splitlines()[-1] if said else ""
            if code != 0:
                raise BenchmarkError(f"counting {task.what} failed ({describe_exit(code)}): {last}", said)
            if not output.exists():  # a profiler may hide that what it watched has failed
                raise BenchmarkError(f"counting {task.what} failed: {last or 'it wrote nothing'}", said)
            counts: dict[str, int] = json.loads(output.read_text(encoding="ascii"))
            return counts

    def lacks(self, package: str, own_folder: Path | None, purpose: str) -> str | None:
        """Tell why a package can neither be imported in the environment nor be lent to it; ``None`` where it can.

        Parameters
        ----------
        own_folder
            Where tailgate's own lies, ``None`` where it has none.
        purpose
            What cannot be had without it, for the reason.
        """
        check = (
            f"import importlib.util, platform; print(platform.python_version(), importlib.util.find_spec({package!r}))"
        )
        asked = subprocess.run(
            [str(self._python), "-c", check], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )
        version, _, found = asked.stdout.strip().partition(" ")
        if asked.returncode == 0 and found != "None":
            return None
        if own_folder is None:
            return f"no {purpose}: {package} is not installed (pip install 'tailgate[profilers]')"
        if version.rpartition(".")[0] != platform.python_version().rpartition(".")[0]:
            return f"no {purpose}: {package} is installed for Python {platform.python_version()}, not {version}"
        return None


def own_folder_of(package: str) -> Path | None:
    """Return the folder that tailgate's own package lies in; ``None`` where it has none."""
    found = importlib.util.find_spec(package)
    return Path(found.origin).parent.parent if found is not None and found.origin else None


def command_without_randomisation() -> tuple[str, ...]:
    """Return what switches the randomisation of addresses off for the command after it; empty where there is none."""
    setarch = shutil.which("setarch")
    return (setarch, platform.machine(), "-R") if setarch else ()


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
