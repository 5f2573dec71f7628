from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from pydantic import ValidationError
from typing_extensions import override

from reports.roadmap.page import newest, quantity, render
from reports.roadmap.rows import Claim, Plan, read_plan
from tailgate.flag_records import Metric
from tailgate.store import StoredFlagStudy
from tests.flag_studies import HOSTILE, effect, failure
from trading.flag_catalogue import CATALOGUE

PLAN = read_plan()
STUDY = StoredFlagStudy(
    "1",
    (
        effect("fast-lock", Metric.THROUGHPUT, 1.3, "messaging.<b>Threads</b>.time_messages"),
        effect("native-core", Metric.P99, 0.2, HOSTILE),
        effect("small-vectors", Metric.NATIVE_ALLOCATIONS, 0.5, HOSTILE, spread=0.0),
    ),
    (failure("numa-local", "raised: <script>alert(1)</script> | it"),),
)


class Reader(HTMLParser):
    """Collects what a browser would load, and whether every element is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.addresses: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href", "srcset", "data"}]
        if tag != "meta":
            self.open.append(tag)

    @override
    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def html(study: StoredFlagStudy | None = STUDY) -> str:
    return render(PLAN, study, "roadmap.html", memory_nodes=1)


def markdown(study: StoredFlagStudy | None = STUDY) -> str:
    return render(PLAN, study, "roadmap.md", memory_nodes=1)


def test_the_plan_has_a_row_for_every_flag_in_the_catalogues_words() -> None:
    assert [row.flag for row in PLAN.row] == [flag.name for flag in CATALOGUE]
    assert [row.phase for row in PLAN.row] == [flag.phase for flag in CATALOGUE]
    assert [row.claim for row in PLAN.row] == [flag.claim for flag in CATALOGUE]
    assert all(row.claims for row in PLAN.row if row.claim)


def test_a_claim_has_one_size() -> None:
    assert Claim(metric=Metric.P50, benchmarks=".", reduction=0.8).improvement == pytest.approx(5)
    for sizes in ({}, {"factor": 2.0, "reduction": 0.5}, {"factor": 0.5}):
        with pytest.raises(ValidationError):
            Claim.model_validate({"metric": "p50", "benchmarks": ".", **sizes})


@pytest.mark.parametrize("page", [html, markdown])
@pytest.mark.parametrize("study", [STUDY, None], ids=["measured", "nothing measured"])
def test_every_row_target_and_backlog_entry_is_on_the_page(page: object, study: StoredFlagStudy | None) -> None:
    text = page(study)  # type: ignore[operator]
    for title in (
        *(row.flag for row in PLAN.row),
        *(target.title for target in PLAN.target),
        *(item.title for item in PLAN.backlog),
    ):
        assert title in text


def test_the_page_is_whole_and_asks_for_nothing_outside() -> None:
    reader = Reader()
    reader.feed(html())
    assert reader.open == []
    assert reader.addresses == []
    assert not reader.tags & {"script", "link", "img", "iframe"}
    assert "url(" not in html()
    assert "@import" not in html()


def test_what_was_measured_is_escaped() -> None:
    for hostile in ("<script>", "<b>", "\x1b"):
        assert hostile not in html()
        assert hostile not in markdown()
    assert "&lt;script&gt;alert(1)" in html()


def test_every_row_of_a_markdown_table_has_as_many_cells_as_its_heading() -> None:
    for table in re.split(r"\n\n", markdown()):
        rows = [line for line in table.splitlines() if line.startswith("|")]
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in rows}) <= 1


def test_the_verdicts_are_on_the_page() -> None:
    lines = {line.split("|")[2].strip(" `"): line for line in markdown().splitlines() if line.startswith("| ")}
    assert "**holds**" in lines["fast-lock"]
    assert "1.30x [1.27x, 1.33x]" in lines["fast-lock"]
    assert "**not measured**" in lines["numa-local"]
    assert "**no claim**" in lines["native-core"]
    assert "5.00x" in lines["native-core"]


def test_only_the_newest_commit_is_shown_and_of_it_the_newest_effect() -> None:
    new, old = effect("a", Metric.P50, 0.9, later_s=9), effect("a", Metric.P50, 0.5)
    other, foreign = effect("b", Metric.P50, 0.7), effect("c", Metric.P50, 0.1, commit="d" * 40)
    studies = [StoredFlagStudy(str(number), (item,), ()) for number, item in enumerate((new, foreign, old, other))]
    joined = newest(studies)
    assert joined is not None
    assert joined.effects == (new, other)
    assert joined.study_id == "3"
    assert newest([]) is None


def test_commits_of_the_same_code_are_joined_but_for_what_each_deploys() -> None:
    new, old = effect("a", Metric.P50, 0.9, later_s=9), effect("b", Metric.P50, 0.5, commit="d" * 40)
    deployed = effect("deployed", Metric.P50, 0.1, commit="d" * 40)
    joined = newest([StoredFlagStudy("2", (new,), ()), StoredFlagStudy("1", (old, deployed), ())], lambda _: "same")
    assert joined is not None
    assert joined.effects == (new, old)


@pytest.mark.parametrize(
    ("metric", "value", "words"),
    [
        (Metric.P99, 123.4, "123 ns"),
        (Metric.P99, 4_200.0, "4.2 µs"),
        (Metric.RAW_P999, 2.8e6, "2.8 ms"),
        (Metric.THROUGHPUT, 2_400.0, "2.4 K/s"),
        (Metric.RESIDENT_MEMORY, 180e6, "180 MB"),
        (Metric.CACHE_HITS, 0.95, "95 %"),
        (Metric.ALLOCATIONS, 1.25, "1.25"),
    ],
)
def test_values_have_their_units(metric: Metric, value: float, words: str) -> None:
    assert quantity(metric, value) == words


def test_a_plan_with_an_unknown_key_is_refused() -> None:
    with pytest.raises(ValidationError, match="extra"):
        Plan.model_validate({"row": [], "target": [], "backlog": [{"title": "a", "reason": "b", "cost": 1}]})
