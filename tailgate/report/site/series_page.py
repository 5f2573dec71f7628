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

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tailgate.history_records import ChangePoint, HistoryPoint
    from tailgate.report.site.content import Commits, SeriesStory, SiteFrame
    from tailgate.report.site.folder import SiteFolder

QUANTILES: Final = {"p50": "p50_ns", "p90": "p90_ns", "p99": "p99_ns", "p99.9": "p999_ns", "max": "max_ns"}
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
            latest=[self._point_row(story, index) for index in range(len(series.points))[: -LATEST_ROWS - 1 : -1]],
            legs=[leg for leg in ("intrinsic", "raw") if any(getattr(point, leg) for point in series.points)],
            data=data,
        )
        self._folder.write(digest.file, page)
        return digest

    def digest(self, story: SeriesStory) -> SeriesDigest:
        """Return what other pages need of a series."""
        series = story.series
        points = series.points
        values = np.array([point.value for point in points], dtype=np.float32)
        start = story.change_points[-1].index if story.change_points else 0
        before = values[max(start, len(values) - RECENT - 1) : -1]
        pinned = [point.value for point in points if point.commit == story.pinned_commit]
        return SeriesDigest(
            benchmark=series.benchmark,
            machine=series.machine,
            unit=series.unit,
            file=page_of(series.benchmark, series.machine),
            last_commit=points[-1].commit,
            last_measured_at=points[-1].measured_at,
            last_value=points[-1].value,
            previous_value=float(np.median(before)) if before.size else float("nan"),
            pinned_value=pinned[-1] if pinned else float("nan"),
            change_points=story.change_points,
            drift=story.drift,
            places=np.array([self._commits.places[point.commit] for point in points], dtype=np.uint32),
            values=values,
            lows=np.array([point.low for point in points], dtype=np.float32),
            highs=np.array([point.high for point in points], dtype=np.float32),
        )

    def _facts(self, story: SeriesStory, digest: SeriesDigest) -> list[tuple[str, str]]:
        series, unit = story.series, story.series.unit
        environment = series.points[-1].environment
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
            ("points", wording.count(len(series.points))),
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
        point, commit = series.points[index], series.commits[index]
        return {
            "commit": point.commit,
            "subject": wording.clipped(commit.subject, 90),
            "day": wording.day(commit.committed_at),
            "value": wording.quantity(point.value, series.unit),
            "interval": _interval(point, series.unit),
            "source": point.source.value,
            "processes": str(point.processes or "-"),
        }

    def _data(self, story: SeriesStory, digest: SeriesDigest) -> dict[str, Any]:
        series = story.series
        points = series.points
        columns: dict[str, str] = {}
        for leg in ("intrinsic", "raw"):
            readings = [getattr(point, leg) for point in points]
            if any(readings):
                for name, attribute in QUANTILES.items():
                    values = [np.nan if reading is None else getattr(reading, attribute) for reading in readings]
                    columns[f"{leg} {name}"] = floats(np.array(values))
        sources = sorted({point.source.value for point in points})
        return {
            "unit": series.unit,
            "count": len(points),
            "columns": columns,
            "value": floats(digest.values),
            "low": floats(digest.lows),
            "high": floats(digest.highs),
            "place": integers(digest.places),
            "date": integers(np.array([max(int(commit.committed_at.timestamp()), 0) for commit in series.commits])),
            "processes": integers(np.array([point.processes for point in points])),
            "source": sources[0] if len(sources) == 1 else [point.source.value for point in points],
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
            "marks": _marks(story),
            "pinned": self._pinned(story, digest),
            "url": self._frame.commit_url,
        }

    def _pinned(self, story: SeriesStory, digest: SeriesDigest) -> dict[str, Any] | None:
        if not np.isfinite(digest.pinned_value):
            return None
        at = next(index for index, point in enumerate(story.series.points) if point.commit == story.pinned_commit)
        return {"at": at, "value": digest.pinned_value}


def _drawn(data: dict[str, Any]) -> set[str]:
    """Return which kinds of marks the chart has, for its legend."""
    kinds = {mark["kind"] for mark in data["marks"]} | {
        "worse" if item["worse"] else "better" for item in data["changes"]
    }
    return kinds | ({"pinned"} if data["pinned"] else set())


def _marks(story: SeriesStory) -> list[dict[str, Any]]:
    """Return where the environment or the flags changed; the latest ones where there are too many to be seen."""
    series = story.series
    marks = []
    for index in range(1, len(series.points)):
        before, after = series.points[index - 1].environment, series.points[index].environment
        if before is not after and before != after:
            marks.append({"at": index, "kind": "environment", "text": _differences(before.facts, after.facts)})
        old, new = series.commits[index - 1].flags, series.commits[index].flags
        if old is not new and old != new:
            marks.append({"at": index, "kind": "flags", "text": _differences(old, new)})
    return marks[-MARKS_SHOWN:]


def _differences(before: Sequence[Any], after: Sequence[Any]) -> str:
    old = {fact.name: fact.value for fact in before}
    new = {fact.name: fact.value for fact in after}
    changed = [name for name in sorted({**old, **new}) if old.get(name) != new.get(name)]
    texts = [f"{name}: {old.get(name, 'none')} → {new.get(name, 'none')}" for name in changed]
    return wording.clipped("; ".join(texts))


def _interval(point: HistoryPoint, unit: str) -> str:
    if not (np.isfinite(point.low) and np.isfinite(point.high)):
        return "-"
    return f"{wording.quantity(point.low, unit)} to {wording.quantity(point.high, unit)}"
