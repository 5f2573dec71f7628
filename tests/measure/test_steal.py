from __future__ import annotations

import math
from pathlib import Path

import pytest

from tailgate.measure.steal import StealMeter


def line(steal: int, user: int) -> str:
    return f"cpu  {user} 0 0 0 0 0 0 {steal} 0 0\ncpu0 1 2 3\n"


def test_the_share_is_what_was_stolen_since(tmp_path: Path) -> None:
    source = tmp_path / "stat"
    source.write_text(line(100, 1_000))
    meter = StealMeter(source)
    source.write_text(line(125, 1_075))
    assert meter.share() == pytest.approx(0.25)


def test_nothing_is_stolen_in_no_time(tmp_path: Path) -> None:
    source = tmp_path / "stat"
    source.write_text(line(100, 1_000))
    assert StealMeter(source).share() == 0.0


@pytest.mark.parametrize("text", [None, "", "cpu  1 2\n", "cpu  a b c d e f g h\n", "\n"])
def test_where_the_kernel_does_not_say_it_is_not_a_number(tmp_path: Path, text: str | None) -> None:
    source = tmp_path / "stat"
    if text is not None:
        source.write_text(text)
    assert math.isnan(StealMeter(source).share())


def test_this_machine_can_be_asked() -> None:
    share = StealMeter(Path("/proc/stat")).share()
    assert math.isnan(share) or 0 <= share <= 1
