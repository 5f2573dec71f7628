"""Writes what a night found: store -> Markdown and pictures, in its own folder below the state folder's ``nights``.

In: a night whose steps are done. Out: the folder. Written again, it is replaced file by file.
"""

from __future__ import annotations

import hashlib
import platform
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tailgate import compare
from tailgate.night_records import NightStepKind
from tailgate.pipeline.history import read_machine
from tailgate.records import VerdictKind
from tailgate.report import (
    NO_MATPLOTLIB,
    NightFacts,
    can_draw,
    night_markdown,
    ratio_forest,
    series_picture,
    write_bytes,
    write_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tailgate.night_records import Night
    from tailgate.pipeline.workplace import Workplace
    from tailgate.records import BenchmarkId

REPORT = "report.md"

GATE_PICTURES = {
    NightStepKind.GATE_MOVING: "ratios-last-night.png",
    NightStepKind.GATE_PINNED: "ratios-pinned.png",
}

MOST_SERIES = 20
"""Regressed benchmarks that get a picture of their series: mail has limits."""


def write_night_report(night: Night, workplace: Workplace) -> Path:
    """Write the report of a night; return its folder."""
    facts = night_facts(night, workplace)
    folder = workplace.project.state_folder / "nights" / night.night_id
    folder.mkdir(parents=True, exist_ok=True)
    if can_draw():
        pictures = []
        for name, content in _pictures(facts, workplace):
            write_bytes(content, folder / name)
            pictures.append(name)
        facts = replace(facts, pictures=tuple(pictures))
    else:
        facts = replace(facts, no_pictures=NO_MATPLOTLIB)
    write_text(night_markdown(facts), folder / REPORT)
    return folder


def night_facts(night: Night, workplace: Workplace) -> NightFacts:
    """Gather what a night left in the store."""
    store = workplace.store
    results = {}
    for step in night.steps:
        result = store.result(step.run_id) if step.run_id else None
        if result is not None:
            results[step.run_id] = result
    pinned = store.history.pinned(platform.node())
    drifts = read_machine(platform.node(), pinned, workplace)[1] if pinned else ()
    profiles = [item for run_id in results for item in store.history.profiles(run_id)]
    return NightFacts(night, results, store.nights.false_alarms(), drifts, tuple(profiles))


def _pictures(facts: NightFacts, workplace: Workplace) -> Iterator[tuple[str, bytes]]:
    """Yield names and contents: all ratios of each gate, and the series of what regressed."""
    regressed: dict[BenchmarkId, None] = {}
    for step in facts.night.steps:
        result = facts.results.get(step.run_id)
        if step.kind not in GATE_PICTURES or result is None:
            continue
        title = f"{result.baseline.short} to {result.candidate.short}: {result.summary}"
        yield GATE_PICTURES[step.kind], ratio_forest(result, title)
        regressed |= {item.benchmark: None for item in result.verdicts if item.kind is VerdictKind.REGRESSED}
    for benchmark in list(regressed)[:MOST_SERIES]:
        series = workplace.store.history.series(benchmark, platform.node())
        if series is not None:
            changes = compare.find_change_points(series)
            yield f"series-{_slug(benchmark.label)}.png", series_picture(series, changes, benchmark.label)


def _slug(label: str) -> str:
    readable = re.sub(r"[^A-Za-z0-9]+", "-", label).strip("-")[:60]
    return f"{readable}-{hashlib.sha256(label.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
