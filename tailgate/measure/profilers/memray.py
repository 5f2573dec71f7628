"""memray: where one replay allocates, to the allocation, as folded stacks."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tailgate.history_records import Fact, ProfileTool
from tailgate.measure.benchmark_process import BenchmarkError
from tailgate.measure.counting import memory_task
from tailgate.measure.probe_process import own_folder_of
from tailgate.measure.profilers.interface import ProfilerError, Taken
from tailgate.measure.profilers.py_spy import own_costs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tailgate.measure.probe_process import ProbeProcess
    from tailgate.records import BenchmarkSpecification


class Memray:
    """Counts allocations with memray."""

    tool = ProfileTool.MEMRAY

    def __init__(self) -> None:
        self._own_folder = own_folder_of("memray")

    def take(
        self,
        process: ProbeProcess,
        specification: BenchmarkSpecification,
        variables: Mapping[str, str],
        stem: Path,
    ) -> Taken:
        """Count; see ``Profiler``."""
        lack = process.lacks("memray", self._own_folder, "allocations")
        if lack is not None:
            raise ProfilerError(lack)
        file = stem.with_name(f"{stem.name}.folded")
        try:
            counted = process.run(specification, variables, memory_task(self._own_folder, f"--stacks={file}"))
        except BenchmarkError as error:
            raise ProfilerError(f"memray: {error.reason}") from error
        operations = counted["operations"]
        folded: Counter[str] = Counter()
        for line in file.read_text(encoding="utf-8").splitlines():
            stack, _, count = line.rpartition(" ")
            # By the function that asks: the allocator below it is no place.
            folded[stack.rpartition(";")[0] or stack] += int(count)
        return Taken(
            file=file,
            whole=operations,
            facts=(
                Fact("operations", str(operations)),
                Fact("allocations", f"{counted['allocations'] / operations:.4g} an operation"),
                Fact("native allocations", f"{counted['native_allocations'] / operations:.4g} an operation"),
                Fact("peak memory", f"{counted['peak_bytes']} bytes"),
            ),
            costs=own_costs(folded, 1 / operations),
            unit="allocations an operation",
        )
