"""A night in Markdown, for mail and merge requests: what is worse comes first, what was not measured is said loudly.

In: the night and what its steps left in the store. Out: text. Foreign text is made harmless (``markdown_text``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tailgate.exit_codes import ExitCode
from tailgate.night_records import NightStepKind
from tailgate.records import VerdictKind
from tailgate.report import units
from tailgate.report.markdown_text import cell, code, escaped
from tailgate.report.summary import worst_ratio

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tailgate.history_records import Drift, Profile
    from tailgate.night_records import FalseAlarms, Night, NightStep
    from tailgate.records import GateResult, Revision, Verdict

WORDS: Final = {
    ExitCode.PASSED: "passed",
    ExitCode.REGRESSED: "REGRESSED",
    ExitCode.INCONCLUSIVE: "inconclusive",
    ExitCode.INVALID: "INVALID",
}
COMMITS_SHOWN: Final = 30
LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class NightFacts:
    """What a night left in the store.

    Attributes
    ----------
    results
        Of the gates and self-checks that came to a result, by run id.
    pictures
        Names of the files beside the text; empty where none could be drawn, and ``no_pictures`` says why.
    """

    night: Night
    results: dict[str, GateResult]
    alarms: FalseAlarms
    drifts: tuple[Drift, ...] = ()
    profiles: tuple[Profile, ...] = ()
    pictures: tuple[str, ...] = field(default=())
    no_pictures: str = ""


def night_headline(facts: NightFacts) -> str:
    """Say in one line how the night ended; loud where nothing was measured."""
    night = facts.night
    word = WORDS.get(ExitCode(night.exit_code or 0), "failed")
    if not facts.results:
        return "INVALID: NOTHING WAS MEASURED this night"
    gates = [step for step in night.steps if step.kind is not NightStepKind.SELF_CHECK and step.run_id in facts.results]
    if gates:
        return f"{word}: {'; '.join(facts.results[step.run_id].summary for step in gates)}"
    return f"{word}: NO COMMIT WAS GATED ({_why_nothing_landed(night)}); only unchanged code was compared with itself"


def night_markdown(facts: NightFacts) -> str:
    """Return the report of a night."""
    night = facts.night
    lines = [
        f"# Night of {night.started_at:%Y-%m-%d}: {escaped(night_headline(facts), 2 * LONGEST)}",
        "",
        f"Exit code {night.exit_code}. Candidate {_revision(night.candidate)}.",
        "",
        *_landed(night),
        "",
        "## Steps",
        "",
        "| step | exit code | outcome | run |",
        "|---|---|---|---|",
        *(_step(step) for step in night.steps),
        "",
    ]
    for step in night.steps:
        if step.kind is not NightStepKind.SELF_CHECK and step.run_id in facts.results:
            lines += _notable(step, facts.results[step.run_id])
    lines += _alarms(facts)
    lines += _drifts(facts)
    lines += _profiles(facts)
    if facts.pictures or facts.no_pictures:
        lines += ["## Pictures", ""]
        lines += [f"![{escaped(name)}]({name})" for name in facts.pictures]
        lines += [escaped(facts.no_pictures)] if facts.no_pictures else []
    return "\n".join(lines).rstrip() + "\n"


def _why_nothing_landed(night: Night) -> str:
    if night.moving is None:
        return "no night before this one, and no commit is older than a day; mend: fetch the whole history"
    return f"nothing has landed since {night.moving.short}"


def _landed(night: Night) -> Iterator[str]:
    if not night.landed or night.moving is None:
        yield f"Nothing to gate: {escaped(_why_nothing_landed(night))}."
        return
    yield f"{len(night.landed)} commits to the subject since {_revision(night.moving)}:"
    yield ""
    for revision in night.landed[:COMMITS_SHOWN]:
        yield f"- {_revision(revision)}"
    if len(night.landed) > COMMITS_SHOWN:
        yield f"- and {len(night.landed) - COMMITS_SHOWN} more"


def _revision(revision: Revision) -> str:
    return f"`{revision.short}` {code(revision.subject, LONGEST)}".rstrip()


def _step(step: NightStep) -> str:
    name = f"{step.kind} {step.number}" if step.kind is NightStepKind.SELF_CHECK else str(step.kind)
    run = f"`{step.run_id}`" if step.run_id else ""
    return f"| {name} | {step.exit_code} | {cell(escaped(step.summary, 2 * LONGEST))} | {run} |"


def _notable(step: NightStep, result: GateResult) -> Iterator[str]:
    """Yield what did not pass in a gate, the worst first."""
    order = (VerdictKind.REGRESSED, VerdictKind.INVALID, VerdictKind.INCONCLUSIVE, VerdictKind.IMPROVED)
    notable = sorted(
        (verdict for verdict in result.verdicts if verdict.kind in order),
        key=lambda verdict: (order.index(verdict.kind), -worst_ratio(verdict), verdict.benchmark),
    )
    title = str(step.kind)
    yield f"## {title[0].upper()}{title[1:]}"
    yield ""
    yield f"{_revision(result.baseline)} to {_revision(result.candidate)}: {escaped(result.summary, 2 * LONGEST)}."
    yield ""
    if notable:
        yield "| verdict | benchmark | p99, intrinsic | p99, raw | why |"
        yield "|---|---|---|---|---|"
        yield from (_row(verdict) for verdict in notable)
        yield ""


def _row(verdict: Verdict) -> str:
    changes = [
        "" if ratio is None else f"{units.change(ratio.ratio)} {units.interval(ratio)}"
        for ratio in (verdict.intrinsic, verdict.raw)
    ]
    kind = f"**{verdict.kind}**" if verdict.kind is VerdictKind.REGRESSED else str(verdict.kind)
    name, reason = cell(code(verdict.benchmark.label, LONGEST)), escaped(_reason(verdict), 2 * LONGEST)
    return f"| {' | '.join([kind, name, *changes, reason])} |"


def _reason(verdict: Verdict) -> str:
    return verdict.reasons[0] if verdict.reasons else "no reason given"


def _alarms(facts: NightFacts) -> Iterator[str]:
    checks = [step for step in facts.night.steps if step.kind is NightStepKind.SELF_CHECK]
    verdicts = [item for step in checks if step.run_id in facts.results for item in facts.results[step.run_id].verdicts]
    alarmed = [item for item in verdicts if item.kind is VerdictKind.REGRESSED]
    measured = sum(item.kind is not VerdictKind.INVALID for item in verdicts)
    yield "## False alarms"
    yield ""
    yield f"Unchanged code against itself: this night {len(alarmed)} of {measured} comparisons called regressed; "
    yield (
        f"over all nights {facts.alarms.alarms} of {facts.alarms.comparisons} comparisons in {facts.alarms.runs} runs."
    )
    if alarmed:
        yield ""
    for verdict in alarmed:
        yield f"- {code(verdict.benchmark.label, LONGEST)}: {escaped(_reason(verdict), 2 * LONGEST)}"
    yield ""


def _drifts(facts: NightFacts) -> Iterator[str]:
    beyond = sorted(
        (drift for drift in facts.drifts if drift.is_beyond_margin),
        key=lambda drift: (-drift.ratio.ratio, drift.benchmark),
    )
    if not facts.drifts:
        return
    yield "## Drift against the pinned baseline"
    yield ""
    yield f"{len(beyond)} of {len(facts.drifts)} series are beyond the margin."
    if beyond:
        yield ""
    for drift in beyond:
        change = f"{units.change(drift.ratio.ratio)} {units.interval(drift.ratio)}"
        yield f"- {code(drift.benchmark.label, LONGEST)}: {change} since `{drift.pinned_commit[:10]}`"
    yield ""


def _profiles(facts: NightFacts) -> Iterator[str]:
    if not facts.profiles:
        return
    yield "## Profiles"
    yield ""
    for item in facts.profiles:
        head = f"- {code(item.benchmark.label, LONGEST)} `{item.commit[:10]}` {item.tool}: "
        if item.failure:
            yield f"{head}none: {escaped(item.failure, LONGEST)}"
            continue
        shown = "; ".join(f"{fact.name}: {fact.value}" for fact in item.facts)
        yield f"{head}{escaped(shown, 3 * LONGEST)} ({code(item.file)})"
    yield ""
