from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from tests.trading.legal_flags import resolved
from trading.__main__ import main
from trading.flags import OVERLAY_VARIABLE

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

ROW = "34200.0,1,5,21,2238100,1\n"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["replay", *arguments])


def document(*arguments: str) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    content: dict[str, Any] = json.loads(result.stdout)
    return content


def test_a_synthetic_replay_prints_both_tables() -> None:
    result = run("--synthetic", "3000")
    assert result.exit_code == 0
    assert "events             3,000" in result.stdout
    assert "event to order" in result.stdout
    assert result.stderr == ""


def test_results_are_the_same_in_every_run_but_for_the_timing() -> None:
    first, second = (document("--synthetic", "3000", "--seed", "4") for _ in range(2))
    assert first.pop("timing").keys() == second.pop("timing").keys()
    assert first == second
    assert document("--synthetic", "3000", "--seed", "5")["book"] != first["book"]


def test_without_timing_no_stage_is_timed() -> None:
    assert document("--synthetic", "100", "--no-timing")["timing"]["latencies"] == []


def test_a_recorded_file_is_replayed_under_its_symbol(tmp_path: Path) -> None:
    path = tmp_path / "messages.csv"
    path.write_text(ROW)
    content = document(str(path), "--symbol", "ABC")
    assert (content["symbol"], content["events"], content["book"]["bid_quantity_lots"]) == ("ABC", 1, 21)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (ROW + "34201.0,1,6,21\n", "line 2: 4 columns instead of 6"),
        (ROW + ROW, "event 2 is impossible: order 5 is resting already"),
    ],
)
def test_corrupt_input_ends_with_4_and_the_summary_of_what_was_read(tmp_path: Path, rows: str, message: str) -> None:
    path = tmp_path / "messages.csv"
    path.write_text(rows)
    result = run(str(path), "--json")
    assert result.exit_code == 4
    assert json.loads(result.stdout)["events"] == 1
    assert str(path) in result.stderr
    assert message in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give either FILE or --synthetic N"),
        (["--synthetic", "-1"], "-1 is not in the range"),
        (["--synthetic", "many"], "'many' is not a valid integer"),
        (["no-such-file.csv"], "does not exist"),
        ([".", "--synthetic", "5"], "is a directory"),
        (["--synthetic", "5", "--symbol", ""], "empty symbol"),
    ],
)
def test_wrong_use_ends_with_2_and_says_what_is_wrong(arguments: list[str], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_flags_that_cannot_be_used_end_with_2(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(OVERLAY_VARIABLE, str(tmp_path / "none.json"))
    result = run("--synthetic", "5")
    assert result.exit_code == 2
    assert "none.json" in result.stderr


def test_help_shows_examples() -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert "python -m trading replay --synthetic 100000" in result.stdout


INTERRUPTED_REPLAY = """
import runpy, signal, sys
from trading.pipeline import Pipeline

signal.signal(signal.SIGINT, signal.default_int_handler)
on_event = Pipeline.on_event

def interrupt_after_a_thousand(self, event):
    if self._events == 1000:
        signal.raise_signal(signal.SIGINT)
    return on_event(self, event)

Pipeline.on_event = interrupt_after_a_thousand
sys.argv = ["trading", "replay", "--synthetic", "1000000000", "--json"]
runpy.run_module("trading", run_name="__main__")
"""


def test_an_interrupt_ends_with_130_and_the_summary_so_far() -> None:
    command = [sys.executable, "-c", INTERRUPTED_REPLAY]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 128 + signal.SIGINT, done.stderr
    assert json.loads(done.stdout)["events"] == 1_000
    assert "interrupted" in done.stderr


def test_what_became_of_a_placement_is_told_on_standard_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "trading.replay_command.resolve", lambda _environment, symbol: resolved(["cpu-affinity"], symbol)
    )
    before = os.sched_getaffinity(0)
    result = run("--synthetic", "100", "--json")
    assert result.exit_code == 0
    assert result.stderr.startswith('cpu-affinity: "replay" ')
    assert json.loads(result.stdout)["events"] == 100
    assert os.sched_getaffinity(0) == before
