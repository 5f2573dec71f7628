"""Whole replays against golden summaries: what the system does on a feed changes only on purpose."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from trading.__main__ import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def summary_of(*arguments: str) -> str:
    result = CliRunner().invoke(main, ["replay", *arguments, "--no-timing", "--json"])
    assert result.exit_code == 0, result.output
    document: dict[str, Any] = json.loads(result.stdout)
    del document["timing"]
    return json.dumps(document, indent=2)


@pytest.mark.parametrize("arrivals", ["default", "amzn"])
def test_a_synthetic_replay(golden: Callable[[str, str], None], arrivals: str) -> None:
    golden(f"replay_synthetic_{arrivals}.json", summary_of("--synthetic", "20000", "--arrivals", arrivals))


@pytest.mark.parametrize("name", ["day.csv", "day.itch"])
def test_a_recorded_replay_is_the_same_in_every_format(
    golden: Callable[[str, str], None], tmp_path: Path, name: str
) -> None:
    written = CliRunner().invoke(main, ["generate", str(tmp_path / name), "--events", "20000"])
    assert written.exit_code == 0, written.output
    golden("replay_recorded.json", summary_of(str(tmp_path / name)))
