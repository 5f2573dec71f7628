"""The pages of the series: read, compared and written by a few processes, each series by one of them; and what is kept.

In: the series that changed. Out: their digests, in any order.
"""

from __future__ import annotations

import gc
import hashlib
import json
import multiprocessing
import zipfile
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from pydantic import TypeAdapter

from tailgate import __file__ as package_file
from tailgate.compare import find_change_points, find_drift
from tailgate.history_records import ChangePoint, Drift  # noqa: TC001 - what is kept is validated by these
from tailgate.records import BenchmarkId  # noqa: TC001 - the same
from tailgate.report.site import SeriesDigest, SeriesPages, SeriesStory, SiteFolder
from tailgate.report.site.names import slug
from tailgate.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tailgate.pipeline.report_question import ReportQuestion
    from tailgate.pipeline.workplace import Workplace
    from tailgate.report.site import Commits, SiteFrame
    from tailgate.store import Store, StoredSeries

ALONE: Final = 12
"""Series up to which it pays not to start another process."""
BATCH: Final = 10
"""Series that a process is given at once."""
CODE: Final = ("report/site", "compare", "pipeline/report_series.py", "history_records.py", "series_records.py")
"""What decides how a page looks: after a change of it nothing that is kept holds."""


@dataclass(frozen=True, slots=True)
class SeriesJob:
    """One series to be written.

    Attributes
    ----------
    machines
        All that have a series of its benchmark.
    pinned_commit
        The pinned baseline of its machine; empty where there is none.
    """

    key: StoredSeries
    machines: tuple[str, ...]
    pinned_commit: str


@dataclass(frozen=True, slots=True)
class _Kept:
    """A digest without its arrays, and for what state of the history it was made."""

    made_for: str
    history: str
    benchmark: BenchmarkId
    machine: str
    unit: str
    file: str
    last_commit: str
    last_measured_at: datetime
    last_value: float
    previous_value: float
    pinned_value: float
    change_points: tuple[ChangePoint, ...]
    drift: Drift | None


_KEPT: Final = TypeAdapter(_Kept)


class SeriesWriter:
    """Reads, compares and writes series one at a time."""

    def __init__(self, store: Store, pages: SeriesPages, margin: float, cache: Path) -> None:
        # For all of them, since the commits that they share are then read once.
        self._columns = store.history.columns(cache)
        self._pages = pages
        self._margin = margin

    def write(self, jobs: Sequence[SeriesJob]) -> Iterator[tuple[SeriesJob, SeriesDigest]]:
        """Write the page of each series; those of which no point has a value are left out."""
        asked = {(job.key.benchmark, job.key.machine): job for job in jobs}
        for series in self._columns.series([job.key for job in jobs]):
            job = asked[series.benchmark, series.machine]
            drift = find_drift(series, job.pinned_commit, self._margin)
            story = SeriesStory(series, find_change_points(series), drift, job.pinned_commit)
            yield job, self._pages.write(story, job.machines)


def write_series(
    jobs: Sequence[SeriesJob],
    question: ReportQuestion,
    workplace: Workplace,
    frame: SiteFrame,
    folder: SiteFolder,
    commits: Commits,
) -> Iterator[tuple[SeriesJob, SeriesDigest]]:
    """Write the pages of series that changed, by several processes where there are many."""
    margin = workplace.policy.history.margin
    cache = workplace.project.state_folder / "series_points"
    if len(jobs) <= ALONE or question.processes == 1:
        writer = SeriesWriter(workplace.store, SeriesPages(frame, folder, commits), margin, cache)
        yield from writer.write(jobs)
        return
    # Fresh interpreters: a fork would share the open database.
    context = multiprocessing.get_context("spawn")
    setting = _Setting(question.store_url, question.output, frame, commits, margin, cache)
    with ProcessPoolExecutor(question.processes, context, _start, (setting,)) as pool:
        batches = [jobs[start : start + BATCH] for start in range(0, len(jobs), BATCH)]
        for done in as_completed([pool.submit(_write_in_worker, batch) for batch in batches]):
            digests, names, written = done.result()
            folder.adopt(names, written)
            yield from digests


class KeptDigests:
    """What earlier builds read, by series; what no longer fits is not found.

    Parameters
    ----------
    folder
        Where it is kept.
    store_url
        Digests of another store are not found.
    """

    def __init__(self, folder: Path, store_url: str, frame: SiteFrame, commits: Commits) -> None:
        self._folder = folder
        self._state = _digest(_code_digest(), store_url, repr(frame))
        self._commits = commits
        self._seen: set[str] = set()
        folder.mkdir(parents=True, exist_ok=True)

    def find(self, job: SeriesJob) -> SeriesDigest | None:
        """Return what is kept of a series, if nothing that its page shows has changed."""
        path = self._path(job)
        try:
            with path.open("rb") as opened, np.load(opened, allow_pickle=False) as arrays:
                kept = _KEPT.validate_json(str(arrays["document"]))
                places = arrays["places"]
                if kept.made_for != self._made_for(job) or kept.history != self._history_until(int(places[-1])):
                    return None
                fields = {name: getattr(kept, name) for name in kept.__slots__ if name not in {"made_for", "history"}}
                return SeriesDigest(
                    **fields, places=places, values=arrays["values"], lows=arrays["lows"], highs=arrays["highs"]
                )
        except (OSError, EOFError, ValueError, KeyError, IndexError, zipfile.BadZipFile):
            # Nothing kept, or a half of it: then it is read again.
            return None

    def keep(self, job: SeriesJob, digest: SeriesDigest) -> None:
        """Keep what was read of a series."""
        fields = {name: getattr(digest, name) for name in _Kept.__slots__ if name not in {"made_for", "history"}}
        kept = _Kept(self._made_for(job), self._history_until(int(digest.places[-1])), **fields)
        path = self._path(job)
        partial = path.with_suffix(".partial")
        with partial.open("wb") as file:
            np.savez(
                file,
                document=np.array(json.dumps(asdict(kept), default=_as_text)),
                places=digest.places,
                values=digest.values,
                lows=digest.lows,
                highs=digest.highs,
            )
        partial.replace(path)

    def finish(self) -> None:
        """Forget series that there are no longer."""
        for path in self._folder.glob("*.npz"):
            if path.name not in self._seen:
                path.unlink(missing_ok=True)

    def _path(self, job: SeriesJob) -> Path:
        name = f"{slug(job.key.benchmark.label, job.key.machine)}.npz"
        self._seen.add(name)
        return self._folder / name

    def _made_for(self, job: SeriesJob) -> str:
        return _digest(self._state, job.key.change, job.machines, job.pinned_commit)

    def _history_until(self, place: int) -> str:
        """Return a digest of every commit up to a place: one that comes in between moves all places after it."""
        return self._prefixes[place] if place < len(self._prefixes) else ""

    @cached_property
    def _prefixes(self) -> list[str]:
        running = hashlib.sha256()
        found = []
        for commit in self._commits.ordered:
            running.update(commit.commit.encode() + b"\0")
            found.append(running.hexdigest())
        return found


@dataclass(frozen=True, slots=True)
class _Setting:
    store_url: str
    output: Path
    frame: SiteFrame
    commits: Commits
    margin: float
    cache: Path


_worker: dict[str, Any] = {}
"""What a worker process keeps from one series to the next."""


def _start(setting: _Setting) -> None:
    # Tens of thousands of records at a time, none of which refers back to itself: looking for circles among them takes
    # a third of the time, and finds nothing.
    gc.disable()
    folder = SiteFolder(setting.output)
    pages = SeriesPages(setting.frame, folder, setting.commits)
    _worker["folder"] = folder
    _worker["writer"] = SeriesWriter(open_store(setting.store_url), pages, setting.margin, setting.cache)


def _write_in_worker(jobs: Sequence[SeriesJob]) -> tuple[list[tuple[SeriesJob, SeriesDigest]], set[str], int]:
    folder: SiteFolder = _worker["folder"]
    before = folder.written
    digests = list(_worker["writer"].write(jobs))
    return digests, folder.names, folder.written - before


def _code_digest() -> str:
    root = Path(package_file).parent
    files = sorted(
        path
        for name in CODE
        for path in ([root / name] if (root / name).is_file() else (root / name).rglob("*"))
        if path.suffix in {".py", ".jinja"}
    )
    return _digest(*(path.read_bytes() for path in files))


def _digest(*parts: object) -> str:
    running = hashlib.sha256()
    for part in parts:
        running.update((part if isinstance(part, bytes) else repr(part).encode("utf-8", "surrogatepass")) + b"\0")
    return running.hexdigest()


def _as_text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is nothing that is kept")
