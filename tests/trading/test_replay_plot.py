from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from trading import assembly
from trading.__main__ import main
from trading.feed import generate
from trading.pipeline import Pipeline
from trading.replay_series import ReplaySeries

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["replay", "--synthetic", "3000", *map(str, arguments)])


@pytest.mark.parametrize(("suffix", "magic"), [("png", b"\x89PNG"), ("svg", b"<?xml")])
@pytest.mark.parametrize("timing", ["--timing", "--no-timing"])
def test_a_picture_is_written(tmp_path: Path, suffix: str, magic: bytes, timing: str) -> None:
    pytest.importorskip("matplotlib")
    path = tmp_path / f"replay.{suffix}"
    result = run("--plot", path, timing)
    assert result.exit_code == 0, result.output
    assert path.read_bytes().startswith(magic)


@pytest.mark.parametrize(("name", "message"), [("replay.xyz", "no format for plots"), ("none/a.png", "no folder")])
def test_a_plot_that_could_not_be_written_is_refused_before_the_replay(tmp_path: Path, name: str, message: str) -> None:
    pytest.importorskip("matplotlib")
    result = run("--plot", tmp_path / name)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_a_missing_package_is_named_with_the_command_that_adds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("matplotlib", "matplotlib.figure"):
        monkeypatch.setitem(sys.modules, module, None)
    result = run("--plot", tmp_path / "replay.png")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "mend: pip install 'trading[plot]'" in result.stderr


def test_samples_are_spread_evenly_over_a_replay_of_any_length() -> None:
    components = assembly.build_components()
    series = ReplaySeries(components)
    pipeline = Pipeline(components)
    pipeline.run(series.watch(generate(9_000)))
    times = [event.time_ns for event in generate(9_000)]
    assert [sample.time_ns for sample in series.samples] == times[::8]
    last = series.samples[-1].profit_tick_lots
    assert last is not None
    assert last != 0
