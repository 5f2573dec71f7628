"""A series as columns is the same series as its records, whatever it is made of."""

from __future__ import annotations

import math
import sqlite3
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tailgate.errors import StoreError
from tailgate.history_records import Environment, Fact, HistoryPoint, Source
from tailgate.records import Quantiles, RatioInterval
from tailgate.series_records import SeriesColumns
from tailgate.store import open_store
from tests.store.history_points import BENCHMARK, ENVIRONMENT, commit, point

if TYPE_CHECKING:
    from pathlib import Path

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


@given(batches=st.lists(st.lists(points(), max_size=12), max_size=3))
def test_columns_are_the_records_of_the_same_series(batches: list[list[HistoryPoint]]) -> None:
    with open_store(":memory:") as store:
        store.history.add_commits([commit(place) for place in range(COMMITS)])
        for batch in batches:
            store.history.add_points(batch)
        series = store.history.series(BENCHMARK, "tower")
        found = list(store.history.all_columns())
    expected = [] if series is None else [listed(SeriesColumns.of(series))]
    assert [listed(columns) for columns in found] == expected


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
            list(store.history.all_columns())
