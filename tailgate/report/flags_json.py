"""A study of flags as a JSON document for programs: a contract, named by its ``schema``.

Built by hand like the gate's document, so that renaming a field inside cannot change what others read.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from tailgate.report.flags_text import STATES
from tailgate.report.json_document import write_document

if TYPE_CHECKING:
    from pathlib import Path

    from tailgate.flag_records import FlagEffect, FlagFailure, FlagStudy, Switch

FLAGS_SCHEMA: Final = "tailgate.flags/1"
"""Grows by fields only; a change of meaning raises the number."""

Document = dict[str, Any]


def to_flags_document(study: FlagStudy) -> Document:
    """Return the document of one study: plain dictionaries and lists, numbers that are not finite as ``None``."""
    seen = study.fingerprint
    return {
        "schema": FLAGS_SCHEMA,
        "study_id": study.study_id,
        "started_at": study.started_at.isoformat(),
        "finished_at": study.finished_at.isoformat(),
        "commit": study.revision.commit,
        "label": study.revision.label,
        "subject": study.revision.subject,
        "machine": {
            "host": seen.host,
            "cpu_model": seen.cpu_model,
            "cpu_count": seen.cpu_count,
            "kernel": seen.kernel,
            "python": seen.python,
            "compiler": seen.compiler,
            "recorder": seen.recorder,
            "probe_version": seen.probe_version,
        },
        "exit_code": int(study.exit_code),
        "summary": study.summary,
        "notes": list(study.notes),
        "unmeasured": list(study.unmeasured),
        "flags": [_switch(switch, study) for switch in study.switches],
    }


def write_flags_json(study: FlagStudy, path: Path) -> None:
    """Write the document so that a reader sees the old file or the new one, never a half.

    Raises
    ------
    ConfigurationError
        When the file cannot be written there.
    """
    write_document(to_flags_document(study), path)


def _switch(switch: Switch, study: FlagStudy) -> Document:
    return {
        "name": switch.name,
        "flags": list(switch.flags),
        "requires": list(switch.requires),
        "effects": [_effect(effect) for effect in study.effects if effect.flag == switch.name],
        "failures": [_failure(item) for item in study.failures if item.flag == switch.name],
    }


def _effect(effect: FlagEffect) -> Document:
    return {
        "benchmark": effect.benchmark.name,
        "parameters": list(effect.benchmark.parameters),
        "metric": effect.metric.value,
        "off": _number(effect.off),
        "on": _number(effect.on),
        "ratio": _number(effect.ratio.ratio),
        "low": _number(effect.ratio.low),
        "high": _number(effect.ratio.high),
        "tool": effect.tool,
        "processes": effect.processes,
        "measured_at": effect.measured_at.isoformat(),
    }


def _failure(item: FlagFailure) -> Document:
    failure = item.failure
    return {
        "benchmark": failure.benchmark.name,
        "parameters": list(failure.benchmark.parameters),
        "state": STATES[failure.side],
        "reason": failure.reason,
        "detail": failure.detail,
        "is_absent": failure.is_absent,
    }


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
