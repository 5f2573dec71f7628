from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from trading.__main__ import main
from trading.feed import read_feed

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["generate", *map(str, arguments)])


@pytest.mark.parametrize("name", ["day.csv", "day.itch.gz"])
def test_a_file_is_written_that_can_be_replayed(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    result = run(file, "--events", 500)
    assert result.exit_code == 0, result.output
    events = list(read_feed(file))
    assert f"{name}: {len(events):,} events as" in result.stdout
    replayed = CliRunner().invoke(main, ["replay", str(file), "--no-timing"])
    assert replayed.exit_code == 0, replayed.output


def test_the_same_arguments_write_the_same_bytes_and_other_ones_others(tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.itch.xz" for number in range(4)]
    options: list[list[object]] = [[], [], ["--seed", 2], ["--arrivals", "amzn"]]
    for file, option in zip(files, options, strict=True):
        assert run(file, "--events", 300, *option).exit_code == 0
    first, same, other_seed, other_arrivals = (file.read_bytes() for file in files)
    assert first == same
    assert len({first, other_seed, other_arrivals}) == 3


def test_a_format_can_be_chosen_whatever_the_name(tmp_path: Path) -> None:
    assert "events as itch" in run(tmp_path / "day.bin", "--events", 5, "--format", "itch").stdout


def test_a_file_that_is_there_is_replaced_only_by_force(tmp_path: Path) -> None:
    file = tmp_path / "day.csv"
    file.write_text("kept")
    result = run(file, "--events", 5)
    assert (result.exit_code, file.read_text()) == (2, "kept")
    assert result.stderr.startswith(f"Error: {file} is there already; give --force")
    assert run(file, "--events", 5, "--force").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "exit_code", "message"),
    [
        (["day.itch", "--symbol", "NINE_CHAR"], 2, "1 to 8 ASCII characters"),
        (["none/day.csv"], 4, "No such file"),
        (["day.csv", "--events", "-1"], 2, "-1 is not in the range"),
        (["."], 2, "is a directory"),
    ],
)
def test_what_cannot_be_written_is_said_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], exit_code: int, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == exit_code
    assert message in result.stderr
    assert list(tmp_path.iterdir()) == []


INTERRUPTED = """
import runpy, signal, sys
from trading import feed

signal.signal(signal.SIGINT, signal.default_int_handler)
generate = feed.generate

def interrupted(*args, **kwargs):
    for number, event in enumerate(generate(*args, **kwargs)):
        if number == 1000:
            signal.raise_signal(signal.SIGINT)
        yield event

feed.generate = interrupted
sys.argv = ["trading", "generate", sys.argv[1]]
runpy.run_module("trading", run_name="__main__")
"""


def test_an_interrupt_leaves_nothing_half_written(tmp_path: Path) -> None:
    command = [sys.executable, "-c", INTERRUPTED, str(tmp_path / "day.itch")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 128 + signal.SIGINT, done.stderr
    assert "interrupted; " in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
