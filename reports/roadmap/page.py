"""The roadmap as pages. In: the plan, the effects of flags. Out: HTML for browsers, Markdown for the repository.

What the templates get is text that is ready to be shown; they hold no logic. HTML is escaped by the template engine.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reports.roadmap.judge import Finding, Holds, Reading, judge
from reports.roadmap.targets import DEPLOYED, TargetLine, target_line
from tailgate.flag_records import Metric
from tailgate.report.plain_text import one_line
from tailgate.report.site import stylesheet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from reports.roadmap.rows import Plan, Row
    from tailgate.flag_records import FlagEffect
    from tailgate.store import StoredFlagStudy

TEMPLATES = Path(__file__).parent / "templates"

COUNTED = {Metric.PEAK_MEMORY, Metric.RESIDENT_MEMORY}
LATENCIES = {Metric.P50, Metric.P99, Metric.P999, Metric.RAW_P99, Metric.RAW_P999}
MARKS = {
    Holds.HOLDS: "holds",
    Holds.PARTLY: "partly",
    Holds.NOT: "not",
    Holds.OPEN: "open",
    Holds.UNCLAIMED: "open",
}


def newest(studies: Sequence[StoredFlagStudy], code_of: Callable[[str], str] = str) -> StoredFlagStudy | None:
    """Join the studies that may be shown in one table: of the newest one's code and machine.

    Parameters
    ----------
    studies
        Newest first.
    code_of
        Commit to a key that commits of the same code share; see :mod:`reports.roadmap.same_code`. Of the deployed state
        only the newest commit's own measurements count.

    Returns
    -------
    StoredFlagStudy or None
        The newest effect of each flag, benchmark and metric; ``None`` where nothing was ever measured.
    """
    first = next((study for study in studies if study.effects), None)
    if first is None:
        return studies[0] if studies else None
    commit = first.effects[0].commit
    place = _place(first.effects[0], code_of)
    joined = [study for study in studies if study.effects and _place(study.effects[0], code_of) == place]
    effects: dict[tuple[object, ...], FlagEffect] = {}
    for study in joined:
        for effect in study.effects:
            if effect.flag == DEPLOYED and effect.commit != commit:
                continue
            effects.setdefault((effect.flag, effect.benchmark, effect.metric), effect)
    # A failure counts for as long as no later run has measured the flag.
    failures = [item for study in joined for item in study.failures]
    failures += [item for study in studies if not study.effects for item in study.failures]
    return type(first)(f"{len(joined)}", tuple(effects.values()), tuple(failures))


def _place(effect: FlagEffect, code_of: Callable[[str], str]) -> tuple[str, ...]:
    seen = effect.fingerprint
    machine = (seen.host, seen.cpu_model, seen.kernel, seen.python)
    return (code_of(effect.commit), *machine, seen.probe_version, seen.recorder)


def render(plan: Plan, study: StoredFlagStudy | None, template: str, *, memory_nodes: int) -> str:
    """Write one page.

    Parameters
    ----------
    study
        From :func:`newest`.
    template
        ``roadmap.html`` or ``roadmap.md``.
    memory_nodes
        How many memory nodes the machine has.
    """
    effects = study.effects if study else ()
    failures = study.failures if study else ()
    cores = effects[0].fingerprint.cpu_count if effects else 0
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=template.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["cell"] = _cell
    findings = [(row, judge(row, effects, failures, memory_nodes)) for row in plan.row]
    lines = [target_line(target, effects, cores) for target in plan.target]
    return environment.get_template(f"{template}.jinja").render(
        facts=_facts(study),
        rows=[_row(row, finding) for row, finding in findings],
        targets=[_target(line) for line in lines],
        backlog=[{"title": item.title, "reason": item.reason} for item in plan.backlog],
        stylesheet=stylesheet(),
        tally=_tally([finding.holds for _, finding in findings]),
    )


def _facts(study: StoredFlagStudy | None) -> list[tuple[str, str]]:
    if study is None or not study.effects:
        return [("measured", "nothing yet: run `nox -s roadmap`")]
    first = study.effects[0]
    seen = first.fingerprint
    dates = sorted(effect.measured_at for effect in study.effects)
    pairs = sum({(item.flag, item.benchmark): item.processes for item in study.effects if item.processes > 1}.values())
    return [
        ("commit", ", ".join(dict.fromkeys(effect.commit for effect in study.effects))),
        ("measured", f"{_moment(dates[0])} to {_moment(dates[-1])} UTC"),
        ("machine", f"{seen.cpu_count} x {seen.cpu_model}, Linux {seen.kernel}"),
        ("Python", f"{seen.python}, {seen.compiler}"),
        ("recorder", f"{seen.recorder}, probe {seen.probe_version}"),
        ("runs", f"{study.study_id} of `tailgate flags`, {pairs} pairs of processes, {len(study.effects)} effects"),
    ]


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M")


def _row(row: Row, finding: Finding) -> dict[str, object]:
    return {
        "phase": row.phase,
        "flag": row.flag,
        "baseline": row.baseline,
        "target": row.target,
        "claim": row.claim or "-",
        "holds": finding.holds.value,
        "mark": MARKS[finding.holds],
        "why": one_line(finding.why),
        "readings": [_reading(reading) for reading in finding.readings],
        "best": _summary(finding.readings),
    }


def _reading(reading: Reading) -> dict[str, str]:
    return {
        "label": one_line(reading.label),
        "metric": reading.metric.value,
        "reference": _value(reading.metric, reading.reference),
        "off": _value(reading.metric, reading.off),
        "on": _value(reading.metric, reading.on),
        "times": _times(reading.improvement.ratio),
        "interval": f"{_times(reading.improvement.low)} to {_times(reading.improvement.high)}",
        "tool": reading.tool,
        "processes": str(reading.processes),
    }


def _value(metric: Metric, value: float | None) -> str:
    return "-" if value is None else quantity(metric, value)


def _summary(readings: Sequence[Reading]) -> str:
    """Name the range over benchmarks, each with its interval, or the one there is."""
    if not readings:
        return "-"
    ordered = sorted(readings, key=lambda reading: reading.improvement.ratio)
    shown = ordered if len(ordered) == 1 else [ordered[0], ordered[-1]]
    return " ... ".join(
        f"{_times(item.improvement.ratio)} [{_times(item.improvement.low)}, {_times(item.improvement.high)}]"
        for item in shown
    )


def _times(value: float) -> str:
    if value == float("inf"):
        return "all of it"
    return f"{value:.2f}x" if value < 10 else f"{value:.3g}x"  # noqa: PLR2004 - three digits


def _target(line: TargetLine) -> dict[str, str]:
    target = line.target

    def shown(value: float | None) -> str:
        if value is None:
            return "-"
        return f"{100 * value:.3g} %" if target.is_relative else quantity(target.metric, value)

    return {
        "title": target.title,
        "metric": target.metric.value,
        "baseline": shown(target.baseline),
        "goal": target.goal_text or shown(target.goal),
        "claimed": shown(target.claimed),
        "all_off": shown(line.all_off),
        "native": shown(line.native),
        "deployed": shown(line.deployed),
        "holds": line.holds.value,
        "mark": MARKS[line.holds],
        "why": line.why,
    }


def quantity(metric: Metric, value: float) -> str:
    """Write a value with its unit, three digits."""
    if metric in LATENCIES:
        return _scaled(value, (("ns", 1.0), ("µs", 1e3), ("ms", 1e6), ("s", 1e9)))
    if metric in COUNTED:
        return _scaled(value, (("B", 1.0), ("kB", 1e3), ("MB", 1e6), ("GB", 1e9)))
    if metric is Metric.THROUGHPUT:
        return _scaled(value, (("/s", 1.0), ("K/s", 1e3), ("M/s", 1e6)))
    return f"{100 * value:.3g} %" if metric is Metric.CACHE_HITS else f"{value:.3g}"


def _scaled(value: float, units: Sequence[tuple[str, float]]) -> str:
    unit, size = next(
        (item for item in reversed(units) if abs(value) >= 0.9995 * item[1]),  # 999.9 ns is 1 µs in three digits
        units[0],
    )
    return f"{value / size:.3g} {unit}"


def _tally(found: Sequence[Holds]) -> str:
    parts = [f"{found.count(kind)} {kind.value}" for kind in Holds if kind in found]
    return f"{len(found)} optimizations: {', '.join(parts)}"


def _cell(text: object) -> str:
    """Make a text harmless inside a cell of a Markdown table."""
    return str(text).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
