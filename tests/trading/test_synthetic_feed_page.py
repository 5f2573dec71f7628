"""docs/trading/synthetic_feed.md shows what its command prints; the row of the recorded day needs the recording."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from trading.__main__ import main

PAGE = (Path(__file__).parents[2] / "docs" / "trading" / "synthetic_feed.md").read_text(encoding="utf-8")
DATA = os.environ.get("TAILGATE_REAL_DATA")
FILE = "AMZN_2012-06-21_34200000_57600000_message_1.csv.xz"


def shown(*arguments: str) -> list[list[str]]:
    result = CliRunner().invoke(main, ["arrivals", *arguments])
    assert result.exit_code == 0, result.output
    return [re.split(r" {2,}", line.strip()) for line in result.stdout.splitlines()[1:]]


def written(name: str) -> list[str]:
    [row] = [line for line in PAGE.splitlines() if line.startswith(f"| {name} ")]
    return [cell.strip() for cell in row.strip("|").split("|")]


def test_the_rows_of_the_presets_are_those_of_the_command() -> None:
    assert shown("--events", "57515") == [written("synthetic, default"), written("synthetic, amzn")]


@pytest.mark.real_data
@pytest.mark.skipif(DATA is None, reason="TAILGATE_REAL_DATA names no folder")
def test_the_row_of_the_recorded_day_is_that_of_the_command() -> None:
    assert shown(str(Path(DATA or "") / "lobster_amzn" / FILE), "--events", "2")[0] == written(FILE)
