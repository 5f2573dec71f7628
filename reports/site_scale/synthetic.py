"""A seeded history of any size: levels with noise, steps, slow drift, changes of environment and of flags.

In: how large it is to be. Out: points in a store, as ``tailgate history`` would have left them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from typing import TYPE_CHECKING, Final

import numpy as np

from tailgate.history_records import Environment, Fact, HistoryCommit, HistoryPoint, Source
from tailgate.records import BenchmarkId, Quantiles, RatioInterval

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from tailgate.store import Store

START: Final = datetime(2024, 1, 1, tzinfo=UTC)
COMPONENTS: Final = ("book", "feed", "orders", "positions", "risk", "serialization", "signals", "messaging")
SUBJECTS: Final = (
    "keep levels in one array",
    "refuse what is too large",
    "name the unit",
    "hold both legs",
    "one lock less",
)
OUTLIERS: Final = 0.01
"""Share of the points that are disturbed."""
FLAGS: Final = ("fast-lock", "native-core", "prefetch")


@dataclass(frozen=True, slots=True)
class Size:
    """How large a history is."""

    commits: int
    benchmarks: int
    machines: int = 1
    seed: int = 1


def commits_of(size: Size) -> list[HistoryCommit]:
    """Return the commits, a few a day."""
    generator = np.random.default_rng(size.seed)
    hours = np.cumsum(generator.exponential(5.0, size.commits))
    flags = [
        tuple(Fact(name, "on" if step >= place else "off") for place, name in enumerate(FLAGS))
        for step in range(len(FLAGS) + 1)
    ]
    return [
        HistoryCommit(
            commit=sha1(f"{size.seed} {place}".encode(), usedforsecurity=False).hexdigest(),
            committed_at=START + timedelta(hours=float(hours[place])),
            position=place,
            subject=f"{COMPONENTS[place % len(COMPONENTS)]}: {SUBJECTS[place % len(SUBJECTS)]} ({place})",
            author=("Ada", "Grace", "Barbara")[place % 3],
            flags=flags[min(place * (len(FLAGS) + 1) // max(size.commits, 1), len(FLAGS))],
        )
        for place in range(size.commits)
    ]


def benchmarks_of(size: Size) -> list[BenchmarkId]:
    """Return the benchmarks, spread over the components."""
    return [
        BenchmarkId(
            f"{COMPONENTS[place % len(COMPONENTS)]}.Case{place // len(COMPONENTS)}.latency_operation", (f"'{place}'",)
        )
        for place in range(size.benchmarks)
    ]


def fill(store: Store, size: Size) -> int:
    """Put a history into a store; return how many points it has."""
    commits = commits_of(size)
    store.history.add_commits(commits)
    generator = np.random.default_rng(size.seed + 1)
    count = 0
    for machine in range(size.machines):
        name = f"machine-{machine + 1}"
        for benchmark in benchmarks_of(size):
            points = list(_points(benchmark, name, commits, generator))
            store.history.add_points(points)
            count += len(points)
        store.history.pin(commits[len(commits) // 10].commit, name)
    return count


def add_commit(store: Store, size: Size) -> None:
    """Add one commit at the end, with a point of every benchmark on the first machine."""
    known = store.history.commits()
    last = known[-1]
    commit = replace(
        last,
        commit=sha1(last.commit.encode(), usedforsecurity=False).hexdigest(),
        committed_at=last.committed_at + timedelta(hours=3),
        position=last.position + 1,
    )
    store.history.add_commits([commit])
    before = store.history.points_of(last.commit)
    store.history.add_points([replace(point, commit=commit.commit) for point in before[: size.benchmarks]])


def levels_of(count: int, generator: np.random.Generator) -> NDArray[np.float64]:
    """Return the true p99 at each commit: a base, a few steps up and down, and a drift."""
    base = float(10 ** generator.uniform(2, 5))
    level = np.full(count, np.log(base))
    for _ in range(int(generator.integers(0, 5))):
        level[int(generator.integers(0, count)) :] += float(generator.choice([-1, 1]) * generator.uniform(0.05, 0.4))
    return np.exp(level + np.linspace(0, float(generator.normal(0, 0.03)), count))


def _points(
    benchmark: BenchmarkId, machine: str, commits: list[HistoryCommit], generator: np.random.Generator
) -> Iterator[HistoryPoint]:
    count = len(commits)
    environments = [
        Environment(
            machine,
            (
                Fact("compiler", "gcc 12.2"),
                Fact("cpu", "2 x Example CPU"),
                Fact("kernel", kernel),
                Fact("python", "3.11.2"),
            ),
        )
        for kernel in ("6.1.0", "6.6.0")
    ]
    true = levels_of(count, generator)
    value = true * np.exp(generator.normal(0, 0.012, count) + (generator.random(count) < OUTLIERS) * 0.25)
    raw = value * np.exp(0.08 + np.abs(generator.normal(0, 0.06, count)))
    pinned = true[count // 10]
    for place, commit in enumerate(commits):
        at, noisy = float(value[place]), float(raw[place])
        yield HistoryPoint(
            benchmark=benchmark,
            commit=commit.commit,
            environment=environments[place >= 2 * count // 3],
            measured_at=commit.committed_at + timedelta(hours=2),
            source=Source.HISTORY,
            unit="ns",
            value=at,
            low=at * 0.978,
            high=at * 1.022,
            intrinsic=Quantiles(at / 2.9, at / 1.8, at, at * 1.9, at * 6),
            raw=Quantiles(noisy / 2.9, noisy / 1.8, noisy, noisy * 2.4, noisy * 30),
            against_pinned=RatioInterval(at / pinned, at / pinned * 0.97, at / pinned * 1.03),
            processes=6,
            pinned_commit=commits[count // 10].commit,
        )
