"""The figures of a run as trackers of benchmarks take them: the candidate's, with the interval that the gate found."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tailgate.errors import NothingMeasuredError
from tailgate.records import Leg
from tailgate.report.plain_text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tailgate.records import Quantiles, RatioInterval, Verdict
    from tailgate.report.exports.run import ExportedRun


@dataclass(frozen=True, slots=True)
class Figures:
    """One leg of one benchmark.

    Attributes
    ----------
    p99_low_ns, p99_high_ns
        The 95 % interval of the ratio of p99, laid around the candidate's p99: what it would be against a baseline that
        is known exactly. ``None`` where there is no interval.
    """

    verdict: Verdict
    leg: Leg
    baseline: Quantiles
    candidate: Quantiles
    ratio: RatioInterval | None
    p99_low_ns: float | None
    p99_high_ns: float | None


def figures(run: ExportedRun) -> Iterator[Figures]:
    """Yield both legs of each benchmark whose p99 is a number.

    Raises
    ------
    NothingMeasuredError
        There is none: an empty file would read as a run in which all is well.
    """
    found = False
    for verdict in run.result.verdicts:
        comparison = verdict.comparison
        if comparison is None:
            continue
        before, after = comparison.baseline, comparison.candidate
        for leg, baseline, candidate, ratio in (
            (Leg.INTRINSIC, before.intrinsic, after.intrinsic, verdict.intrinsic),
            (Leg.RAW, before.raw, after.raw, verdict.raw),
        ):
            if math.isfinite(candidate.p99_ns):
                found = True
                yield Figures(verdict, leg, baseline, candidate, ratio, *_interval(candidate.p99_ns, ratio))
    if not found:
        raise NothingMeasuredError(
            f"no benchmark of the run {run.result.run_id} has figures ({one_line(run.result.summary)}); "
            "mend: mend what failed and run the gate again"
        )


def short_name(text: str, longest: int) -> str:
    """Return a foreign name on one line; one that had to be changed ends in a digest, so that names stay different."""
    name = one_line(text)
    if name == text and len(name) <= longest:
        return name
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{name[: longest - len(digest) - 1]}~{digest}"


def _interval(p99_ns: float, ratio: RatioInterval | None) -> tuple[float | None, float | None]:
    if ratio is None or not ratio.ratio > 0:
        return None, None
    low, high = (p99_ns * bound / ratio.ratio for bound in (ratio.low, ratio.high))
    return (low, high) if math.isfinite(low) and math.isfinite(high) else (None, None)
