from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from tailgate.flag_records import FlagStudy, Metric
from tailgate.report import print_flags, print_switches
from tests.flag_studies import HOSTILE, effect, failure, study

if TYPE_CHECKING:
    from collections.abc import Callable

STUDY = study(
    effect("fast-lock", Metric.P99, 0.8),
    effect("fast-lock", Metric.P50, 0.75),
    effect("fast-lock", Metric.P999, 0.9),
    effect("fast-lock", Metric.THROUGHPUT, 1.25),
    effect("fast-lock", Metric.INSTRUCTIONS, 0.7, spread=0),
    effect("fast-lock", Metric.P99, 3.5, HOSTILE),
    effect("fast-lock", Metric.THROUGHPUT, 1.4, "messaging.Threads.time_messages"),
    failures=tuple(failure("numa-local") for _ in range(5)),
    notes=("no instructions and no cache misses: valgrind is not installed",),
)


def shown(found: FlagStudy, width: int = 160, encoding: str = "utf-8") -> str:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    print_flags(found, Console(file=stream, width=width, highlight=False, markup=False, emoji=False))
    stream.flush()
    return stream.buffer.getvalue().decode(encoding)


@pytest.mark.parametrize("width", [80, 160])
def test_the_report_is_the_golden_one(golden: Callable[[str, str], None], width: int) -> None:
    golden(f"flags_{width}_columns.txt", shown(STUDY, width))


def test_hostile_names_do_not_reach_the_terminal() -> None:
    text = shown(STUDY)
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "[red]cancel[/red]" in text


def test_letters_that_the_stream_lacks_are_replaced() -> None:
    assert "us" in shown(STUDY, encoding="ascii")


def test_benchmarks_that_failed_alike_are_said_once() -> None:
    text = shown(STUDY)
    assert text.count("it does not exist yet") == 1
    assert "and 2 more, on: raised in setup" in text


def test_the_list_names_what_is_required_and_touched() -> None:
    stream = io.StringIO()
    print_switches(STUDY.switches, Console(file=stream, width=100))
    assert stream.getvalue().splitlines()[1].split() == ["fast-lock", "native-core", "^book"]
