"""What the pages say, read as text; how they look is seen in test_in_browser.py."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tailgate.records import BenchmarkId, VerdictKind
from tailgate.report.site import SiteFrame
from tests.report.site.sites import build_site, commits, hostile_site, name_of, run_story, series_story, usual_site

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BENCHMARK = BenchmarkId("book.Case.latency_operation")


def page(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")


def text_of(html: str) -> str:
    """Return what a reader sees, a line for each block: no tags, no data, single blanks."""
    shown = re.sub(r"<script.*?</script>|<svg.*?</svg>", " ", html, flags=re.DOTALL)
    shown = " ".join(shown.split())
    shown = re.sub(r"</(?:h\d|p|tr|li|dd|nav|title|header)>", "\n", shown)
    lines = (" ".join(re.sub(r"<[^>]+>", " ", line).split()) for line in shown.split("\n"))
    return "\n".join(line for line in lines if line)


def test_the_landing_reads_as_it_did(usual: Path, golden: Callable[[str, str], None]) -> None:
    golden("site/landing.txt", text_of(page(usual, "index.html")))


def test_the_week_reads_as_it_did(usual: Path, golden: Callable[[str, str], None]) -> None:
    golden("site/week.txt", text_of(page(usual, "week.html")))


def test_the_page_of_a_small_series_is_as_it_was(tmp_path: Path, golden: Callable[[str, str], None]) -> None:
    known = commits(4)
    build_site(tmp_path, known, [series_story(known, BENCHMARK)])
    (path,) = tmp_path.glob("b/*.html")
    golden("site/series.html", path.read_text(encoding="utf-8"))


def test_an_empty_store_says_loudly_that_there_is_nothing(tmp_path: Path) -> None:
    build_site(tmp_path, commits(0), [])
    text = text_of(page(tmp_path, "index.html"))
    assert "There is nothing here yet" in text
    assert "tailgate history" in text
    assert 'role="alert"' in page(tmp_path, "index.html")
    assert "Nothing has been judged yet" in page(tmp_path, "runs.html")


def test_a_last_run_that_measured_nothing_is_said_loudly(tmp_path: Path) -> None:
    known = commits(10)
    build_site(tmp_path, known, [series_story(known, BENCHMARK)], [run_story(known, [])])
    assert "The last run measured nothing" in page(tmp_path, "index.html")


def test_a_last_run_that_was_cut_off_is_said_loudly(tmp_path: Path) -> None:
    known = commits(10)
    run = replace(run_story(known, [(BENCHMARK, VerdictKind.PASS)]), result=None)
    build_site(tmp_path, known, [series_story(known, BENCHMARK)], [run])
    assert "The last run has no result" in page(tmp_path, "index.html")


def test_a_regression_has_its_evidence_cause_action_and_what_is_missing(usual: Path) -> None:
    (html,) = [
        html for path in usual.glob("runs/book*.html") if "What made it worse" in (html := path.read_text("utf-8"))
    ]
    text = text_of(html)
    for expected in (
        "regressed",
        "the p99 is regressed",
        f"commit {name_of(59)[:10]} : it is named",
        f"revert of {name_of(59)[:10]}",
        "py-spy: difference of the flame graphs",
        "memray allocations 100 120 +20.0 %",
        "callgrind: valgrind is missing",
        "scalene: was not run",
    ):
        assert expected in text, expected
    (picture,) = usual.glob("runs/py-spy*.svg")
    assert f'src="../runs/{picture.name}"' in html


def test_a_link_to_a_commit_is_made_only_where_there_is_a_place(usual: Path, tmp_path: Path) -> None:
    known = commits(4)
    build_site(tmp_path, known, [series_story(known, BENCHMARK)])
    (plain,) = tmp_path.glob("b/*.html")
    assert 'class="hash" href' not in plain.read_text("utf-8")
    linked = next(iter(usual.glob("b/*.html"))).read_text("utf-8")
    assert f'href="https://example.org/commit/{name_of(59)}"' in linked


def test_every_link_of_every_page_leads_to_a_file(usual: Path) -> None:
    assert '<iframe class="extra" src="roadmap-page.html"' in page(usual, "extra/roadmap.html")
    for path in usual.rglob("*.html"):
        for target in re.findall(r'(?:href|src)="([^"#:]+)(?:#[^"]*)?"', path.read_text("utf-8")):
            assert (path.parent / target).is_file(), f"{path.name}: {target}"


def test_no_page_has_a_style_or_a_script_in_its_text(usual: Path) -> None:
    for path in usual.rglob("*.html"):
        if path.name.endswith("-page.html"):
            continue
        html = path.read_text("utf-8")
        assert re.search(r'\sstyle="|\son[a-z]+="|<style', html) is None, path.name
        assert re.findall(r"<script(?![^>]*(?:src=|application/json))", html) == [], path.name
        assert "default-src 'none'" in html


def test_names_of_files_cannot_be_bent(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "site"
    hostile_site(folder)
    written = [path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()]
    assert all(path.parts[:2] == ("deep", "site") for path in written)
    assert all(re.fullmatch(r"[a-z0-9.-]+", path.name) and len(path.name) < 80 for path in written)


def test_building_the_same_again_changes_no_file(tmp_path: Path) -> None:
    usual_site(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    usual_site(tmp_path)
    after = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    assert {path for path, moment in after.items() if before[path] != moment} <= {tmp_path / ".tailgate-site.json"}


def test_a_new_commit_changes_the_last_chunk_and_tile_only(tmp_path: Path) -> None:
    known = commits(130)
    build_site(tmp_path, known, [series_story(known, BENCHMARK, step=1.0)])
    before = {path: path.read_bytes() for path in tmp_path.glob("data/*.js")}
    known = commits(131, ("book: keep levels in one array",))
    build_site(tmp_path, known, [series_story(known, BENCHMARK, step=1.0)])
    changed = {path.name for path, data in before.items() if path.read_bytes() != data}
    assert "commits-0.js" in changed
    assert {name.rpartition("-")[2] for name in changed if name.startswith("values")} == {"2.js"}


def test_pages_of_a_benchmark_that_is_gone_are_removed(tmp_path: Path) -> None:
    known = commits(10)
    build_site(
        tmp_path, known, [series_story(known, BENCHMARK), series_story(known, BenchmarkId("gone.Case.latency_x"))]
    )
    assert len(list(tmp_path.glob("b/*.html"))) == 2
    build_site(tmp_path, known, [series_story(known, BENCHMARK)])
    assert len(list(tmp_path.glob("b/*.html"))) == 1


def test_the_week_tells_of_waivers_that_end_and_of_drift(usual: Path) -> None:
    text = text_of(page(usual, "week.html"))
    assert "2026-03-12" in text
    assert "+20.0 % [+18.0, +22.0]" in text


@pytest.mark.parametrize("name", ["a/b", "../x", "/etc/x"])
def test_extra_pages_are_linked_from_everywhere(tmp_path: Path, name: str) -> None:
    known = commits(4)
    frame = SiteFrame("small", extra_pages=(("extra/page.html", name),))
    build_site(tmp_path, known, [series_story(known, BENCHMARK)], frame=frame)
    for path in tmp_path.rglob("*.html"):
        if not path.name.endswith("-page.html"):
            assert f">{name}</a>" in path.read_text("utf-8")


def test_the_state_is_that_of_the_newest_candidate_not_of_the_latest_run(tmp_path: Path) -> None:
    known = commits(10)
    newest = run_story(known, [(BENCHMARK, VerdictKind.PASS)], run_id="newest")
    bisection = run_story(
        known, [(BENCHMARK, VerdictKind.REGRESSED)], run_id="older", baseline=-6, candidate=-5, days=0.1
    )
    build_site(tmp_path, known, [series_story(known, BENCHMARK)], [bisection, newest])
    assert "No open regression" in page(tmp_path, "index.html")
