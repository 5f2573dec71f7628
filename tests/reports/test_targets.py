from __future__ import annotations

import pytest

from reports.roadmap.judge import Holds
from reports.roadmap.rows import Target
from reports.roadmap.targets import target_line
from tailgate.flag_records import Metric
from tests.flag_studies import effect

BOOK = Target(title="Book", benchmarks="^book", metric=Metric.P99, baseline=15e3, goal=5e3, claimed=4.2e3)


def test_the_three_states_come_from_two_switches() -> None:
    effects = [
        effect("native-core", Metric.P99, 0.5, off=10e3),
        effect("deployed", Metric.P99, 0.3, off=10e3),
        effect("fast-lock", Metric.P99, 0.1, off=10e3),
        effect("deployed", Metric.P50, 0.1, off=10e3),
        effect("deployed", Metric.P99, 9.0, "risk.Check.latency_check"),
    ]
    line = target_line(BOOK, effects, cores=2)
    assert (line.all_off, line.native, line.deployed) == (10e3, 5e3, 3e3)
    assert line.holds is Holds.HOLDS


@pytest.mark.parametrize(("reached", "expected"), [(4.2e3, Holds.HOLDS), (4.9e3, Holds.PARTLY), (5.1e3, Holds.NOT)])
def test_the_goal_decides_and_then_what_was_claimed(reached: float, expected: Holds) -> None:
    effects = [effect("deployed", Metric.P99, reached / 10e3, off=10e3)]
    assert target_line(BOOK, effects, cores=2).holds is expected


def test_the_worst_of_several_benchmarks_stands_for_the_target() -> None:
    effects = [
        effect("deployed", Metric.P99, 0.1, off=10e3),
        effect("deployed", Metric.P99, 0.9, "book.Events.latency_apply", off=10e3),
    ]
    assert target_line(BOOK, effects, cores=2).deployed == 9e3
    more = Target(title="T", benchmarks="^book", metric=Metric.THROUGHPUT, goal=1e3)
    rates = [effect("deployed", Metric.THROUGHPUT, ratio, f"book.{ratio}", off=1e3) for ratio in (0.5, 4.0)]
    line = target_line(more, rates, cores=2)
    assert (line.deployed, line.holds) == (500.0, Holds.NOT)


def test_a_relative_target_is_a_share_of_all_flags_off() -> None:
    fewer = Target(title="A", benchmarks=".", metric=Metric.ALLOCATIONS, goal=0.2, relative=True)
    line = target_line(fewer, [effect("deployed", Metric.ALLOCATIONS, 0.15)], cores=2)
    assert (line.all_off, line.native, line.holds) == (1.0, None, Holds.HOLDS)
    assert line.deployed == pytest.approx(0.15)


def test_what_no_benchmark_shows_or_this_machine_cannot_is_open() -> None:
    assert target_line(BOOK, [], cores=2).holds is Holds.OPEN
    scaling = Target(title="S", benchmarks=".", metric=Metric.THROUGHPUT, goal_text="linear", needs_cores=8)
    assert "8 cores, and this machine has 2" in target_line(scaling, [], cores=2).why
