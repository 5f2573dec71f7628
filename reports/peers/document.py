"""The figures as JSON: facts and findings come in, a document goes out that keeps every round."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from reports.peers.ratios import sections
from reports.peers.records import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.peers.facts import Facts
    from reports.peers.ratios import Line
    from reports.peers.records import Findings

LAYOUT = 1
"""Version of the document; a change that old readers cannot read raises it."""


def to_json(facts: Facts, findings: Sequence[Findings]) -> str:
    """Write the document; all times are nanoseconds."""
    document = {
        "layout": LAYOUT,
        "facts": asdict(facts),
        "comparisons": [_comparison(found, facts.baseline) for found in findings],
    }
    return json.dumps(document, indent=1) + "\n"


def _comparison(found: Findings, baseline: str) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "title": found.title,
        "note": found.note,
        "operations": {
            section.operation: [_line(line) for line in section.lines] for section in sections(found, baseline)
        },
        "not_measured": [
            {"name": row.name, "version": row.version, "status": row.status.value, "reason": row.reason}
            for row in found.rows
            if row.status is not Status.MEASURED
        ],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "name": line.row.name,
        "version": line.row.version,
        "is_ours": line.row.is_ours,
        "p50_ns": line.p50_ns,
        "p99_ns": line.p99_ns,
        "p50_ratio": line.p50_ratio,
        "p99_ratio": line.p99_ratio,
        "rounds": [asdict(found) for found in line.row.rounds],
    }
