"""The first page, the list of benchmarks, and the week. In: ``SiteFacts``. Out: three pages."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tailgate.action_records import ActionKind
from tailgate.history_records import Direction
from tailgate.records import VerdictKind
from tailgate.report.site import state, wording
from tailgate.report.site.files import run_file, verdict_file
from tailgate.report.site.names import component_of
from tailgate.report.site.run_pages import run_row, verdict_row

if TYPE_CHECKING:
    from datetime import datetime

    from tailgate.history_records import ChangePoint
    from tailgate.report.site.content import SeriesDigest, SiteFacts, VerdictStory
    from tailgate.report.site.folder import SiteFolder
    from tailgate.report.site.pages import Templates

LATEST_RUNS: Final = 6
LATEST_CHANGES: Final = 10
WEEK: Final = timedelta(days=7)
NOTHING_STORED: Final = (
    "No run of the gate and no point of history is in the store. "
    "Mend: tailgate gate, tailgate history, or tailgate import."
)
WAIVERS_SOON: Final = timedelta(days=14)
"""From how long before its last day a waiver is said to expire."""


def write_landing(facts: SiteFacts, templates: Templates, folder: SiteFolder) -> None:
    """Write the first page: the state now, and loudly when there is nothing to say."""
    latest = state.latest_verdicts(facts.runs, facts.commits)
    noise = state.noise_of(facts.runs)
    changes = recent_changes(facts)[:LATEST_CHANGES]
    page = templates.page(
        "landing",
        "index.html",
        "Now",
        alarms=_alarms(facts),
        components=state.component_states(latest),
        regressions=[_regression(facts, story) for story in state.open_regressions(latest)],
        noise=noise,
        checks=state.self_checks(facts.runs),
        runs=[run_row(run) for run in facts.runs[:LATEST_RUNS]],
        changes=changes,
        counts={
            "benchmarks": len({digest.benchmark for digest in facts.series}),
            "commits": len(facts.commits.ordered),
            "machines": len({digest.machine for digest in facts.series}),
            "points": sum(digest.values.size for digest in facts.series),
        },
        now=facts.now,
    )
    folder.write("index.html", page)


def write_benchmarks(facts: SiteFacts, templates: Templates, folder: SiteFolder) -> None:
    """Write the list of all series with where each stands."""
    latest = state.latest_verdicts(facts.runs, facts.commits)
    machines = {digest.machine for digest in facts.series}
    rows = []
    for digest in sorted(facts.series, key=lambda item: (item.benchmark, item.machine)):
        story = latest.get(digest.benchmark)
        if story is not None and len(machines) > 1 and _host(story) != digest.machine:
            story = None
        change = digest.change_points[-1] if digest.change_points else None
        rows.append(
            {
                "file": digest.file,
                "label": wording.clipped(digest.benchmark.label),
                "machine": wording.clipped(digest.machine, 60),
                "value": wording.quantity(digest.last_value, digest.unit),
                "sort_value": _sortable(digest.last_value * wording.NANOSECONDS.get(digest.unit, 1.0)),
                "drift": None if digest.drift is None else digest.drift.ratio,
                "is_beyond": digest.drift is not None and digest.drift.is_beyond_margin,
                "change": change,
                "change_day": _day_of(facts, change.commit) if change else "",
                "verdict": None if story is None else story.verdict.kind,
                "verdict_file": "" if story is None else verdict_file(story.run, story.verdict),
                "points": digest.values.size,
            }
        )
    unseen = sorted(set(latest) - {digest.benchmark for digest in facts.series})
    page = templates.page(
        "benchmarks",
        "benchmarks.html",
        "Benchmarks",
        rows=rows,
        has_drift=any(row["drift"] is not None for row in rows),
        has_verdict=any(row["verdict"] is not None for row in rows),
        unseen=[verdict_row(latest[benchmark].run, latest[benchmark].verdict) for benchmark in unseen],
        components=sorted({component_of(digest.benchmark.name) for digest in facts.series}),
        machines=len(machines),
    )
    folder.write("benchmarks.html", page)


def write_week(facts: SiteFacts, templates: Templates, folder: SiteFolder) -> None:
    """Write what changed in the seven days before now."""
    since = facts.now - WEEK
    runs = [run for run in facts.runs if run.started_at >= since]
    verdicts = [
        (run, verdict) for run in runs if run.result and not run.is_self_check for verdict in run.result.verdicts
    ]
    soon = facts.now.date() + WAIVERS_SOON
    drifting = [digest for digest in facts.series if digest.drift is not None and digest.drift.is_beyond_margin]
    drifting.sort(key=lambda digest: -digest.drift.ratio.ratio if digest.drift else 0.0)
    page = templates.page(
        "week",
        "week.html",
        "The week",
        since=since,
        now=facts.now,
        changes=recent_changes(facts, since),
        regressed=[verdict_row(run, item) for run, item in verdicts if item.kind is VerdictKind.REGRESSED],
        improved=[verdict_row(run, item) for run, item in verdicts if item.kind is VerdictKind.IMPROVED],
        runs=[run_row(run) for run in runs],
        checks=state.self_checks(runs),
        drifting=[
            {
                "file": digest.file,
                "label": wording.clipped(digest.benchmark.label),
                "machine": wording.clipped(digest.machine, 60),
                "ratio": digest.drift.ratio,
                "pinned": digest.drift.pinned_commit,
            }
            for digest in drifting
            if digest.drift is not None
        ],
        waivers=[
            {"waiver": waiver, "is_over": waiver.expires < facts.now.date()}
            for waiver in sorted(facts.waivers, key=lambda waiver: waiver.expires)
            if waiver.expires <= soon
        ],
        actions=[action for action in facts.actions if action.taken_at >= since],
        commits=sum(commit.committed_at >= since for commit in facts.commits.ordered),
    )
    folder.write("week.html", page)


def recent_changes(facts: SiteFacts, since: datetime | None = None) -> list[dict[str, Any]]:
    """Return the change points of all series, the latest commit first."""
    found: list[tuple[int, SeriesDigest, ChangePoint]] = []
    for digest in facts.series:
        for change in digest.change_points:
            place = facts.commits.places.get(change.commit, -1)
            if place >= 0 and (since is None or facts.commits.ordered[place].committed_at >= since):
                found.append((place, digest, change))
    found.sort(key=lambda item: (-item[0], -abs(float(np.log(item[2].ratio.ratio)))))
    return [
        {
            "file": digest.file,
            "label": wording.clipped(digest.benchmark.label),
            "machine": wording.clipped(digest.machine, 60),
            "commit": change.commit,
            "subject": wording.clipped(facts.commits.ordered[place].subject, 90),
            "day": wording.day(facts.commits.ordered[place].committed_at),
            "direction": change.direction.value,
            "is_worse": change.direction is Direction.WORSE,
            "ratio": change.ratio,
            "cause": change.cause.value,
        }
        for place, digest, change in found
    ]


def _alarms(facts: SiteFacts) -> list[tuple[str, str]]:
    """Return what must not be overlooked, as (headline, explanation)."""
    alarms = []
    if not facts.runs and not facts.series:
        return [
            (
                "There is nothing here yet",
                NOTHING_STORED,
            )
        ]
    if not facts.runs:
        alarms.append(("No run of the gate", "Nothing has been judged: what is shown comes from the history alone."))
    if facts.runs:
        last = facts.runs[0]
        if last.result is None:
            alarms.append(
                (
                    "The last run has no result",
                    f"It began at {wording.moment(last.started_at)} and is under way, or was cut off.",
                )
            )
        elif state.has_measured_nothing(last):
            alarms.append(("The last run measured nothing", wording.clipped(last.result.summary)))
    if not facts.series:
        alarms.append(
            ("No history", "No point of a series is in the store. Mend: tailgate history, or tailgate import.")
        )
    return alarms


def _regression(facts: SiteFacts, story: VerdictStory) -> dict[str, Any]:
    label = story.verdict.benchmark.label
    waiver = story.verdict.waiver or next((item for item in facts.waivers if item.benchmark == label), None)
    # Several actions on one benchmark: the last one is how it stands.
    action = next(
        (item for item in reversed(facts.actions) if label in item.benchmarks and item.kind is not ActionKind.ADVANCE),
        None,
    )
    return verdict_row(story.run, story.verdict) | {
        "run_file": run_file(story.run.run_id),
        "since": story.run.started_at,
        "candidate": story.run.candidate,
        "waiver": waiver,
        "is_waiver_over": waiver is not None and waiver.expires < facts.now.date(),
        "action": action,
    }


def _host(story: VerdictStory) -> str:
    result = story.run.result
    return "" if result is None or result.fingerprint is None else result.fingerprint.host


def _day_of(facts: SiteFacts, commit: str) -> str:
    known = facts.commits.find(commit)
    return "" if known is None else wording.day(known.committed_at)


def _sortable(value: float) -> str:
    return f"{value:.6g}" if np.isfinite(value) else ""
