from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from trading.__main__ import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

ROWS = """\
34200.5,1,1,21,2238100,1
34201.5,1,2,10,2238300,-1
34202.5,1,3,5,2238100,1
34203.5,4,1,20,2238100,1
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "messages.csv"
    file.write_text(ROWS)
    return file


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["inspect", *map(str, arguments)])


def document(*arguments: object) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    content: dict[str, Any] = json.loads(result.stdout)
    return content


@pytest.mark.parametrize(
    ("arguments", "events", "bid_lots"),
    [
        ([], 4, 6),
        (["--event", 0], 0, 0),
        (["--event", 1], 1, 21),
        (["--event", 3], 3, 26),
        (["--time", "34201.5"], 2, 21),
        (["--time", "09:30:02.499999999"], 2, 21),
        (["--time", "9:30:03"], 3, 26),
        (["--time", "1"], 0, 0),
        (["--time", "9:30:02", "--event", 1], 1, 21),
    ],
)
def test_the_book_is_that_after_the_event_or_at_the_time(
    file: Path, arguments: list[object], events: int, bid_lots: int
) -> None:
    content = document(file, *arguments)
    assert (content["events"], content["bid_quantity_lots"]) == (events, bid_lots)


def test_levels_and_orders_are_listed_with_the_figures_of_the_top(file: Path) -> None:
    content = document(file, "--event", 3, "--orders")
    assert content["bids"] == [{"price_ticks": 2_238_100, "quantity_lots": 26, "orders": 2}]
    assert [order["order_id"] for order in content["bid_orders"]] == [1, 3]
    assert content["imbalance"] == pytest.approx(16 / 36)
    assert content["microprice_ticks"] == pytest.approx((2_238_100 * 10 + 2_238_300 * 26) / 36)


def test_the_drawing(golden: Callable[[str, str], None]) -> None:
    result = run("--synthetic", 2_000, "--event", 1_500, "--levels", 6, "--orders")
    assert result.exit_code == 0
    golden("inspect.txt", result.stdout)


def test_an_empty_book_is_drawn(file: Path) -> None:
    result = run(file, "--event", 0)
    assert result.exit_code == 0
    assert "none" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "exit_code", "message"),
    [
        (["--event", "5"], 2, "has 4 events only"),
        (["--event", "2", "--time", "34200.5"], 2, "has 1 events up to that time only"),
        (["--time", "noon"], 2, "'noon' is no time"),
        (["--levels", "0"], 2, "0 is not in the range"),
        (["--synthetic", "5"], 2, "give either FILE or --synthetic N"),
    ],
)
def test_wrong_use_is_said_in_one_line(file: Path, arguments: list[str], exit_code: int, message: str) -> None:
    result = run(file, *arguments)
    assert result.exit_code == exit_code
    assert message in result.stderr


def test_a_corrupt_row_counts_only_if_the_place_is_behind_it(file: Path) -> None:
    file.write_text(ROWS + "34204.5,1,3,5\n")
    assert document(file, "--event", 4)["events"] == 4
    result = run(file)
    assert result.exit_code == 4
    assert f"{file}, line 5" in result.stderr


def test_an_impossible_event_is_named(file: Path) -> None:
    file.write_text(ROWS + "34204.5,1,3,5,2238100,1\n")
    result = run(file)
    assert result.exit_code == 4
    assert "event 5 is impossible: order 3 is resting already" in result.stderr
