"""callgrind: how many instructions one replay takes, function by function; the same in every run."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from typing import TYPE_CHECKING, Final

from tailgate.history_records import Fact, ProfileTool
from tailgate.measure.benchmark_process import BenchmarkError
from tailgate.measure.counting import callgrind_task
from tailgate.measure.profilers.interface import PlaceCost, ProfilerError, Taken

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tailgate.measure.probe_process import ProbeProcess
    from tailgate.records import BenchmarkSpecification

_FUNCTION: Final = re.compile(r"^fn=\((\d+)\)(?: (.*))?$")
_NAME: Final = re.compile(r"^c?fn=\((\d+)\) (.*)$")
_COST: Final = re.compile(r"^[+*\d-]\S* (\d+)")


class Callgrind:
    """Counts instructions with valgrind's callgrind."""

    tool = ProfileTool.CALLGRIND

    def __init__(self) -> None:
        self._valgrind = shutil.which("valgrind")

    def take(
        self,
        process: ProbeProcess,
        specification: BenchmarkSpecification,
        variables: Mapping[str, str],
        stem: Path,
    ) -> Taken:
        """Count; see ``Profiler``."""
        if self._valgrind is None:
            raise ProfilerError("valgrind is not installed; mend: Debian: apt-get install valgrind")
        file = stem.with_name(f"{stem.name}.out")
        try:
            operations = process.run(specification, variables, callgrind_task(self._valgrind, file))["operations"]
            functions = read_functions(file.read_text(encoding="utf-8", errors="replace"))
        except BenchmarkError as error:
            raise ProfilerError(f"callgrind: {error.reason}") from error
        except OSError as error:
            raise ProfilerError(f"callgrind left no file ({error.strerror})") from error
        total = sum(functions.values())
        if not total:
            raise ProfilerError("callgrind counted nothing: is the probe's recorder the native one?")
        return Taken(
            file=file,
            whole=operations,
            facts=(
                Fact("operations", str(operations)),
                Fact("instructions", f"{total / operations:.1f} an operation"),
            ),
            costs=tuple(PlaceCost(name, count / operations) for name, count in functions.most_common()),
            unit="instructions an operation",
        )


def read_functions(text: str) -> Counter[str]:
    """Read a callgrind file: each function's own instructions.

    Names are given once and then numbered; the line after ``calls=`` is what a call cost in all, and not the
    function's own.
    """
    names: dict[str, str] = {}
    own: Counter[str] = Counter()
    function = ""
    is_call = False
    for line in text.splitlines():
        named = _NAME.match(line)
        if named:
            names[named[1]] = named[2]
        started = _FUNCTION.match(line)
        if started:
            function = names.get(started[1], f"function {started[1]}")
        elif line.startswith("calls="):
            is_call = True
        else:
            cost = _COST.match(line)
            if cost and function and not is_call:
                own[function] += int(cost[1])
            is_call = is_call and not cost
    return own
