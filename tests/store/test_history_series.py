"""A series as columns is the same series as its records, whatever it is made of."""

from __future__ import annotations

import math
import sqlite3
import tempfile
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tailgate.errors import StoreError
from tailgate.history_records import Environment, Fact, HistoryPoint, Source
from tailgate.records import Quantiles, RatioInterval
from tailgate.series_records import SeriesColumns
from tailgate.store import open_store
from tests.store.history_points import BENCHMARK, ENVIRONMENT, commit, point

if TYPE_CHECKING:
    from tailgate.store import Store

COMMITS = 8
ENVIRONMENTS = (ENVIRONMENT, Environment("tower", (Fact("kernel", "6.6"),)))


@st.composite
def points(draw: st.DrawFn) -> HistoryPoint:
    legs: list[Any] = [
        draw(st.none() | st.builds(Quantiles, *[st.floats(1, 1e9)] * 5)),
        draw(st.none() | st.builds(Quantiles, *[st.floats(1, 1e9)] * 5)),
        draw(st.none() | st.builds(RatioInterval, *[st.floats(0.1, 10)] * 3)),
    ]
    is_failed = draw(st.integers(0, 5)) == 0
    return point(
        draw(st.integers(0, COMMITS - 1)),
        math.nan if is_failed else draw(st.floats(1, 1e9)),
        low=draw(st.just(math.nan) | st.floats(0.5, 1e9)),
        source=draw(st.sampled_from(Source)),
        unit=draw(st.sampled_from(["ns", "ns", "ns", "seconds"])),
        environment=draw(st.sampled_from(ENVIRONMENTS)),
        processes=draw(st.integers(0, 40)),
        intrinsic=legs[0],
        raw=legs[1],
        against_pinned=legs[2],
        failure="it crashed" if is_failed else "",
    )


def listed(columns: SeriesColumns) -> dict[str, Any]:
    """Return what columns hold in a form that compares; environments by what they are, not by their order."""
    found = {
        field.name: value.tolist() if isinstance(value := getattr(columns, field.name), np.ndarray) else value
        for field in fields(columns)
    }
    del found["environments"]
    found["environment_places"] = [columns.environment(place) for place in range(columns.values.size)]
    return {name: repr(value) for name, value in found.items()}


@settings(max_examples=40)  # each makes a database
@given(batches=st.lists(st.lists(points(), max_size=12), max_size=3))
def test_columns_are_the_records_of_the_same_series(batches: list[list[HistoryPoint]]) -> None:
    with open_store(":memory:") as store:
        store.history.add_commits([commit(place) for place in range(COMMITS)])
        for batch in batches:
            store.history.add_points(batch)
        series = store.history.series(BENCHMARK, "tower")
        found = list(store.history.columns().series())
    expected = [] if series is None else [listed(SeriesColumns.of(series))]
    assert [listed(columns) for columns in found] == expected


@settings(max_examples=40)  # each makes a database
@given(batches=st.lists(st.lists(points(), max_size=12), min_size=1, max_size=4))
def test_columns_that_were_kept_and_brought_up_to_date_are_those_that_are_read_anew(
    batches: list[list[HistoryPoint]],
) -> None:
    with tempfile.TemporaryDirectory() as cache, open_store(":memory:") as store:
        store.history.add_commits([commit(place) for place in range(COMMITS)])
        for batch in batches:
            store.history.add_points(batch)
            kept = list(store.history.columns(Path(cache)).series())
            assert [listed(columns) for columns in kept] == [
                listed(columns) for columns in store.history.columns().series()
            ]


def only(store: Store, cache: Path | None = None) -> dict[str, Any]:
    """Return what the only series of a store holds."""
    (columns,) = store.history.columns(cache).series()
    return listed(columns)


def test_columns_that_were_kept_of_another_store_are_not_believed(tmp_path: Path) -> None:
    path, cache = tmp_path / "store.db", tmp_path / "cache"
    with open_store(path) as store:
        store.history.add_commits([commit(place) for place in range(COMMITS)])
        store.history.add_points([point(place) for place in range(4)])
        only(store, cache)
    copy = path.read_bytes()
    # What is written from here on is lost: the copy is restored, and goes on its own way.
    with open_store(path) as store:
        store.history.add_points([point(2, 777.0), point(3, math.nan, failure="x")])
        store.history.add_points([point(4, 888.0)])
        lost = only(store, cache)
    for file in tmp_path.glob("store.db*"):
        file.unlink()
    path.write_bytes(copy)
    with open_store(path) as store:
        assert only(store, cache) == only(store) != lost
        store.history.add_points([point(5)])
        assert only(store, cache) == only(store)
    with open_store(tmp_path / "other.db") as other:
        other.history.add_commits([commit(place) for place in reversed(range(COMMITS))])
        other.history.add_points([point(place, 500.0 + place) for place in (7, 6, 1)])
        assert only(other, cache) == only(other)


@pytest.mark.parametrize("damage", ["emptied", "halved", "a bit flipped", "another file", "gone"])
def test_columns_that_were_kept_and_damaged_are_read_anew(damage: str, tmp_path: Path) -> None:
    with open_store(tmp_path / "store.db") as store:
        store.history.add_commits([commit(place) for place in range(COMMITS)])
        store.history.add_points([point(place) for place in range(COMMITS)])
        expected = only(store, tmp_path / "cache")
        (file,) = (tmp_path / "cache").iterdir()
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        if damage == "gone":
            file.unlink()
        elif damage == "another file":
            np.savez(file, points=np.zeros(3), units=np.array(["ns"]), change=7)
        else:
            file.write_bytes({"emptied": b"", "halved": bytes(content[: len(content) // 2])}.get(damage, content))
        assert only(store, tmp_path / "cache") == expected
        assert only(store, tmp_path / "cache") == expected


def test_points_that_were_kept_are_not_read_again(tmp_path: Path) -> None:
    path, cache = tmp_path / "store.db", tmp_path / "cache"
    with open_store(path) as store:
        store.history.add_commits([commit(place) for place in range(4)])
        store.history.add_points([point(1), point(2)])
        expected = only(store, cache)
    connection = sqlite3.connect(path)
    # Nobody who reads them again gets past this.
    connection.execute("UPDATE history_points SET numbers = x'07'")
    connection.commit()
    connection.close()
    with open_store(path) as store:
        assert only(store, cache) == expected
        store.history.add_points([point(3), point(2, 120.0)])
        assert only(store, cache)["values"] == "[100.0, 120.0, 100.0]"


def test_a_store_of_version_five_gets_the_changes_of_its_points(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with open_store(path) as store:
        store.history.add_commits([commit(1), commit(2)])
        store.history.add_points([point(1), point(2)])
        expected = only(store)
    connection = sqlite3.connect(path)
    connection.executescript("ALTER TABLE history_points DROP COLUMN change; UPDATE tailgate_schema SET version = 5;")
    connection.close()
    with open_store(path) as store:
        assert only(store, tmp_path / "cache") == expected
        store.history.add_points([point(2, 120.0)])
        assert only(store, tmp_path / "cache") == only(store) != expected


def test_columns_of_damaged_numbers_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with open_store(path) as store:
        store.history.add_commits([commit(1), commit(2)])
        store.history.add_points([point(1), point(2)])
    for damage in (b"\x07", b""):
        connection = sqlite3.connect(path)
        connection.execute("UPDATE history_points SET numbers = ? WHERE commit_key = 2", (damage,))
        connection.commit()
        connection.close()
        with open_store(path) as store, pytest.raises(StoreError, match="is damaged"):
            list(store.history.columns().series())
