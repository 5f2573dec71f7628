"""The page, the tables and the document of the same findings."""

from __future__ import annotations

import json
from typing import Final

from rich.console import Console

from reports.peers.document import to_json
from reports.peers.facts import Facts
from reports.peers.records import Findings, Quantiles, Row, Status
from reports.peers.tables import to_markdown, to_terminal

FACTS: Final = Facts(
    started_at="2026-01-02 03:04 UTC",
    commit="0123456789ab",
    cpu_model="Some CPU",
    cpu_count=2,
    kernel="6.1.0",
    python="CPython 3.11.2",
    load=0.5,
    rounds=2,
    events=200_000,
    baseline="ours, as deployed",
    flags_on=("native-core",),
    recorder="native-rdtsc",
    recorder_ns=21.4,
    binding_ns=18.6,
)
OURS: Final = Row(
    "ours, as deployed",
    "0.1.0",
    True,  # noqa: FBT003 - a record
    Status.MEASURED,
    "cancel",
    rounds=(Quantiles(100, 200), Quantiles(110, 220)),
)
PEER: Final = Row(
    "peer",
    "2.0",
    False,  # noqa: FBT003 - a record
    Status.MEASURED,
    "cancel",
    rounds=(Quantiles(700, 30_000), Quantiles(770, 33_000)),
)
ABSENT: Final = Row("gone", "", False, Status.ABSENT, reason="is not installed in this environment")  # noqa: FBT003 - a record
WRONG: Final = Row("wrong", "3.0", False, Status.DISAGREES, reason="trade 0:\n  ours 1, theirs 2")  # noqa: FBT003 - a record
FINDINGS: Final = [Findings("books", "Matching book", "A note.", (OURS, PEER, ABSENT, WRONG))]


def test_the_page_tells_figures_ratios_and_who_is_missing() -> None:
    page = to_markdown(FACTS, FINDINGS)
    assert "| peer | 2.0 | 735 | 31,500 | 7.00 | 150 |" in page
    assert "| ours, as deployed | 0.1.0 | 105 | 210 | 1.00 | 1.00 |" in page
    assert "- gone: absent: is not installed in this environment" in page
    assert "- wrong 3.0: disagrees: trade 0: ours 1, theirs 2" in page


def test_the_page_sums_up_against_the_best_peer() -> None:
    assert "| Matching book: cancel | 105 | 210 | peer | 7.00 | 150 |" in to_markdown(FACTS, FINDINGS)


def test_the_page_tells_where_when_and_of_what() -> None:
    page = to_markdown(FACTS, FINDINGS)
    for fact in (
        "2 rounds",
        "200,000 events",
        "2026-01-02",
        "0123456789ab",
        "Some CPU",
        "CPython 3.11.2",
        "native-core",
    ):
        assert fact in page


def test_the_terminal_shows_the_same_figures() -> None:
    console = Console(width=120)
    with console.capture() as capture:
        for item in to_terminal(FACTS, FINDINGS):
            console.print(item, markup=False, highlight=False)
    text = capture.get()
    for figure in ("31,500", "150", "gone: absent: is not installed", "wrong 3.0: disagrees"):
        assert figure in text


def test_the_document_keeps_every_round() -> None:
    document = json.loads(to_json(FACTS, FINDINGS))
    assert document["facts"]["commit"] == "0123456789ab"
    (comparison,) = document["comparisons"]
    ours, peer = comparison["operations"]["cancel"]
    assert ours["name"] == "ours, as deployed"
    assert peer["rounds"] == [{"p50_ns": 700, "p99_ns": 30_000}, {"p50_ns": 770, "p99_ns": 33_000}]
    assert peer["p99_ratio"] == 150
    assert [item["status"] for item in comparison["not_measured"]] == ["absent", "disagrees"]


def test_a_ratio_is_told_with_the_digits_that_matter() -> None:
    fast = Row("fast", "1.0", False, Status.MEASURED, "cancel", rounds=(Quantiles(0.05, 150), Quantiles(0.055, 165)))  # noqa: FBT003 - a record
    page = to_markdown(FACTS, [Findings("books", "Matching book", "A note.", (OURS, fast))])
    assert "| fast | 1.0 | 0 | 158 | 0.0005 | 0.75 |" in page
