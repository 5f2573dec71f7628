"""One line says how the run ended and names the worst."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from tailgate.records import BenchmarkId, VerdictKind
from tailgate.report import summary_line

if TYPE_CHECKING:
    from tailgate.records import GateResult


def test_each_kind_is_counted_from_the_worst_to_the_best(result: GateResult) -> None:
    assert summary_line(result.verdicts) == (
        "5 benchmarks: 1 invalid (orders.Place.latency_place('[bold]limit[/bold]')), "
        "1 regressed (book.Cancel.latency_cancel('deep'), p99 +19.8 %), 1 inconclusive, 1 improved, 1 passed; "
        "1 of them not counted by policy"
    )


def test_the_worst_of_several_regressions_is_named(result: GateResult) -> None:
    first = result.verdicts[0]
    assert first.intrinsic is not None
    other = dataclasses.replace(
        first, benchmark=BenchmarkId("a.b"), intrinsic=dataclasses.replace(first.intrinsic, ratio=1.5)
    )
    assert summary_line((first, other)) == "2 benchmarks: 2 regressed (worst a.b, p99 +50.0 %)"


def test_the_larger_leg_is_the_one_shown(result: GateResult) -> None:
    first = result.verdicts[0]
    assert first.raw is not None
    one = dataclasses.replace(first, raw=dataclasses.replace(first.raw, ratio=2.0))
    assert summary_line((one,)).endswith("p99 +100.0 %)")


def test_several_invalid_ones_are_counted_behind_the_first(result: GateResult) -> None:
    invalid = result.verdicts[-1]
    other = dataclasses.replace(invalid, benchmark=BenchmarkId("z.z"))
    assert "2 invalid (orders.Place.latency_place('[bold]limit[/bold]') and 1 more)" in summary_line((invalid, other))


def test_one_benchmark_is_singular_and_none_is_nothing(result: GateResult) -> None:
    passed = next(verdict for verdict in result.verdicts if verdict.kind is VerdictKind.PASS)
    assert summary_line((passed,)) == "1 benchmark: 1 passed"
    assert summary_line(()) == "nothing was measured"
