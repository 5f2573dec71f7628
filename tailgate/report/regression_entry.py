"""The entry of one regression in the committed log: verdict with figures, attribution, action, verification.

The same text for the same records; what people add below the last line is theirs and stays.
"""

from __future__ import annotations

import hashlib
from datetime import UTC
from typing import TYPE_CHECKING, Final

from tailgate.action_records import ActionKind, ActionOutcome
from tailgate.report import units
from tailgate.report.file_names import file_stems
from tailgate.report.markdown_text import code, escaped
from tailgate.report.summary import worst_ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tailgate.action_records import ActionTaken, Attribution
    from tailgate.records import GateResult, Quantiles, RatioInterval, Revision, Verdict

NOTES: Final = "<!-- What stands below this line is kept. -->"
_LONGEST_STEM: Final = 60


def entry_name(result: GateResult, verdict: Verdict) -> str:
    """Name the file: the day, the benchmark, and a digest of run and benchmark, so that each has one entry."""
    label = verdict.benchmark.label
    digest = hashlib.sha256(f"{result.run_id}\0{label}".encode("utf-8", "surrogatepass")).hexdigest()[:8]
    stem = file_stems([label])[label][:_LONGEST_STEM].strip(".-")
    return f"{result.started_at.astimezone(UTC):%Y-%m-%d}-{stem}-{digest}.md"


def regression_entry(
    result: GateResult, verdict: Verdict, attribution: Attribution | None, actions: Sequence[ActionTaken], earlier: str
) -> str:
    """Return the entry of one regression.

    Parameters
    ----------
    attribution
        What made it worse; ``None`` where nobody has looked yet.
    actions
        What was done about it, oldest first.
    earlier
        The entry as it stands, empty where there is none: its notes are taken over.
    """
    first, *others = verdict.reasons or ("no reason given",)
    lines = [
        f"# {code(verdict.benchmark.label)}: p99 {units.change(worst_ratio(verdict))}",
        "",
        f"- outcome: **{_outcome(verdict, actions)}**",
        f"- found: {result.started_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC, run `{result.run_id}`",
        f"- baseline: {_revision(result.baseline)}",
        f"- candidate: {_revision(result.candidate)}",
        f"- verdict: {verdict.kind.value}; {escaped(first)}",
        *(f"- also: {escaped(reason)}" for reason in others),
        f"- cause: {_cause(attribution, result)}",
        *(f"- action: {_action(item)}" for item in actions),
        *([] if actions else ["- action: none"]),
        "",
        *_figures(verdict),
    ]
    seen = result.fingerprint
    if seen is not None:
        machine = f"{seen.host}, {seen.cpu_count} x {seen.cpu_model}, {seen.kernel}, Python {seen.python}"
        lines += ["", f"Measured on {escaped(machine)}."]
    notes = earlier.partition(f"\n{NOTES}\n")[2].strip("\n")
    return "\n".join([*lines, "", NOTES, *(["", notes] if notes else [])]) + "\n"


def _outcome(verdict: Verdict, actions: Sequence[ActionTaken]) -> str:
    if any(item.outcome is ActionOutcome.VERIFIED for item in actions):
        return "undone on a branch, and verified"
    if verdict.waiver is not None:
        return f"waived until {verdict.waiver.expires}"
    return "action not verified" if actions else "open"


def _cause(attribution: Attribution | None, result: GateResult) -> str:
    if attribution is None:
        ends = f"{result.baseline.commit[:10]} {result.candidate.commit[:10]}"
        return f"not looked for yet; `tailgate explain {ends}` does"
    target = f" {code(attribution.target)}" if attribution.target else ""
    return f"{attribution.cause.value}{target}; {escaped(attribution.reason)}"


def _action(item: ActionTaken) -> str:
    what = (
        f"reverted {code(item.target)}"
        if item.kind is ActionKind.REVERT
        else f"{item.kind.value}: flag {code(item.target)}, {escaped(item.change)}"
    )
    where = f" on {code(item.branch)}, commit `{item.commit}`" if item.branch else ""
    return f"{what}{where}, {item.taken_at:%Y-%m-%d %H:%M} UTC; {item.outcome.value}: {escaped(item.reason)}"


def _figures(verdict: Verdict) -> list[str]:
    comparison = verdict.comparison
    if comparison is None:
        return ["No figures are kept."]
    before, after = comparison.baseline, comparison.candidate
    rows = (
        ("intrinsic", before.intrinsic, after.intrinsic, verdict.intrinsic),
        ("raw", before.raw, after.raw, verdict.raw),
    )
    return [
        "| leg | p50 | p90 | p99 | p99.9 | max | change of p99 |",
        "|---|---|---|---|---|---|---|",
        *(_row(*row) for row in rows),
        "",
        f"First value: baseline, second: candidate; medians over {before.processes} and {after.processes} processes of "
        f"{after.replays} replays of {after.operations} operations; the interval is the 95 % one.",
    ]


def _row(leg: str, before: Quantiles, after: Quantiles, ratio: RatioInterval | None) -> str:
    pairs = (
        (before.p50_ns, after.p50_ns),
        (before.p90_ns, after.p90_ns),
        (before.p99_ns, after.p99_ns),
        (before.p999_ns, after.p999_ns),
        (before.max_ns, after.max_ns),
    )
    changed = "" if ratio is None else f"{units.change(ratio.ratio)} {units.interval(ratio)}"
    return f"| {' | '.join([leg, *(' '.join(units.latency_pair(*pair).split()) for pair in pairs), changed])} |"


def _revision(revision: Revision) -> str:
    return f"`{revision.commit}` {code(revision.subject)}".rstrip()
