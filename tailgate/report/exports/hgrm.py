"""``hgrm``: HdrHistogram's percentile output, one file for each benchmark, side and leg.

Intrinsic is the profile of every process taken together, raw is every operation of every replay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tailgate.errors import NothingMeasuredError
from tailgate.report.exports.hdr_histogram import HdrHistogram
from tailgate.report.exports.run import FolderFormat
from tailgate.report.file_names import file_stems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tailgate.records import BenchmarkId, Leg, Side
    from tailgate.report.exports.run import ExportedRun

SUFFIX: Final = ".hgrm"


def render(run: ExportedRun) -> Iterator[tuple[str, str]]:
    """Yield name and text of each file.

    Raises
    ------
    NothingMeasuredError
        No measurement of the run is kept.
    """
    histograms: dict[tuple[BenchmarkId, Side, Leg], HdrHistogram] = {}
    for item in run.distributions():
        histograms.setdefault((item.benchmark, item.side, item.leg), HdrHistogram()).record(item.values_ns)
    if not histograms:
        raise NothingMeasuredError(
            f"no measurement of the run {run.result.run_id} is kept, so there are no distributions to export; "
            "mend: choose a run that measured something, from the store that holds it"
        )
    stems = file_stems(sorted({benchmark.label for benchmark, _, _ in histograms}))
    for (benchmark, side, leg), histogram in sorted(histograms.items(), key=lambda entry: entry[0]):
        yield f"{stems[benchmark.label]}.{side.value}.{leg.value}{SUFFIX}", histogram.percentile_output()


FORMAT: Final = FolderFormat(
    "hgrm", "HdrHistogram's plotters: the percentiles of each benchmark, side and leg", SUFFIX, render
)
