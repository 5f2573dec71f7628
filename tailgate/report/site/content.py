"""What the pages are made of, in the order in which it is read. No page asks a store or a clock.

The records of ``tailgate/records.py`` and ``history_records.py``, put together as a page needs them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from tailgate.action_records import ActionTaken, Attribution
    from tailgate.flag_records import FlagEffect, FlagFailure
    from tailgate.history_records import ChangePoint, Drift, Fact, HistoryCommit, Profile, ProfileTool
    from tailgate.records import BenchmarkId, Conditions, GateResult, Leg, Revision, Side, Verdict, Waiver
    from tailgate.series_records import SeriesColumns


@dataclass(frozen=True, slots=True)
class SiteFrame:
    """What surrounds every page.

    Attributes
    ----------
    project
        Its name.
    commit_url
        What a commit's name is appended to for a link; empty where there is no such place.
    extra_pages
        File name in ``extra/`` and title of each page that policy adds.
    margin
        The change of p99 from which on a difference is relevant, as a share.
    """

    project: str
    commit_url: str = ""
    extra_pages: tuple[tuple[str, str], ...] = ()
    margin: float = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class Commits:
    """Every commit of the site in the order of history; pages name them by their place in it.

    Attributes
    ----------
    dates
        uint32, a commit each: seconds since 1970; 0 for earlier ones.
    flag_places
        Commits that deploy the same flags have the same number.
    """

    ordered: tuple[HistoryCommit, ...]
    places: Mapping[str, int] = field(repr=False)
    dates: NDArray[np.uint32] = field(repr=False)
    flag_places: NDArray[np.int64] = field(repr=False)

    @classmethod
    def of(cls, ordered: Sequence[HistoryCommit]) -> Commits:
        """Return the commits with the place of each."""
        known: dict[tuple[Fact, ...], int] = {}
        return cls(
            tuple(ordered),
            {commit.commit: place for place, commit in enumerate(ordered)},
            np.array([max(int(commit.committed_at.timestamp()), 0) for commit in ordered], dtype=np.uint32),
            np.array([known.setdefault(commit.flags, len(known)) for commit in ordered], dtype=np.int64),
        )

    def find(self, commit: str) -> HistoryCommit | None:
        """Return what is known of a commit."""
        place = self.places.get(commit)
        return None if place is None else self.ordered[place]


@dataclass(frozen=True, slots=True)
class SeriesStory:
    """One series and what was read off it.

    Attributes
    ----------
    pinned_commit
        Of the pinned baseline; empty where there is none.
    """

    series: SeriesColumns
    change_points: tuple[ChangePoint, ...]
    drift: Drift | None = None
    pinned_commit: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class SeriesDigest:
    """What other pages need of a series, so that a series is read once.

    Attributes
    ----------
    file
        Its page, relative to the site.
    last_commit, last_measured_at, last_value
        Of its latest point.
    previous_value
        Level of the points before it.
    pinned_value
        Level at the pinned baseline; NaN where there is none.
    places
        uint32: where in ``Commits`` each point is.
    values, lows, highs
        float32, one a point.
    """

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
    places: NDArray[np.uint32] = field(repr=False)
    values: NDArray[np.float32] = field(repr=False)
    lows: NDArray[np.float32] = field(repr=False)
    highs: NDArray[np.float32] = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """How the latencies of one benchmark were spread on one side of a run, in one leg.

    Attributes
    ----------
    shares
        Shares of the operations, rising, below 1.
    latency_ns
        What that share of the operations did not exceed.
    """

    benchmark: BenchmarkId
    side: Side
    leg: Leg
    shares: NDArray[np.float64] = field(repr=False)
    latency_ns: NDArray[np.float64] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Drawing:
    """The difference of the flame graphs of both sides, as an SVG that needs nothing else."""

    benchmark: BenchmarkId
    tool: ProfileTool
    svg: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class RunStory:
    """One run of the gate, finished or not, with the circumstances.

    Attributes
    ----------
    result
        ``None`` while it is under way, and for ever where it was cut off.
    conditions
        Of every process of the run that was looked at.
    spreads
        Of both sides and legs; empty where they were not read.
    attributions
        What made its regressions worse.
    """

    run_id: str
    started_at: datetime
    baseline: Revision
    candidate: Revision
    measurements: int
    result: GateResult | None
    conditions: tuple[Conditions, ...] = ()
    spreads: tuple[Spread, ...] = ()
    profiles: tuple[Profile, ...] = ()
    drawings: tuple[Drawing, ...] = ()
    actions: tuple[ActionTaken, ...] = ()
    attributions: tuple[Attribution, ...] = ()

    @property
    def is_self_check(self) -> bool:
        """Whether unchanged code was compared with itself, in the state that it deploys."""
        return self.baseline.commit == self.candidate.commit and self.is_of_deployed_flags

    @property
    def is_of_deployed_flags(self) -> bool:
        """Whether both sides ran under the flags that their commits deploy."""
        fingerprint = None if self.result is None else self.result.fingerprint
        return fingerprint is None or fingerprint.flags == "deployed"


@dataclass(frozen=True, slots=True)
class VerdictStory:
    """One verdict of a run, and the latest word on a benchmark."""

    run: RunStory
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """Everything that the pages beside the series show.

    Attributes
    ----------
    now
        The moment that the digest of the week ends with.
    runs
        Newest first.
    """

    now: datetime
    commits: Commits
    series: tuple[SeriesDigest, ...]
    runs: tuple[RunStory, ...]
    actions: tuple[ActionTaken, ...]
    waivers: tuple[Waiver, ...]
    flag_effects: tuple[FlagEffect, ...]
    flag_failures: tuple[FlagFailure, ...]
    pins: Mapping[str, str]
