"""``hgrm``: HdrHistogram's percentile output, one file for each benchmark, side and leg.

Intrinsic is the profile of every process taken together, raw is every operation of every replay.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from tailgate.errors import NothingMeasuredError
from tailgate.report.exports.hdr_histogram import HdrHistogram
from tailgate.report.exports.run import FolderFormat
from tailgate.report.plain_text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tailgate.records import BenchmarkId, Leg, Side
    from tailgate.report.exports.run import ExportedRun

SUFFIX: Final = ".hgrm"
_LONGEST_NAME: Final = 120
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")


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


def file_stems(labels: Sequence[str]) -> dict[str, str]:
    """Return for each label a name that every file system takes, and that no other label has.

    One that had to be changed ends in a digest of its label, and so do labels that differ in small and capitals only,
    which some file systems take for one.
    """
    usual = Counter(_safe(label).casefold() for label in labels)
    return {label: _safe(label) if usual[_safe(label).casefold()] == 1 else _digested(label) for label in labels}


def _safe(label: str) -> str:
    is_safe = len(label) <= _LONGEST_NAME and not _UNSAFE.search(label) and label.strip("._-") == label
    return label if label and is_safe else _digested(label)


def _digested(label: str) -> str:
    digest = hashlib.sha256(label.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{_UNSAFE.sub('_', one_line(label)).strip('._-')[:_LONGEST_NAME]}-{digest}"


FORMAT: Final = FolderFormat(
    "hgrm", "HdrHistogram's plotters: the percentiles of each benchmark, side and leg", SUFFIX, render
)
