"""The gate's result as a JSON document for programs: a contract, named by its ``schema``.

Built by hand instead of dumped from the records, so that renaming a field inside cannot change what others read.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, Final

from tailgate.report.writing import write_text

if TYPE_CHECKING:
    from pathlib import Path

    from tailgate.records import (
        Comparison,
        Effect,
        Failure,
        Fingerprint,
        GateResult,
        Quantiles,
        RatioInterval,
        Revision,
        SideSummary,
        Verdict,
        Waiver,
    )

SCHEMA: Final = "tailgate.gate/1"
"""Grows by fields only; a change of meaning raises the number."""

Document = dict[str, Any]


def to_json_document(result: GateResult) -> Document:
    """Return the document of one run: plain dictionaries and lists, numbers that are not finite as ``None``."""
    return {
        "schema": SCHEMA,
        "run_id": result.run_id,
        "started_at": result.started_at.isoformat(),
        "finished_at": result.finished_at.isoformat(),
        "baseline": _revision(result.baseline),
        "candidate": _revision(result.candidate),
        "fingerprint": None if result.fingerprint is None else _fingerprint(result.fingerprint),
        "exit_code": int(result.exit_code),
        "summary": result.summary,
        "benchmarks": [_verdict(verdict) for verdict in result.verdicts],
    }


def write_json(result: GateResult, path: Path) -> None:
    """Write the document so that a reader sees the old file or the new one, never a half.

    Raises
    ------
    ConfigurationError
        When the file cannot be written there; what was at ``path`` is untouched.
    """
    write_document(to_json_document(result), path)


def write_document(document: Document, path: Path) -> None:
    """Write a document as ``write_json`` does."""
    write_text(to_text(document), path)


def to_text(document: Document) -> str:
    """Return a document as text: ASCII only, so that a commit message that is no Unicode cannot break the report."""
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _revision(revision: Revision) -> Document:
    return {"commit": revision.commit, "label": revision.label, "subject": revision.subject}


def _fingerprint(fingerprint: Fingerprint) -> Document:
    return {
        "host": fingerprint.host,
        "cpu_model": fingerprint.cpu_model,
        "cpu_count": fingerprint.cpu_count,
        "kernel": fingerprint.kernel,
        "python": fingerprint.python,
        "compiler": fingerprint.compiler,
        "probe_version": fingerprint.probe_version,
        "recorder": fingerprint.recorder,
        "flags": fingerprint.flags,
    }


def _verdict(verdict: Verdict) -> Document:
    comparison = verdict.comparison
    return {
        "name": verdict.benchmark.name,
        "parameters": list(verdict.benchmark.parameters),
        "verdict": verdict.kind.value,
        "counts": verdict.counts,
        "reasons": list(verdict.reasons),
        "elapsed_s": _number(verdict.elapsed_s),
        "ratio_of_p99": {"intrinsic": _ratio(verdict.intrinsic), "raw": _ratio(verdict.raw)},
        "evidence": None if comparison is None else _comparison(comparison),
        "failures": [_failure(failure) for failure in verdict.failures],
        "waiver": None if verdict.waiver is None else _waiver(verdict.waiver),
    }


def _waiver(waiver: Waiver) -> Document:
    return {
        "reason": waiver.reason,
        "author": waiver.author,
        "bound": _number(waiver.bound),
        "expires": waiver.expires.isoformat(),
    }


def _ratio(ratio: RatioInterval | None) -> Document | None:
    if ratio is None:
        return None
    return {"ratio": _number(ratio.ratio), "low": _number(ratio.low), "high": _number(ratio.high)}


def _comparison(comparison: Comparison) -> Document:
    return {
        "baseline": _side(comparison.baseline),
        "candidate": _side(comparison.candidate),
        "effects": {"intrinsic": _effect(comparison.intrinsic), "raw": _effect(comparison.raw)},
    }


def _side(side: SideSummary) -> Document:
    return {
        "intrinsic": _quantiles(side.intrinsic),
        "raw": _quantiles(side.raw),
        "processes": side.processes,
        "replays": side.replays,
        "operations": side.operations,
    }


def _quantiles(quantiles: Quantiles) -> Document:
    return {
        "p50_ns": _number(quantiles.p50_ns),
        "p90_ns": _number(quantiles.p90_ns),
        "p99_ns": _number(quantiles.p99_ns),
        "p999_ns": _number(quantiles.p999_ns),
        "max_ns": _number(quantiles.max_ns),
    }


def _effect(effect: Effect) -> Document:
    return {
        "log_ratios": [_number(value) for value in effect.log_ratios],
        "log_location": _number(effect.log_location),
        "log_scale": _number(effect.log_scale),
        "degrees_of_freedom": _number(effect.degrees_of_freedom),
    }


def _failure(failure: Failure) -> Document:
    return {
        "side": failure.side.value,
        "reason": failure.reason,
        "detail": failure.detail,
        "is_absent": failure.is_absent,
    }
