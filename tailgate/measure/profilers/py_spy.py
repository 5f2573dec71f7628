"""py-spy: where the time of the operations goes, native frames included, as folded stacks.

It samples a process that replays the benchmark. What is kept are the stacks below the loop over the operations, by
function: building the state of a replay and imports are left out, and so are line numbers, which move from commit to
commit, and addresses, which differ between builds.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tailgate.history_records import Fact, ProfileTool
from tailgate.measure.benchmark_process import BenchmarkError
from tailgate.measure.probe_process import Task
from tailgate.measure.profilers.interface import PlaceCost, ProfilerError, Taken

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tailgate.measure.probe_process import ProbeProcess
    from tailgate.records import BenchmarkSpecification

RATE: Final = 250
"""Samples a second: each stops the process for a moment, and a frame is shown from a handful of them on."""

LOOP: Final = "call_operations (asv_bench_tailgate/count.py"
"""The probe's frame below which the operations are."""

FEWEST_SAMPLES: Final = 20

_ADDRESS: Final = re.compile(r"^0x[0-9a-f]+ \((.*)\)$")
_LINE: Final = re.compile(r":\d+\)$")


class PySpy:
    """Samples with py-spy.

    Parameters
    ----------
    seconds
        How long each side is sampled.
    """

    tool = ProfileTool.PY_SPY

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        # Beside this interpreter first: an environment that is not activated is not on PATH.
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
        self._program = shutil.which("py-spy", path=path)

    def take(
        self,
        process: ProbeProcess,
        specification: BenchmarkSpecification,
        variables: Mapping[str, str],
        stem: Path,
    ) -> Taken:
        """Sample; see ``Profiler``."""
        if self._program is None:
            raise ProfilerError("py-spy is not installed; mend: pip install 'tailgate[profilers]'")
        file = stem.with_name(f"{stem.name}.folded")
        raw = file.with_suffix(".raw")
        options = ("record", "--format=raw", "--native", f"--rate={RATE}", f"--output={raw}", "--")
        try:
            task = Task("replays", under=(self._program, *options), arguments=[f"--seconds={self._seconds:g}"])
            operations = process.run(specification, variables, task)["operations"]
            folded = fold(raw.read_text(encoding="utf-8", errors="replace"))
        except (BenchmarkError, OSError) as error:
            raise ProfilerError(_why(error)) from error
        finally:
            raw.unlink(missing_ok=True)
        samples = sum(folded.values())
        if samples < FEWEST_SAMPLES:
            raise ProfilerError(f"py-spy saw {samples} samples in the operations, fewer than {FEWEST_SAMPLES}")
        file.write_text("".join(f"{stack} {count}\n" for stack, count in sorted(folded.items())), encoding="utf-8")
        # Shares, and no time an operation: a stopped or waiting process is sampled as well as a running one.
        hundredth = samples / 100
        return Taken(
            file=file,
            whole=hundredth,
            facts=(
                Fact("operations", str(operations)),
                Fact("samples in operations", f"{samples} at {RATE}/s"),
            ),
            costs=own_costs(folded, 1 / hundredth),
            unit="% of the samples",
            samples=samples,
        )


def fold(raw: str) -> Counter[str]:
    """Read py-spy's raw output: samples of each stack below the loop over the operations, by function."""
    folded: Counter[str] = Counter()
    for line in raw.splitlines():
        stack, _, count = line.rpartition(" ")
        frames = stack.split(";")
        loop = next((place for place, frame in enumerate(frames) if LOOP in frame), None)
        if loop is None or not count.isdecimal():
            continue
        below: list[str] = []
        for frame in frames[loop + 1 :]:
            known = _LINE.sub(")", _ADDRESS.sub(r"[\1]", frame))
            # Functions without a name are one frame, however they call each other.
            if not (below and below[-1] == known and known.startswith("[")):
                below.append(known)
        folded[";".join(below) or "the loop over operations"] += int(count)
    return folded


def own_costs(folded: Mapping[str, int], of_one: float) -> tuple[PlaceCost, ...]:
    """Return each function's own cost, dearest first; ``of_one`` is that of one count."""
    own: Counter[str] = Counter()
    for stack, count in folded.items():
        own[stack.rpartition(";")[2]] += count
    return tuple(PlaceCost(place, count * of_one) for place, count in own.most_common())


def _why(error: BenchmarkError | OSError) -> str:
    if isinstance(error, OSError):
        return f"py-spy left no file ({error.strerror})"
    said = [line.strip() for line in error.detail.splitlines() if line.startswith(("Error:", "Reason:"))]
    if any("ermission" in line for line in said):
        return "py-spy may not look into another process here; mend: allow ptrace (CAP_SYS_PTRACE, or run as root)"
    return f"py-spy: {said[0].removeprefix('Error: ')}" if said else error.reason
