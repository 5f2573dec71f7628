from __future__ import annotations

import pytest

from reports.roadmap.judge import Holds, improvement, judge
from reports.roadmap.rows import Claim, Row, Shown
from tailgate.flag_records import FlagEffect, Metric
from tests.flag_studies import effect, failure

THREADS = "messaging.Threads.time_messages"


def row(*claims: Claim, needs_nodes: int = 1) -> Row:
    return Row(phase="1.1", flag="a", baseline="x", target="y", claim="+20 %", claims=claims, needs_nodes=needs_nodes)


FASTER = Claim(metric=Metric.THROUGHPUT, benchmarks=".", factor=1.2)
FEWER = Claim(metric=Metric.ALLOCATIONS, benchmarks="^book", reduction=0.8)


@pytest.mark.parametrize(
    ("ratio", "spread", "expected"),
    [
        (1.25, 0.02, Holds.HOLDS),
        (1.2, 0.0, Holds.HOLDS),
        # The interval reaches below what is claimed: it is better, but the claim is not shown.
        (1.21, 0.02, Holds.PARTLY),
        (1.05, 0.02, Holds.PARTLY),
        (1.01, 0.02, Holds.NOT),
        (0.7, 0.02, Holds.NOT),
    ],
)
def test_the_whole_interval_decides(ratio: float, spread: float, expected: Holds) -> None:
    effects = [effect("a", Metric.THROUGHPUT, ratio, spread=spread), effect("b", Metric.THROUGHPUT, 9.0)]
    assert judge(row(FASTER), effects, [], 1).holds is expected


@pytest.mark.parametrize(
    ("on_over_off", "expected"), [(0.2, Holds.HOLDS), (0.21, Holds.PARTLY), (1.0, Holds.NOT), (0.0, Holds.HOLDS)]
)
def test_a_reduction_is_judged_by_what_is_left(on_over_off: float, expected: Holds) -> None:
    effects = [effect("a", Metric.ALLOCATIONS, on_over_off, spread=0.0)]
    assert judge(row(FEWER), effects, [], 1).holds is expected


def two(first: float, second: float) -> list[FlagEffect]:
    return [effect("a", Metric.THROUGHPUT, first), effect("a", Metric.THROUGHPUT, second, THREADS)]


def test_a_claim_must_hold_on_every_benchmark() -> None:
    assert judge(row(FASTER), two(1.5, 1.4), [], 1).holds is Holds.HOLDS
    partly = judge(row(FASTER), two(1.5, 0.9), [], 1)
    assert partly.holds is Holds.PARTLY
    assert "1 of 2 shown to be better, 1 of them by what is claimed" in partly.why
    assert judge(row(FASTER), two(0.9, 0.8), [], 1).holds is Holds.NOT


def test_an_overall_claim_is_about_the_geometric_mean() -> None:
    overall = Claim(metric=Metric.THROUGHPUT, benchmarks=".", factor=1.2, combine="mean")
    finding = judge(row(overall), two(1.8, 0.9), [], 1)
    (reading,) = finding.readings
    assert reading.improvement.ratio == pytest.approx((1.8 * 0.9) ** 0.5)
    # Two intervals of 2 % each: their mean's is narrower by the square root of two.
    assert reading.improvement.high / reading.improvement.ratio == pytest.approx(1.02 ** (0.5**0.5), rel=1e-3)
    assert finding.holds is Holds.HOLDS


def test_every_one_of_several_claims_must_hold() -> None:
    lower = Claim(metric=Metric.P99, benchmarks=".", factor=3.0)
    throughput = effect("a", Metric.THROUGHPUT, 2.0)
    assert judge(row(FASTER, lower), [throughput, effect("a", Metric.P99, 0.3)], [], 1).holds is Holds.HOLDS
    assert judge(row(FASTER, lower), [throughput, effect("a", Metric.P99, 0.5)], [], 1).holds is Holds.PARTLY
    assert judge(row(FASTER, lower), [throughput], [], 1).holds is Holds.PARTLY


def test_what_was_not_measured_says_why() -> None:
    assert judge(row(FASTER), [], [failure("a")], 1).why == failure("a").failure.reason
    assert "no run" in judge(row(FASTER), [], [failure("b")], 1).why
    elsewhere = judge(row(FEWER), [effect("a", Metric.P99, 0.1)], [], 1)
    assert (elsewhere.holds, elsewhere.why) == (Holds.OPEN, "no benchmark that was measured shows what is claimed")


def test_a_machine_that_cannot_show_it_decides_nothing() -> None:
    needs_two = row(FASTER, needs_nodes=2)
    effects = [effect("a", Metric.THROUGHPUT, 2.0)]
    finding = judge(needs_two, effects, [], 1)
    assert (finding.holds, len(finding.readings)) == (Holds.OPEN, 1)
    assert judge(needs_two, effects, [], 2).holds is Holds.HOLDS


def test_a_row_that_claims_nothing_shows_what_was_measured() -> None:
    shown = Row(
        phase="0",
        flag="a",
        baseline="x",
        target="y",
        claim="",
        shown=(Shown(metric=Metric.P99, benchmarks=".", combine="mean"),),
    )
    finding = judge(shown, [effect("a", Metric.P99, 0.1)], [], 1)
    assert finding.holds is Holds.UNCLAIMED
    assert finding.readings[0].improvement.ratio == pytest.approx(10)


def test_the_interval_of_an_improvement_keeps_its_order() -> None:
    for metric in Metric:
        value = improvement(effect("a", metric, 0.5))
        assert value.low < value.ratio < value.high


def test_the_plain_python_reference_stands_beside_each_reading() -> None:
    native = effect("native-core", Metric.THROUGHPUT, 10.0, off=50.0)
    finding = judge(row(FASTER), [native, effect("a", Metric.THROUGHPUT, 1.5, off=500.0)], [], 1)
    (reading,) = finding.readings
    assert (reading.reference, reading.off, reading.on) == (50.0, 500.0, 750.0)
