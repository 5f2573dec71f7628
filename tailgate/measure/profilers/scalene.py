"""scalene: which lines of Python the time goes to, Python's own share and that of native code beside each other."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tailgate.history_records import Fact, ProfileTool
from tailgate.measure.benchmark_process import BenchmarkError
from tailgate.measure.probe_process import Task, own_folder_of
from tailgate.measure.profilers.interface import PlaceCost, ProfilerError, Taken

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tailgate.measure.probe_process import ProbeProcess
    from tailgate.records import BenchmarkSpecification

PROGRAM: Final = """
import sys

from asv_bench_tailgate import count
from scalene import scalene_profiler

count_replays = count.COUNTERS["replays"]


def watched(*arguments):
    scalene_profiler.start()
    try:
        return count_replays(*arguments)
    finally:
        scalene_profiler.stop()


count.COUNTERS["replays"] = watched
sys.exit(count.main())
"""
"""The probe's program, watched while it replays only: what imports cost is nobody's p99."""

LENDING: Final = "import sys\nsys.path.append({folder!r})\n"
"""Run by the interpreter at its start, since scalene starts itself once more: at the end of the path, so that only what
is found nowhere else comes from there."""

LINES_SHOWN: Final = 3

INTERVAL_S: Final = 0.01
"""scalene's own: how often it looks."""


class Scalene:
    """Samples with scalene.

    Parameters
    ----------
    seconds
        How long each side is sampled.
    """

    tool = ProfileTool.SCALENE

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._own_folder = own_folder_of("scalene")

    def take(
        self,
        process: ProbeProcess,
        specification: BenchmarkSpecification,
        variables: Mapping[str, str],
        stem: Path,
    ) -> Taken:
        """Sample; see ``Profiler``."""
        lack = process.lacks("scalene", self._own_folder, "lines")
        if lack is not None:
            raise ProfilerError(lack)
        file = stem.with_name(f"{stem.name}.json")
        with tempfile.TemporaryDirectory(prefix="tailgate-scalene-") as folder:
            program = Path(folder) / "replays.py"
            program.write_text(PROGRAM, encoding="ascii")
            (Path(folder) / "sitecustomize.py").write_text(
                LENDING.format(folder=str(self._own_folder)) if self._own_folder else "", encoding="utf-8"
            )
            # What is installed is what is measured; without the other two flags it would be taken for a library.
            chosen = (
                "--profile-all",
                "--profile-system-libraries",
                f"--profile-only=site-packages,dist-packages,{process.benchmark_folder}",
                "--profile-exclude=/asv_bench_tailgate/,/asv_runner/,/scalene/",
            )
            command = ("-m", "scalene", "run", "--cpu-only", "--off", *chosen, f"--outfile={file}", str(program), "---")
            task = Task("replays", program=command, arguments=[f"--seconds={self._seconds:g}"])
            try:
                operations = process.run(specification, {**variables, "PYTHONPATH": folder}, task)["operations"]
                document = json.loads(file.read_text(encoding="utf-8", errors="replace"))
                lines, samples = read_lines(document), document["elapsed_time_sec"] / INTERVAL_S
            except BenchmarkError as error:
                raise ProfilerError(f"scalene: {error.reason}") from error
            except (OSError, KeyError, ValueError) as error:
                raise ProfilerError(f"scalene left no profile that can be read ({type(error).__name__})") from error
        if not lines:
            raise ProfilerError("scalene saw no line of Python that took any time: the operations are native code")
        return Taken(
            file=file,
            whole=operations,
            facts=(
                Fact("operations", str(operations)),
                *(Fact(f"line {line.place}", f"{line.cost:.1f} % of the time") for line in lines[:LINES_SHOWN]),
            ),
            costs=lines,
            unit="% of the time",
            samples=samples,
        )


def read_lines(document: Mapping[str, Any]) -> tuple[PlaceCost, ...]:
    """Read scalene's JSON: each line's share of the processor's time in the lines that it saw, largest first.

    Raises
    ------
    ValueError
        It is not what scalene 2 writes.
    """
    files = document.get("files")
    if not isinstance(files, dict):
        raise ValueError("no files")  # noqa: TRY004 - a fault of the document
    found: dict[str, float] = {}
    for name, file in files.items():
        for line in file["lines"]:
            share = line["n_cpu_percent_python"] + line["n_cpu_percent_c"] + line["n_sys_percent"]
            if share > 0:
                # By its text as well: numbers of lines move from commit to commit.
                text = " ".join(_unescaped(line["line"]).split())
                place = f"{'/'.join(Path(name).parts[-2:])}: {text}"
                found[place] = found.get(place, 0.0) + share
    whole = sum(found.values())
    shares = (PlaceCost(place, 100 * share / whole) for place, share in found.items())
    return tuple(sorted(shares, key=lambda item: (-item.cost, item.place)))


def _unescaped(text: str) -> str:
    """Undo what scalene does to lines for the sake of its own page."""
    for escaped, letter in (("\\u003c", "<"), ("\\u003e", ">"), ("\\u0026", "&")):
        text = text.replace(escaped, letter)
    return text
