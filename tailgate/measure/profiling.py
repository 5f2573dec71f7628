"""Profiles of one benchmark at two commits: tool by tool, both sides, and what changed between them.

In: both sides' environments. Out: :class:`ToolRun`, one a tool and side, whose record says in one line why there is
none where a tool is missing, may not look on, or the benchmark fails under it.
"""

from __future__ import annotations

import hashlib
import math
import re
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tailgate.history_records import Fact, Profile
from tailgate.measure.probe_process import ProbeProcess, command_without_randomisation
from tailgate.measure.profilers import Callgrind, Memray, ProfilerError, PySpy, Scalene, Taken
from tailgate.records import Side

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tailgate.measure.environments import BuiltEnvironment
    from tailgate.measure.profilers import Profiler
    from tailgate.records import BenchmarkId, BenchmarkSpecification

CHANGES_SHOWN: Final = 5
SMALLEST_CHANGE_SHARE: Final = 0.01
"""Changes of one place below this share of the baseline's whole are not worth a line."""

LONGEST_NAME: Final = 80

STANDARD_ERRORS: Final = 4.0
"""How far shares must differ: there are many places, and samples that follow each other are alike."""


@dataclass(frozen=True, slots=True)
class ToolRun:
    """One tool's run on one side.

    Attributes
    ----------
    whole, unit
        The numbers in the file, over ``whole``, are in ``unit``; 0 and empty where there is no profile.
    """

    side: Side
    profile: Profile
    whole: float = 0.0
    unit: str = ""


class Profiling:
    """Profiles benchmarks of two environments.

    Parameters
    ----------
    environments, benchmark_folder
        What is profiled, side by side.
    variables
        Of each side's processes: the overlay of feature flags, for example.
    folder
        Where the tools' files go; the records' ``file`` is relative to it.
    profilers
        The tools, in the order of their use.
    """

    def __init__(
        self,
        environments: Mapping[Side, BuiltEnvironment],
        benchmark_folder: Path,
        variables: Mapping[Side, Mapping[str, str]],
        folder: Path,
        profilers: Sequence[Profiler],
    ) -> None:
        self._environments = environments
        without = command_without_randomisation()
        self._processes = {
            side: ProbeProcess(environment, benchmark_folder, without) for side, environment in environments.items()
        }
        self._variables = variables
        self._folder = folder
        self._profilers = profilers

    def profile(self, run_id: str, specification: BenchmarkSpecification) -> Iterator[tuple[ToolRun, ToolRun]]:
        """Yield what each tool saw of the baseline and of the candidate, whose facts name what changed."""
        place = profile_folder(run_id, specification.benchmark)
        (self._folder / place).mkdir(parents=True, exist_ok=True)
        for profiler in self._profilers:
            taken = {side: self._take(profiler, side, specification, place) for side in Side}
            runs = {
                side: _tool_run(side, self._record(run_id, specification, profiler, side, item), item)
                for side, item in taken.items()
            }
            before, after = taken[Side.BASELINE], taken[Side.CANDIDATE]
            if isinstance(before, Taken) and isinstance(after, Taken):
                profile = runs[Side.CANDIDATE].profile
                explained = replace(profile, facts=(*profile.facts, *changes(before, after)))
                runs[Side.CANDIDATE] = replace(runs[Side.CANDIDATE], profile=explained)
            yield runs[Side.BASELINE], runs[Side.CANDIDATE]

    def _take(
        self, profiler: Profiler, side: Side, specification: BenchmarkSpecification, place: str
    ) -> Taken | ProfilerError:
        # In a folder of its own first: what outlives a killed run writes there, and never over a finished file.
        with tempfile.TemporaryDirectory(prefix="tailgate-profile-") as scratch:
            stem = Path(scratch) / f"{side}-{profiler.tool}"
            try:
                taken = profiler.take(self._processes[side], specification, self._variables[side], stem)
            except ProfilerError as error:
                return error
            file = self._folder / place / taken.file.name
            partial = file.with_suffix(".partial")
            shutil.copyfile(taken.file, partial)
            partial.replace(file)
            return replace(taken, file=file)

    def _record(
        self,
        run_id: str,
        specification: BenchmarkSpecification,
        profiler: Profiler,
        side: Side,
        taken: Taken | ProfilerError,
    ) -> Profile:
        commit = self._environments[side].revision.commit
        if isinstance(taken, ProfilerError):
            failure = " ".join(str(taken).split())
            return Profile(run_id, specification.benchmark, commit, profiler.tool, file="", failure=failure)
        file = taken.file.relative_to(self._folder).as_posix()
        return Profile(run_id, specification.benchmark, commit, profiler.tool, file=file, facts=taken.facts)


def standard_profilers(seconds: float) -> tuple[Profiler, ...]:
    """Return the four tools; ``seconds`` is how long the sampling ones look on, each side."""
    return (PySpy(seconds), Scalene(seconds), Memray(), Callgrind())


def profile_folder(run_id: str, benchmark: BenchmarkId) -> str:
    """Name the folder of one benchmark's profiles: any label becomes a short name that is harmless in a path."""
    readable = re.sub(r"[^A-Za-z0-9]+", "-", benchmark.label).strip("-")[:LONGEST_NAME]
    return f"{run_id}/{readable}-{hashlib.sha256(benchmark.label.encode()).hexdigest()[:8]}"


def _tool_run(side: Side, profile: Profile, taken: Taken | ProfilerError) -> ToolRun:
    return ToolRun(side, profile, taken.whole, taken.unit) if isinstance(taken, Taken) else ToolRun(side, profile)


def changes(before: Taken, after: Taken) -> tuple[Fact, ...]:
    """Name the places whose own cost changed most, worst first; what chance explains in samples is left out."""
    sides = [{item.place: item.cost for item in taken.costs} for taken in (before, after)]
    costs = {
        place: sides[1].get(place, 0.0) - sides[0].get(place, 0.0)
        for place in (sides[0] | sides[1])
        if not _is_chance(sides[0].get(place, 0.0), sides[1].get(place, 0.0), before.samples, after.samples)
    }
    smallest = SMALLEST_CHANGE_SHARE * sum(item.cost for item in before.costs)
    largest = sorted(costs.items(), key=lambda item: (-abs(item[1]), item[0]))[:CHANGES_SHOWN]
    shown = sorted(largest, key=lambda item: (-item[1], item[0]))
    return tuple(Fact(f"change: {place}", f"{cost:+.4g} {after.unit}") for place, cost in shown if abs(cost) > smallest)


def _is_chance(before: float, after: float, samples_before: float, samples_after: float) -> bool:
    """Whether two shares of samples, in per cent, differ by no more than chance makes them; never for exact counts."""
    if not (samples_before and samples_after):
        return False
    hits = (before * samples_before + after * samples_after) / 100
    share = hits / (samples_before + samples_after)
    error = math.sqrt(share * (1 - share) * (1 / samples_before + 1 / samples_after))
    return abs(after - before) <= 100 * STANDARD_ERRORS * error
