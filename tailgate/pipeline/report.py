"""Store -> compare -> report, as a site: each series is read once, its changes found, its page written.

In: the workplace and a folder. Out: a :class:`SiteBuilt`. A series that has not changed since the last build is not
read again: what other pages need of it is kept in the state folder.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tailgate.action_records import ActionKind, Attribution, CauseKind
from tailgate.pipeline.profile import profiles_folder
from tailgate.pipeline.report_series import KeptDigests, SeriesJob, write_series
from tailgate.report.site import (
    Commits,
    Drawing,
    RunStory,
    SiteBuilder,
    SiteFacts,
    SiteFolder,
    SiteFrame,
    SpreadCollector,
)
from tailgate.report.site.folder import mark
from tailgate.report.site.names import slug

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tailgate.action_records import ActionTaken
    from tailgate.history_records import Profile
    from tailgate.pipeline.report_question import ReportQuestion
    from tailgate.pipeline.workplace import Workplace
    from tailgate.report.site import SeriesDigest
    from tailgate.store import Store, StoredRun

MOST_DRAWING_BYTES: Final = 1_500_000
"""A picture of profiles that is larger is not shown: a page must stay small."""


@dataclass(frozen=True, slots=True)
class SiteBuilt:
    """What a build of the site did.

    Attributes
    ----------
    written
        How many files have changed.
    series_read
        How many series had changed since the last build.
    missing_pages
        Pages that policy names and that are not there.
    """

    folder: Path
    files: int
    written: int
    series: int
    series_read: int
    runs: int
    missing_pages: tuple[str, ...]


def report(question: ReportQuestion, workplace: Workplace) -> SiteBuilt:
    """Build the site, or bring it up to date.

    Raises
    ------
    ReportError
        The folder is somebody else's, or cannot be written to.
    StoreError
        The store cannot be read.
    """
    store, policy = workplace.store, workplace.policy
    folder = SiteFolder(question.output)
    mark(question.output)
    extra, missing = _extra_pages(workplace)
    frame = SiteFrame(
        project=workplace.project.name,
        commit_url=workplace.project.commit_url,
        extra_pages=tuple((file, title) for file, title, _ in extra),
        margin=policy.margins.intrinsic.worse,
    )
    commits = Commits.of(store.history.commits())
    pins = {machine: pinned for machine in store.history.machines() if (pinned := store.history.pinned(machine))}
    series, series_read = _series(question, workplace, frame, folder, commits, pins)
    runs = [_run_story(run, store, profiles_folder(workplace)) for run in store.recent_runs(question.runs)]
    studies = store.flag_studies()
    facts = SiteFacts(
        now=question.now,
        commits=commits,
        series=tuple(series),
        runs=tuple(runs),
        actions=store.actions(),
        waivers=tuple(question.waivers),
        flag_effects=tuple(effect for study in studies for effect in study.effects),
        flag_failures=studies[0].failures if studies else (),
        pins=pins,
    )
    SiteBuilder(frame, folder).write(facts, {file: content for file, _, content in extra})
    folder.finish()
    return SiteBuilt(question.output, len(folder.names), folder.written, len(series), series_read, len(runs), missing)


def _series(
    question: ReportQuestion,
    workplace: Workplace,
    frame: SiteFrame,
    folder: SiteFolder,
    commits: Commits,
    pins: dict[str, str],
) -> tuple[list[SeriesDigest], int]:
    """Return the digest of every series, and how many series had to be read."""
    keys = workplace.store.history.all_keys()
    machines = defaultdict(list)
    for key in keys:
        machines[key.benchmark].append(key.machine)
    kept = KeptDigests(workplace.project.state_folder / "series_digests", question.store_url, frame, commits)
    digests = {}
    jobs = []
    for key in keys:
        job = SeriesJob(key, tuple(machines[key.benchmark]), pins.get(key.machine, ""))
        digest = kept.find(job)
        if digest is not None and folder.has(digest.file):
            folder.keep(digest.file)
            digests[key] = digest
        else:
            jobs.append(job)
    for job, digest in write_series(jobs, question, workplace, frame, folder, commits):
        digests[job.key] = digest
        kept.keep(job, digest)
    kept.finish()
    return [digests[key] for key in keys if key in digests], len(jobs)


def _run_story(run: StoredRun, store: Store, profiles: Path) -> RunStory:
    """Read everything about a run; its distributions are read measurement by measurement."""
    collector = SpreadCollector()
    for stored in store.measurements(run.run_id):
        collector.add(stored.measurement, stored.profile_ns)
    result = store.result(run.run_id)
    actions = list(_actions_on(run, store.actions()))
    kept_profiles = store.history.profiles(run.run_id)
    return RunStory(
        run_id=run.run_id,
        started_at=run.started_at,
        baseline=run.baseline,
        candidate=run.candidate,
        measurements=run.measurements,
        result=result,
        conditions=collector.conditions,
        spreads=collector.spreads(),
        profiles=kept_profiles,
        drawings=tuple(_drawings(kept_profiles, profiles)),
        actions=tuple(actions),
        attributions=tuple(_attributions(actions)),
    )


def _extra_pages(workplace: Workplace) -> tuple[list[tuple[str, str, bytes]], tuple[str, ...]]:
    """Return file, title and content of the pages that policy adds, and which of them are not there."""
    found, missing = [], []
    for name in workplace.policy.report.pages:
        path = workplace.project.root / name
        try:
            found.append((f"extra/{slug(path.stem)}.html", path.stem.replace("_", " ").capitalize(), path.read_bytes()))
        except OSError:
            missing.append(name)
    return found, tuple(missing)


def _attributions(actions: Sequence[ActionTaken]) -> Iterator[Attribution]:
    """Yield what was found guilty: what something was done about."""
    causes = {ActionKind.REVERT: CauseKind.COMMIT, ActionKind.STEP_BACK: CauseKind.FLAG}
    for action in actions:
        if action.kind in causes:
            for benchmark in action.benchmarks:
                yield Attribution(benchmark, causes[action.kind], action.target, action.reason)


def _actions_on(run: StoredRun, actions: Sequence[ActionTaken]) -> Iterator[ActionTaken]:
    """Yield what was done about a run: what was done on its candidate."""
    for action in actions:
        if run.candidate.commit in {action.target, action.onto.commit}:
            yield action


def _drawings(profiles: Sequence[Profile], folder: Path) -> Iterator[Drawing]:
    """Yield the pictures that were drawn of profiles; a name that leads out of their folder is none."""
    root = folder.resolve()
    drawn = {(profile.benchmark, profile.tool): profile.file for profile in profiles if profile.file}
    for (benchmark, tool), file in drawn.items():
        path = (root / file).parent.resolve() / f"{tool.value}-difference.svg"
        if path.is_relative_to(root) and path.is_file() and path.stat().st_size <= MOST_DRAWING_BYTES:
            yield Drawing(benchmark, tool, path.read_bytes())
