from __future__ import annotations

from math import isnan, sqrt
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from trading.__main__ import main
from trading.feed import ArrivalParameters, arrival_statistics, generate

if TYPE_CHECKING:
    from pathlib import Path


def test_the_figures_of_a_feed_whose_gaps_are_known() -> None:
    statistics = arrival_statistics([0, 500_000, 1_500_000_000, 1_500_500_000, 1_500_900_000])
    gaps = [500_000, 1_499_500_000, 500_000, 400_000]
    mean = sum(gaps) / 4
    assert statistics.events == 5
    assert statistics.mean_rate_hertz == pytest.approx(1e9 / mean)
    assert statistics.median_gap_ns == 500_000
    assert statistics.variation == pytest.approx(sqrt(sum((gap - mean) ** 2 for gap in gaps) / 4) / mean)
    assert statistics.share_under_1_ms == 0.75
    assert statistics.peak_rate_hertz == 3


@pytest.mark.parametrize("times_ns", [[], [5], [5, 5]])
def test_too_few_events_have_no_figures(times_ns: list[int]) -> None:
    statistics = arrival_statistics(times_ns)
    assert statistics.events == len(times_ns)
    assert isnan(statistics.mean_rate_hertz)
    assert isnan(statistics.variation)


def test_the_preset_comes_near_the_figures_of_the_sample() -> None:
    events = generate(57_515, arrivals=ArrivalParameters.amzn_like())
    statistics = arrival_statistics(event.time_ns for event in events)
    # The sample's own figures, from docs/trading/synthetic_feed.md.
    assert statistics.mean_rate_hertz == pytest.approx(2.46, rel=0.05)
    assert statistics.variation == pytest.approx(3.19, rel=0.1)
    assert statistics.share_under_1_ms == pytest.approx(0.444, abs=0.03)
    assert statistics.median_gap_ns == pytest.approx(1.98e6, rel=0.5)
    assert statistics.peak_rate_hertz == pytest.approx(246, rel=0.25)


def test_the_command_compares_files_with_every_preset(tmp_path: Path) -> None:
    file = tmp_path / "messages.csv"
    file.write_text("34200.0,1,5,21,2238100,1\n34200.5,1,6,21,2238100,1\n")
    result = CliRunner().invoke(main, ["arrivals", str(file), "--events", "2000"])
    assert result.exit_code == 0, result.output
    assert [line.split("  ")[0] for line in result.stdout.splitlines()] == [
        "feed",
        "messages.csv",
        "synthetic, default",
        "synthetic, amzn",
    ]


def test_a_corrupt_file_ends_with_4(tmp_path: Path) -> None:
    file = tmp_path / "messages.csv"
    file.write_text("nothing\n")
    result = CliRunner().invoke(main, ["arrivals", str(file)])
    assert result.exit_code == 4
    assert f"{file}, line 1" in result.stderr
