"""Reads the gate's JSON document back: a report of another machine can be shown and exported without its store."""

from __future__ import annotations

import json
import math
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from tailgate.errors import ConfigurationError
from tailgate.records import (
    BenchmarkId,
    Comparison,
    Effect,
    Failure,
    Fingerprint,
    GateResult,
    Leg,
    Quantiles,
    RatioInterval,
    Revision,
    Side,
    SideSummary,
    Verdict,
    VerdictKind,
    Waiver,
)
from tailgate.report.json_document import SCHEMA, Document

if TYPE_CHECKING:
    from pathlib import Path


def read_json(path: Path) -> GateResult:
    """Read what ``write_json`` wrote; fields of later versions are passed over.

    Raises
    ------
    ConfigurationError
        The file is missing, or no such document.
    """
    try:
        return from_json_document(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ConfigurationError(
            f"the report {path} cannot be read ({error.strerror}); mend: name what `tailgate gate --json` wrote"
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ConfigurationError(
            f"{path} is no {SCHEMA} document ({type(error).__name__}: {error}); "
            "mend: name what `tailgate gate --json` wrote"
        ) from error


def from_json_document(document: Document) -> GateResult:
    """Return the result that a document was made of; ``None`` where a number is becomes NaN.

    Raises
    ------
    ValueError, KeyError, TypeError, AttributeError
        It is no such document.
    """
    if document["schema"] != SCHEMA:
        raise ValueError(f"its schema is {document['schema']!r}")
    seen = document["fingerprint"]
    return GateResult(
        run_id=_text(document["run_id"]),
        started_at=datetime.fromisoformat(document["started_at"]),
        finished_at=datetime.fromisoformat(document["finished_at"]),
        baseline=_revision(document["baseline"]),
        candidate=_revision(document["candidate"]),
        fingerprint=None if seen is None else _fingerprint(seen),
        verdicts=tuple(_verdict(item) for item in document["benchmarks"]),
        exit_code=int(document["exit_code"]),
        summary=_text(document["summary"]),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _revision(document: Document) -> Revision:
    return Revision(_text(document["commit"]), _text(document["label"]), _text(document["subject"]))


def _fingerprint(document: Document) -> Fingerprint:
    return Fingerprint(
        host=_text(document["host"]),
        cpu_model=_text(document["cpu_model"]),
        cpu_count=int(document["cpu_count"]),
        kernel=_text(document["kernel"]),
        python=_text(document["python"]),
        compiler=_text(document["compiler"]),
        probe_version=_text(document["probe_version"]),
        recorder=_text(document["recorder"]),
        flags=_text(document["flags"]),
    )


def _verdict(document: Document) -> Verdict:
    benchmark = BenchmarkId(_text(document["name"]), tuple(_text(value) for value in document["parameters"]))
    evidence, waiver, ratios = document["evidence"], document["waiver"], document["ratio_of_p99"]
    return Verdict(
        benchmark=benchmark,
        kind=VerdictKind(document["verdict"]),
        reasons=tuple(_text(reason) for reason in document["reasons"]),
        comparison=None if evidence is None else _comparison(benchmark, evidence),
        intrinsic=_ratio(ratios["intrinsic"]),
        raw=_ratio(ratios["raw"]),
        failures=tuple(_failure(benchmark, item) for item in document["failures"]),
        counts=bool(document["counts"]),
        elapsed_s=_number(document["elapsed_s"]),
        waiver=None if waiver is None else _waiver(benchmark, waiver),
    )


def _waiver(benchmark: BenchmarkId, document: Document) -> Waiver:
    return Waiver(
        benchmark=benchmark.label,
        reason=_text(document["reason"]),
        author=_text(document["author"]),
        bound=_number(document["bound"]),
        expires=date.fromisoformat(document["expires"]),
    )


def _ratio(document: Document | None) -> RatioInterval | None:
    if document is None:
        return None
    return RatioInterval(_number(document["ratio"]), _number(document["low"]), _number(document["high"]))


def _comparison(benchmark: BenchmarkId, document: Document) -> Comparison:
    effects = document["effects"]
    return Comparison(
        benchmark=benchmark,
        baseline=_side(document["baseline"]),
        candidate=_side(document["candidate"]),
        intrinsic=_effect(Leg.INTRINSIC, effects["intrinsic"]),
        raw=_effect(Leg.RAW, effects["raw"]),
    )


def _side(document: Document) -> SideSummary:
    return SideSummary(
        intrinsic=_quantiles(document["intrinsic"]),
        raw=_quantiles(document["raw"]),
        processes=int(document["processes"]),
        replays=int(document["replays"]),
        operations=int(document["operations"]),
    )


def _quantiles(document: Document) -> Quantiles:
    return Quantiles(*(_number(document[name]) for name in ("p50_ns", "p90_ns", "p99_ns", "p999_ns", "max_ns")))


def _effect(leg: Leg, document: Document) -> Effect:
    return Effect(
        leg=leg,
        log_ratios=tuple(_number(value) for value in document["log_ratios"]),
        log_location=_number(document["log_location"]),
        log_scale=_number(document["log_scale"]),
        degrees_of_freedom=_number(document["degrees_of_freedom"]),
    )


def _failure(benchmark: BenchmarkId, document: Document) -> Failure:
    return Failure(
        benchmark=benchmark,
        side=Side(document["side"]),
        reason=_text(document["reason"]),
        detail=_text(document["detail"]),
        is_absent=bool(document["is_absent"]),
    )
