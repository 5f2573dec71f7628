"""``openmetrics``: OpenMetrics text, in base units, each sample with the time at which the run ended.

For Prometheus: ``promtool tsdb create-blocks-from openmetrics FILE DIRECTORY`` puts past runs into a database.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tailgate.records import GateResult, VerdictKind
from tailgate.report.exports.figures import short_name
from tailgate.report.exports.run import TextFormat
from tailgate.report.plain_text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tailgate.records import Quantiles, RatioInterval, SideSummary, Verdict
    from tailgate.report.exports.run import ExportedRun

Sample = tuple[dict[str, str], float]
"""Labels and a value."""

_QUANTILES: Final = ("0.5", "0.9", "0.99", "0.999", "1.0")
_NANOSECONDS: Final = 1e-9
_LONGEST_NAME: Final = 1_024


@dataclass(frozen=True, slots=True)
class _Family:
    """One metric family with its samples."""

    name: str
    kind: str
    unit: str
    purpose: str
    samples: Iterable[Sample]

    def lines(self, moment: str) -> Iterator[str]:
        yield f"# TYPE {self.name} {self.kind}"
        if self.unit:
            yield f"# UNIT {self.name} {self.unit}"
        yield f"# HELP {self.name} {self.purpose}"
        sample = f"{self.name}_info" if self.kind == "info" else self.name
        for labels, value in self.samples:
            shown = ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items())
            yield f"{sample}{f'{{{shown}}}' if shown else ''} {_number(value)} {moment}"


def render(run: ExportedRun) -> str:
    """Return all families, closed by ``# EOF``."""
    result = run.result
    moment = f"{result.finished_at.timestamp():.3f}"
    return "".join(f"{line}\n" for family in _families(run) for line in family.lines(moment)) + "# EOF\n"


def _families(run: ExportedRun) -> Iterator[_Family]:
    result = run.result
    yield _Family("tailgate_run", "info", "", "The run and the machine that it was measured on.", _run(result))
    exit_code = float(result.exit_code)
    yield _Family("tailgate_run_exit_code", "gauge", "", "Exit code of the gate.", [({}, exit_code)])
    duration = (result.finished_at - result.started_at).total_seconds()
    purpose = "From the beginning of the run to its end, builds included."
    yield _Family("tailgate_run_duration_seconds", "gauge", "seconds", purpose, [({}, duration)])
    yield _Family("tailgate_verdict", "stateset", "", "What the gate says of a benchmark.", _verdicts(result))
    purpose = "Whether the verdict fails the build (1) or not (0)."
    yield _Family("tailgate_failing", "gauge", "", purpose, _failing(run))
    purpose = "Quantiles of the latency of an operation, medians over the processes of a side; 1.0 is the maximum."
    yield _Family("tailgate_latency_seconds", "gauge", "seconds", purpose, _latencies(result.verdicts))
    purpose = "The candidate's p99 over the baseline's, and the bounds of its 95 % interval."
    yield _Family("tailgate_p99_ratio", "gauge", "ratio", purpose, _ratios(result.verdicts))


def _run(result: GateResult) -> Iterator[Sample]:
    labels = {
        "run_id": result.run_id,
        "baseline": result.baseline.commit,
        "candidate": result.candidate.commit,
    }
    seen = result.fingerprint
    if seen is not None:
        labels |= {"host": seen.host, "cpu_model": seen.cpu_model, "kernel": seen.kernel, "python": seen.python}
        labels |= {"compiler": seen.compiler, "recorder": seen.recorder, "flags": seen.flags}
    yield labels, 1.0


def _verdicts(result: GateResult) -> Iterator[Sample]:
    for verdict in result.verdicts:
        for kind in VerdictKind:
            yield _of(verdict) | {"tailgate_verdict": kind.value}, float(verdict.kind is kind)


def _failing(run: ExportedRun) -> Iterator[Sample]:
    for verdict in run.result.verdicts:
        yield _of(verdict), float(run.is_failing(verdict))


def _latencies(verdicts: Iterable[Verdict]) -> Iterator[Sample]:
    for verdict in verdicts:
        comparison = verdict.comparison
        if comparison is None:
            continue
        for side, summary in (("baseline", comparison.baseline), ("candidate", comparison.candidate)):
            for leg, quantiles in _legs(summary):
                labels = _of(verdict) | {"side": side, "leg": leg}
                for quantile, value in zip(_QUANTILES, _values(quantiles), strict=True):
                    yield labels | {"quantile": quantile}, value * _NANOSECONDS


def _ratios(verdicts: Iterable[Verdict]) -> Iterator[Sample]:
    for verdict in verdicts:
        for leg, ratio in (("intrinsic", verdict.intrinsic), ("raw", verdict.raw)):
            if ratio is not None:
                for bound, value in _bounds(ratio):
                    yield _of(verdict) | {"leg": leg, "bound": bound}, value


def _of(verdict: Verdict) -> dict[str, str]:
    return {"benchmark": short_name(verdict.benchmark.label, _LONGEST_NAME)}


def _legs(summary: SideSummary) -> tuple[tuple[str, Quantiles], ...]:
    return (("intrinsic", summary.intrinsic), ("raw", summary.raw))


def _values(quantiles: Quantiles) -> tuple[float, ...]:
    return (quantiles.p50_ns, quantiles.p90_ns, quantiles.p99_ns, quantiles.p999_ns, quantiles.max_ns)


def _bounds(ratio: RatioInterval) -> tuple[tuple[str, float], ...]:
    return (("estimate", ratio.ratio), ("low", ratio.low), ("high", ratio.high))


def _number(value: float) -> str:
    # The letters that the standard gives to what is no finite number.
    return {"nan": "NaN", "inf": "+Inf", "-inf": "-Inf"}.get(repr(value), f"{value:.12g}")


def _escaped(text: str) -> str:
    return one_line(text).replace("\\", "\\\\").replace('"', '\\"')


FORMAT: Final = TextFormat("openmetrics", "Prometheus and its like: OpenMetrics text", render)
