from __future__ import annotations

import pytest

from reports.peers.ratios import sections
from reports.peers.records import Findings, Quantiles, Row, Status


def row(name: str, *rounds: tuple[float, float], operation: str = "cancel", is_ours: bool = False) -> Row:
    return Row(
        name, "1.0", is_ours, Status.MEASURED, operation, rounds=tuple(Quantiles(*quantiles) for quantiles in rounds)
    )


def findings(*rows: Row) -> Findings:
    return Findings("kind", "Title", "Note.", rows)


def test_ratios_are_taken_round_by_round() -> None:
    # Everything is twice as slow in the second round and ten times in the third: the ratio does not see it.
    ours = row("ours", (100, 200), (200, 400), (1_000, 2_000), is_ours=True)
    peer = row("peer", (300, 800), (600, 1_600), (3_000, 8_000))
    (section,) = sections(findings(ours, peer), "ours")
    assert section.best_peer is not None
    assert (section.best_peer.p50_ratio, section.best_peer.p99_ratio) == (3.0, 4.0)
    assert (section.best_peer.p50_ns, section.best_peer.p99_ns) == (600, 1_600)
    assert section.ours is not None
    assert (section.ours.p50_ratio, section.ours.p99_ratio) == (1.0, 1.0)


def test_the_fastest_tail_comes_first() -> None:
    rows = (row("slow", (1, 30)), row("ours", (1, 20), is_ours=True), row("fast", (5, 10)))
    (section,) = sections(findings(*rows), "ours")
    assert [line.row.name for line in section.lines] == ["fast", "ours", "slow"]
    assert section.best_peer is section.lines[0]


def test_each_operation_is_a_section() -> None:
    rows = [row("ours", (1, 2), operation=name, is_ours=True) for name in ("limit", "cancel")]
    assert [section.operation for section in sections(findings(*rows), "ours")] == ["limit", "cancel"]


def test_without_ours_there_are_no_ratios() -> None:
    (section,) = sections(findings(row("peer", (1, 2))), "ours")
    assert section.ours is None
    assert section.lines[0].p50_ratio is None


@pytest.mark.parametrize("nothing", [0.0, -3.0])
def test_an_operation_of_ours_that_costs_nothing_gives_no_ratio(nothing: float) -> None:
    rows = row("ours", (nothing, 2), (10, 2), is_ours=True), row("peer", (5, 4), (30, 4))
    (section,) = sections(findings(*rows), "ours")
    assert section.best_peer is not None
    assert section.best_peer.p50_ratio == 3.0


def test_who_was_not_measured_is_in_no_section() -> None:
    absent = Row("peer", "", False, Status.ABSENT, reason="not installed")  # noqa: FBT003 - a record
    (section,) = sections(findings(row("ours", (1, 2), is_ours=True), absent), "ours")
    assert [line.row.name for line in section.lines] == ["ours"]
