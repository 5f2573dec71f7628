"""The page of one series, and the digest that other pages need of it. In: a ``SeriesStory``. Out: one file.

The columns of the series are inside the page; the texts of commits come in chunks, when they are asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tailgate.report.site import wording
from tailgate.report.site.columns import floats, integers
from tailgate.report.site.content import SeriesDigest
from tailgate.report.site.files import page_of
from tailgate.report.site.pages import Templates
from tailgate.series_records import SOURCES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tailgate.history_records import ChangePoint, HistoryCommit
    from tailgate.report.site.content import Commits, SeriesStory, SiteFrame
    from tailgate.report.site.folder import SiteFolder

QUANTILES: Final = ("p50", "p90", "p99", "p99.9", "max")
"""The columns of both legs in ``SeriesColumns``."""
RECENT: Final = 8
"""How many points before the latest one make the level that it is held against."""
LATEST_ROWS: Final = 12
CHANGES_OPEN: Final = 8
"""How many change points are seen at once; the earlier ones are folded away."""
MARKS_SHOWN: Final = 400


class SeriesPages:
    """Writes the pages of series."""

    def __init__(self, frame: SiteFrame, folder: SiteFolder, commits: Commits) -> None:
        self._templates = Templates(frame)
        self._frame = frame
        self._folder = folder
        self._commits = commits
        self._latest: tuple[tuple[HistoryCommit, ...], NDArray[np.uint32]] = ((), np.zeros(0, dtype=np.uint32))

    def write(self, story: SeriesStory, machines: Sequence[str]) -> SeriesDigest:
        """Write one page.

        Parameters
        ----------
        machines
            All that have a series of this benchmark, for links from one to the other.
        """
        series = story.series
        digest = self.digest(story)
        label = wording.clipped(series.benchmark.label)
        data = self._data(story, digest)
        page = self._templates.page(
            "series",
            digest.file,
            label,
            label=label,
            machine=wording.clipped(series.machine),
            machines=[
                (wording.clipped(name), page_of(series.benchmark, name).removeprefix("b/"), name == series.machine)
                for name in machines
            ],
            unit=series.unit,
            is_latency=series.unit in wording.NANOSECONDS,
            digest=digest,
            facts=self._facts(story, digest),
            changes=[self._change_row(story, change) for change in reversed(story.change_points)],
            changes_open=CHANGES_OPEN,
            drawn=_drawn(data),
            latest=[self._point_row(story, index) for index in range(series.values.size)[: -LATEST_ROWS - 1 : -1]],
            legs=[leg for leg, readings in _legs(story) if np.isfinite(readings).any()],
            data=data,
        )
        self._folder.write(digest.file, page)
        return digest

    def digest(self, story: SeriesStory) -> SeriesDigest:
        """Return what other pages need of a series."""
        series = story.series
        values = series.values.astype(np.float32)
        start = story.change_points[-1].index if story.change_points else 0
        before = values[max(start, len(values) - RECENT - 1) : -1]
        places = self._places_of(series.commits)
        pinned = np.flatnonzero(places == self._commits.places.get(story.pinned_commit, -1))
        return SeriesDigest(
            benchmark=series.benchmark,
            machine=series.machine,
            unit=series.unit,
            file=page_of(series.benchmark, series.machine),
            last_commit=series.commits[-1].commit,
            last_measured_at=series.measured_at(-1),
            last_value=float(series.values[-1]),
            previous_value=float(np.median(before)) if before.size else float("nan"),
            pinned_value=float(series.values[pinned[-1]]) if pinned.size else float("nan"),
            change_points=story.change_points,
            drift=story.drift,
            places=places,
            values=values,
            lows=series.lows.astype(np.float32),
            highs=series.highs.astype(np.float32),
        )

    def _places_of(self, commits: tuple[HistoryCommit, ...]) -> NDArray[np.uint32]:
        """Return where in the history commits are; series after series has the same ones."""
        if commits != self._latest[0]:
            places = [self._commits.places[commit.commit] for commit in commits]
            self._latest = (commits, np.array(places, dtype=np.uint32))
        return self._latest[1]

    def _facts(self, story: SeriesStory, digest: SeriesDigest) -> list[tuple[str, str]]:
        series, unit = story.series, story.series.unit
        environment = series.environment(-1)
        facts = [
            ("latest", wording.quantity(digest.last_value, unit)),
            ("level before it", wording.quantity(digest.previous_value, unit)),
        ]
        if story.pinned_commit:
            facts.append(
                (
                    "pinned baseline",
                    f"{wording.quantity(digest.pinned_value, unit)} at {wording.short(story.pinned_commit)}",
                )
            )
        if story.drift is not None:
            facts.append(("against the pinned baseline", wording.ratio_with_interval(story.drift.ratio)))
        facts += [
            ("points", wording.count(series.values.size)),
            ("measured last", wording.moment(digest.last_measured_at)),
        ]
        return facts + [
            (wording.clipped(fact.name, 40), wording.clipped(fact.value, 120)) for fact in environment.facts
        ]

    def _change_row(self, story: SeriesStory, change: ChangePoint) -> dict[str, Any]:
        unit = story.series.unit
        commit = self._commits.find(change.commit)
        return {
            "index": change.index,
            "commit": change.commit,
            "before_commit": change.before_commit,
            "subject": wording.clipped(commit.subject, 90) if commit else "",
            "day": wording.day(commit.committed_at) if commit else "",
            "direction": change.direction.value,
            "before": wording.quantity(change.level_before, unit),
            "after": wording.quantity(change.level_after, unit),
            "ratio": wording.ratio_with_interval(change.ratio),
            "cause": change.cause.value,
            "environment": "; ".join(wording.clipped(text, 160) for text in change.environment_changes),
        }

    def _point_row(self, story: SeriesStory, index: int) -> dict[str, Any]:
        series = story.series
        commit = series.commits[index]
        bounds = [float(column[index]) for column in (series.lows, series.highs)]
        return {
            "commit": commit.commit,
            "subject": wording.clipped(commit.subject, 90),
            "day": wording.day(commit.committed_at),
            "value": wording.quantity(float(series.values[index]), series.unit),
            "interval": _interval(bounds[0], bounds[1], series.unit),
            "source": series.source(index).value,
            "processes": str(int(series.processes[index]) or "-"),
        }

    def _data(self, story: SeriesStory, digest: SeriesDigest) -> dict[str, Any]:
        series = story.series
        columns = {
            f"{leg} {name}": floats(readings[:, place])
            for leg, readings in _legs(story)
            if np.isfinite(readings).any()
            for place, name in enumerate(QUANTILES)
        }
        sources = sorted({SOURCES[place].value for place in np.unique(series.source_places).tolist()})
        return {
            "unit": series.unit,
            "count": series.values.size,
            "columns": columns,
            "value": floats(digest.values),
            "low": floats(digest.lows),
            "high": floats(digest.highs),
            "place": integers(digest.places),
            "date": integers(self._commits.dates[digest.places]),
            "processes": integers(series.processes),
            "source": sources[0] if len(sources) == 1 else [SOURCES[at].value for at in series.source_places.tolist()],
            "changes": [
                {
                    "at": change.index,
                    "worse": change.direction.value == "worse",
                    "before": change.level_before,
                    "after": change.level_after,
                    "text": f"{wording.ratio_with_interval(change.ratio)}, put down to the {change.cause.value}",
                }
                for change in story.change_points
            ],
            "marks": self._marks(story, digest),
            "pinned": self._pinned(story, digest),
            "url": self._frame.commit_url,
        }

    def _pinned(self, story: SeriesStory, digest: SeriesDigest) -> dict[str, Any] | None:
        if not np.isfinite(digest.pinned_value):
            return None
        at = np.flatnonzero(digest.places == self._commits.places[story.pinned_commit])[0]
        return {"at": int(at), "value": digest.pinned_value}

    def _marks(self, story: SeriesStory, digest: SeriesDigest) -> list[dict[str, Any]]:
        """Return where the environment or the flags changed; the latest ones where there are too many to be seen."""
        environments = story.series.environment_places
        flags = self._commits.flag_places[digest.places]
        changed = [np.flatnonzero(np.diff(places)) + 1 for places in (environments, flags)]
        marks = []
        for index in np.union1d(changed[0], changed[1])[-MARKS_SHOWN:].tolist():
            if environments[index - 1] != environments[index]:
                before, after = (story.series.environment(at).facts for at in (index - 1, index))
                marks.append({"at": index, "kind": "environment", "text": _differences(before, after)})
            if flags[index - 1] != flags[index]:
                text = _differences(*(story.series.commits[at].flags for at in (index - 1, index)))
                marks.append({"at": index, "kind": "flags", "text": text})
        return marks[-MARKS_SHOWN:]


def _drawn(data: dict[str, Any]) -> set[str]:
    """Return which kinds of marks the chart has, for its legend."""
    kinds = {mark["kind"] for mark in data["marks"]} | {
        "worse" if item["worse"] else "better" for item in data["changes"]
    }
    return kinds | ({"pinned"} if data["pinned"] else set())


def _differences(before: Sequence[Any], after: Sequence[Any]) -> str:
    old = {fact.name: fact.value for fact in before}
    new = {fact.name: fact.value for fact in after}
    changed = [name for name in sorted({**old, **new}) if old.get(name) != new.get(name)]
    texts = [f"{name}: {old.get(name, 'none')} → {new.get(name, 'none')}" for name in changed]
    return wording.clipped("; ".join(texts))


def _legs(story: SeriesStory) -> list[tuple[str, NDArray[np.float32]]]:
    return [("intrinsic", story.series.intrinsic), ("raw", story.series.raw)]


def _interval(low: float, high: float, unit: str) -> str:
    if not (np.isfinite(low) and np.isfinite(high)):
        return "-"
    return f"{wording.quantity(low, unit)} to {wording.quantity(high, unit)}"
