"""The comparison of change point detectors, small enough for every run of the tests; the page has more series of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulation.change_points_comparison import (
    BEGIN,
    CHANGED,
    END,
    SLOPING,
    UNCHANGED,
    Scenario,
    asv,
    detectors,
    ours,
    score,
)

SERIES = 100
"""Of each kind for ours; the others take seconds, so they get ``FEW``."""

FEW = 6
BY_NAME = {scenario.name: scenario for scenario in (*UNCHANGED, *CHANGED, *SLOPING)}


@pytest.mark.parametrize("scenario", UNCHANGED, ids=lambda scenario: scenario.name)
def test_a_series_without_a_change_is_hardly_ever_accused(scenario: Scenario) -> None:
    assert score(ours, scenario, SERIES).alarmed <= 0.03


@pytest.mark.parametrize(
    ("name", "at_least"),
    [
        ("one step +3 %, SD 1 %", 0.95),
        ("one step +5 %, SD 2 %", 0.95),
        ("one step +10 %, SD 4 %", 0.9),
        ("one step +5 %, 5 % outliers, SD 2 %", 0.85),
        ("+10 % for eight commits, SD 2 %", 0.95),
    ],
)
def test_a_step_is_found_near_its_place(name: str, at_least: float) -> None:
    got = score(ours, BY_NAME[name], SERIES)
    assert got.found >= at_least
    assert got.error <= 1.0
    assert got.false <= 0.1


def test_ours_finds_what_asv_finds_and_a_short_level_that_it_does_not() -> None:
    step, short = BY_NAME["one step +5 %, SD 2 %"], BY_NAME["+10 % for eight commits, SD 2 %"]
    assert score(ours, step, FEW).found >= score(asv, step, FEW).found
    assert score(ours, short, FEW).found > score(asv, short, FEW).found


@pytest.mark.parametrize("name", ["Otava", "ruptures (PELT, l1)"])
def test_ours_accuses_disturbed_series_no_more_often_than_others(name: str) -> None:
    if name not in detectors():
        pytest.skip(f"{name} is not installed; tests/simulation/change_points_comparison.py says how")
    disturbed = BY_NAME["no change, 5 % outliers, SD 2 %"]
    assert score(ours, disturbed, 50).alarmed <= score(detectors()[name], disturbed, 50).alarmed


def test_the_page_has_the_table() -> None:
    page = (Path(__file__).parents[2] / "docs" / "history.md").read_text(encoding="utf-8")
    shown = page.partition(BEGIN)[2].partition(END)[0]
    assert [name for name in BY_NAME if f"| {name} |" not in shown] == []
