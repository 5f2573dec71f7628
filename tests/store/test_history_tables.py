"""History comes back as it went in: whole, in order, and once."""

from __future__ import annotations

import math
import sqlite3
from dataclasses import replace
from datetime import timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from tailgate.errors import StoreError
from tailgate.history_records import Environment, Fact, Profile, ProfileTool, Source
from tailgate.records import BenchmarkId, Revision
from tailgate.store import open_store
from tailgate.store.schema import SCHEMA_VERSION
from tests.store.history_points import BENCHMARK, ENVIRONMENT, FIRST_AT, HOSTILE, commit, name, point

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tailgate.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "store.db") as store:
        yield store


def test_points_come_back_as_they_were_in_the_order_of_the_commits(store: Store) -> None:
    commits = [commit(number) for number in range(5)]
    points = [point(number, 100.0 + number) for number in range(5)]
    store.history.add_commits(commits[::-1])
    store.history.add_points(points[::-1])
    series = store.history.series(BENCHMARK, "tower")
    assert series is not None
    assert series.commits == tuple(commits)
    assert series.points == tuple(points)
    assert (series.benchmark, series.machine, series.unit) == (BENCHMARK, "tower", "ns")
    assert [columns.commits for columns in store.history.columns().series()] == [series.commits]


def test_commits_of_one_moment_are_in_the_order_of_their_positions(store: Store) -> None:
    store.history.add_commits(
        [replace(commit(number), committed_at=FIRST_AT, position=9 - number) for number in (1, 2)]
    )
    store.history.add_points([point(1), point(2)])
    series = store.history.series(BENCHMARK, "tower")
    assert series is not None
    assert [item.commit for item in series.commits] == [name(2), name(1)]


def test_adding_the_same_again_replaces_it(store: Store) -> None:
    store.history.add_commits([commit(1), commit(1)])
    store.history.add_points([point(1), point(1, 120.0)])
    store.history.add_points([point(1, 130.0)])
    (kept,) = store.history.points_of(name(1))
    assert kept == point(1, 130.0)
    assert len(store.history.commits()) == 1


def test_one_point_stands_for_a_commit_and_the_others_are_kept(store: Store) -> None:
    store.history.add_commits([commit(1), commit(2)])
    added = [
        point(1, 3e-7, source=Source.ASV, unit="seconds", intrinsic=None, raw=None, against_pinned=None),
        point(1, 101.0, source=Source.GATE),
        point(1, 102.0),
        point(2, 4e-7, source=Source.ASV, unit="seconds"),
        point(2, 103.0, source=Source.GATE),
    ]
    store.history.add_points(added)
    series = store.history.series(BENCHMARK, "tower")
    assert series is not None
    assert [(item.source, item.value) for item in series.points] == [(Source.HISTORY, 102.0), (Source.GATE, 103.0)]
    assert store.history.points_of(name(1)) == (added[2], added[1], added[0])


def test_machines_are_never_joined(store: Store) -> None:
    other = Environment("laptop", ())
    store.history.add_commits([commit(1)])
    store.history.add_points([point(1), point(1, 200.0, environment=other)])
    assert store.history.machines() == ("laptop", "tower")
    assert [(series.machine, series.values[0]) for series in store.history.columns().series()] == [
        ("laptop", 200.0),
        ("tower", 100.0),
    ]


def test_series_of_some_keys_are_read_by_themselves(store: Store) -> None:
    store.history.add_commits([commit(1)])
    store.history.add_points([point(1), point(1, 200.0, environment=Environment("laptop", ()))])
    laptop, tower = store.history.all_keys()
    assert [series.machine for series in store.history.columns().series([tower])] == ["tower"]
    assert [series.machine for series in store.history.columns().series([tower, laptop])] == ["laptop", "tower"]
    assert list(store.history.columns().series([])) == []


def test_a_failure_is_kept_and_is_no_part_of_the_series(store: Store) -> None:
    broken = point(2, math.nan, failure="does not build", intrinsic=None, raw=None, against_pinned=None)
    store.history.add_commits([commit(1), commit(2)])
    store.history.add_points([point(1), broken])
    series = store.history.series(BENCHMARK, "tower")
    assert series is not None
    assert [item.commit for item in series.points] == [name(1)]
    (kept,) = store.history.points_of(name(2))
    assert math.isnan(kept.value)
    assert kept.failure == "does not build"


def test_without_any_value_there_is_no_series(store: Store) -> None:
    store.history.add_commits([commit(1)])
    store.history.add_points([point(1, math.nan, failure="failed")])
    assert store.history.series(BENCHMARK, "tower") is None
    assert store.history.series(BENCHMARK, "nowhere") is None
    assert list(store.history.columns().series()) == []
    assert store.history.benchmarks() == (BENCHMARK,)
    assert store.history.points_of("unknown") == ()


def test_texts_that_no_database_likes_are_kept_and_found_again(store: Store) -> None:
    benchmark = BenchmarkId(HOSTILE * 200, (HOSTILE, ""))
    environment = Environment(HOSTILE, (Fact(HOSTILE, HOSTILE),))
    store.history.add_commits([commit(1, subject=HOSTILE, author=HOSTILE, flags=(Fact("fast", HOSTILE),))])
    store.history.add_points([point(1, benchmark=benchmark, environment=environment)])
    (key,) = store.history.all_keys()
    series = store.history.series(key.benchmark, key.machine)
    assert series is not None
    found = store.history.series(benchmark, HOSTILE)
    assert found is not None
    assert found.commits == series.commits
    safe = HOSTILE.replace("\0", "\\x00").replace("\udce9", "\\udce9")
    assert (series.commits[0].subject, series.points[0].environment.facts) == (safe, (Fact(safe, safe),))


def test_moments_with_an_offset_stay_the_same_moments(store: Store) -> None:
    there = FIRST_AT.astimezone(timezone(timedelta(hours=-9, minutes=-30)))
    store.history.add_commits([replace(commit(1), committed_at=there)])
    store.history.add_points([point(1, measured_at=there)])
    (kept,) = store.history.commits()
    assert kept.committed_at == there
    assert kept.committed_at.utcoffset() == there.utcoffset()
    assert store.history.points_of(name(1))[0].measured_at == there


def test_every_write_moves_the_change_number_of_its_series_alone(store: Store) -> None:
    other = BenchmarkId("other")
    store.history.add_commits([commit(1), commit(2)])
    store.history.add_points([point(1), point(1, benchmark=other)])
    before = {key.benchmark: key.change for key in store.history.all_keys()}
    store.history.add_points([point(2)])
    after = {key.benchmark: key.change for key in store.history.all_keys()}
    assert after[other] == before[other]
    assert after[BENCHMARK] > max(before.values())
    store.history.add_commits([commit(2, subject="reworded")])
    assert {key.benchmark: key.change for key in store.history.all_keys()}[BENCHMARK] > after[BENCHMARK]
    reworded = store.history.all_keys()
    store.history.add_commits([commit(2, subject="reworded")])
    assert store.history.all_keys() == reworded


def test_a_subject_outlives_a_source_that_knows_the_date_alone(store: Store) -> None:
    store.history.add_commits([commit(1)])
    store.history.add_commits([commit(1, subject="", author="")])
    assert store.history.commits() == (commit(1),)


def test_points_of_a_commit_that_nobody_added_are_refused_whole(store: Store) -> None:
    store.history.add_commits([commit(1)])
    with pytest.raises(StoreError, match="add the commit first"):
        store.history.add_points([point(1), point(2)])
    assert store.history.points_of(name(1)) == ()


def test_the_latest_pin_holds_for_its_machine(store: Store) -> None:
    assert store.history.pinned("tower") is None
    store.history.pin(name(1), "tower")
    store.history.pin(name(2), "tower")
    store.history.pin(name(3), "laptop")
    assert store.history.pinned("tower") == name(2)
    assert store.history.pinned("laptop") == name(3)


def test_profiles_are_kept_by_run_and_replaced_by_tool(store: Store) -> None:
    failed = Profile("r1", BENCHMARK, name(1), ProfileTool.PY_SPY, "", failure="not installed")
    worked = replace(failed, file="r1/a.folded", facts=(Fact("samples", "120"),), failure="")
    other = replace(worked, run_id="r2", tool=ProfileTool.MEMRAY)
    for profile in (failed, worked, other):
        store.history.add_profile(profile)
    assert store.history.profiles("r1") == (worked,)
    assert store.history.profiles() == (worked, other)


def test_a_store_of_version_three_gets_the_tables_and_keeps_its_runs(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with open_store(path) as store:
        store.add_run("r", FIRST_AT, Revision("a" * 40, "main", ""), Revision("b" * 40, "HEAD", ""))
    connection = sqlite3.connect(path)
    new = ("history_points", "history_series", "history_commits", "environments", "history_pins", "profiles")
    for table in new:
        connection.execute(f"DROP TABLE {table}")
    connection.execute("UPDATE tailgate_schema SET version = 3")
    connection.commit()
    connection.close()
    with open_store(path) as store:
        store.history.add_commits([commit(1)])
        store.history.add_points([point(1)])
        assert store.history.points_of(name(1)) == (point(1),)
        assert [run.run_id for run in store.recent_runs()] == ["r"]
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT version FROM tailgate_schema").fetchall() == [(SCHEMA_VERSION,)]
    connection.close()


def test_a_point_is_damaged_when_its_numbers_are(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with open_store(path) as store:
        store.history.add_commits([commit(1)])
        store.history.add_points([point(1)])
    connection = sqlite3.connect(path)
    connection.execute("UPDATE history_points SET numbers = x'07'")
    connection.commit()
    connection.close()
    with open_store(path) as store, pytest.raises(StoreError, match="is damaged"):
        store.history.series(BENCHMARK, ENVIRONMENT.machine)
