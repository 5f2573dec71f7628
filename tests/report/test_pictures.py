"""Pictures: real PNG files, the same for the same facts, whatever the names hold."""

from __future__ import annotations

import math
import struct
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tailgate.history_records import Environment, HistoryCommit, HistoryPoint, Series, Source
from tailgate.records import BenchmarkId, RatioInterval
from tailgate.report import can_draw, ratio_forest, series_picture

if TYPE_CHECKING:
    from tailgate.records import GateResult

pytestmark = pytest.mark.skipif(not can_draw(), reason="matplotlib is not installed")

HERE = Environment("host", ())
HOSTILE = "$\\frac{1}$ $x_{2 \x1b[31m 漢字 " + "long " * 40


def size_of(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return int(width), int(height)


def series(count: int, unit: str = "ns") -> Series:
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    benchmark = BenchmarkId(HOSTILE)
    commits = tuple(HistoryCommit(f"{number:040x}", moment + timedelta(days=number)) for number in range(count))
    points = tuple(
        HistoryPoint(
            benchmark, commit.commit, HERE, moment, Source.GATE, unit, value=100.0 + number, low=math.nan, high=120.0
        )
        for number, commit in enumerate(commits)
    )
    return Series(benchmark, "host", unit, commits, points)


def test_the_forest_has_a_row_for_each_benchmark(result: GateResult) -> None:
    few = size_of(ratio_forest(result, "a to b"))
    more = size_of(ratio_forest(replace(result, verdicts=result.verdicts * 4), "a to b"))
    assert more[0] == few[0]
    assert more[1] > few[1]


def test_the_same_facts_give_the_same_bytes(result: GateResult) -> None:
    assert ratio_forest(result, "title") == ratio_forest(result, "title")


def test_names_are_no_formulas_and_unknown_bounds_no_crash(result: GateResult) -> None:
    verdict = result.verdicts[0]
    hostile = replace(
        verdict, benchmark=BenchmarkId(HOSTILE), intrinsic=RatioInterval(1.1, math.nan, math.inf), raw=None
    )
    size_of(ratio_forest(replace(result, verdicts=(hostile,)), HOSTILE))


def test_a_run_that_measured_nothing_gives_an_empty_picture(result: GateResult) -> None:
    size_of(ratio_forest(replace(result, verdicts=()), "nothing"))


@pytest.mark.parametrize("count", [1, 2, 400])
def test_a_series_is_drawn_whatever_its_length(count: int) -> None:
    assert size_of(series_picture(series(count), (), HOSTILE))[0] == 1100
