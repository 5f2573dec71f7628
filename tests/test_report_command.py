"""``tailgate report`` on a real store: what it writes, what a second build does, and what it refuses."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from reports.site_scale.synthetic import Size, benchmarks_of, commits_of, fill
from tailgate.cli import main
from tailgate.history_records import HistoryCommit
from tailgate.records import Revision
from tailgate.store import open_store

if TYPE_CHECKING:
    from pathlib import Path

SIZE = Size(commits=30, benchmarks=3)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Make an asv project without a repository: a report needs none."""
    folder = tmp_path / "project"
    (folder / "benchmarks").mkdir(parents=True)
    configuration = {"version": 1, "project": "small", "repo": ".", "project_url": "https://code.test.org/small"}
    (folder / "asv.conf.json").write_text(json.dumps(configuration), encoding="utf-8")
    return folder


def report(project: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["report", "--project", str(project), "--quiet", *arguments])
    captured = capsys.readouterr()
    return int(ended.value.code or 0), captured.out, captured.err


def fill_store(project: Path) -> None:
    (project / ".tailgate").mkdir()
    with open_store(project / ".tailgate" / "store.sqlite") as store:
        fill(store, SIZE)


def test_a_report_of_nothing_is_written_and_says_so(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = report(project, capsys)
    assert code == 0
    assert "0 series" in out
    page = (project / ".tailgate" / "site" / "index.html").read_text("utf-8")
    assert "There is nothing here yet" in page


def test_a_second_build_reads_only_what_changed(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fill_store(project)
    _, first, _ = report(project, capsys)
    assert "3 series, 3 of them read again" in first
    _, second, _ = report(project, capsys)
    assert "3 series, 0 of them read again" in second
    with open_store(project / ".tailgate" / "store.sqlite") as store:
        (commit,) = commits_of(SIZE)[-1:]
        (last,) = store.history.points_of(commit.commit)[:1]
        store.history.add_points([last])
    _, third, _ = report(project, capsys)
    assert "3 series, 1 of them read again" in third


def test_the_second_build_says_the_same_as_a_first_one(
    project: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    fill_store(project)
    report(project, capsys, "--output", str(tmp_path / "old"))
    with open_store(project / ".tailgate" / "store.sqlite") as store:
        known = commits_of(SIZE)
        # Between two commits that were there: every place after it moves.
        middle = known[10].committed_at + (known[11].committed_at - known[10].committed_at) / 2
        store.history.add_commits([HistoryCommit("e" * 40, middle, subject="in between")])
    report(project, capsys, "--output", str(tmp_path / "old"))
    report(project, capsys, "--output", str(tmp_path / "new"))
    pages = [
        {
            path.relative_to(tmp_path / name).as_posix(): path.read_bytes()
            for path in (tmp_path / name).rglob("*.*")
            if path.suffix != ".json"
        }
        for name in ("old", "new")
    ]
    assert sorted(pages[0]) == sorted(pages[1])
    differing = [
        name for name in pages[0] if pages[0][name] != pages[1][name] and name not in {"index.html", "week.html"}
    ]
    assert differing == []


def test_a_run_that_was_cut_off_is_on_the_first_page(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fill_store(project)
    with open_store(project / ".tailgate" / "store.sqlite") as store:
        store.add_run("cut-off", datetime.now(UTC), Revision("a" * 40, "main", "x"), Revision("b" * 40, "HEAD", "y"))
    report(project, capsys)
    assert "The last run has no result" in (project / ".tailgate" / "site" / "index.html").read_text("utf-8")


def test_commits_are_links_where_the_project_says_where(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fill_store(project)
    report(project, capsys)
    page = next(iter((project / ".tailgate" / "site" / "b").glob("*.html"))).read_text("utf-8")
    assert 'href="https://code.test.org/small/commit/' in page


def test_pages_of_the_policy_are_taken_along_or_missed(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "ci").mkdir()
    (project / "ci" / "gate.toml").write_text('[report]\npages = ["own/our_page.html", "own/none.html"]\n', "utf-8")
    (project / "own").mkdir()
    (project / "own" / "our_page.html").write_text("<!doctype html><title>ours</title>", encoding="utf-8")
    code, _, err = report(project, capsys)
    assert code == 0
    assert "own/none.html" in err
    site = project / ".tailgate" / "site"
    (path,) = (site / "extra").glob("*-page.html")
    assert "ours" in path.read_text("utf-8")
    assert f'href="extra/{path.name.removesuffix("-page.html")}.html">Our page</a>' in (site / "index.html").read_text(
        "utf-8"
    )


def test_a_folder_of_somebody_else_is_refused(
    project: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "index.html").write_text("theirs", encoding="utf-8")
    code, _, err = report(project, capsys, "--output", str(tmp_path / "theirs"))
    assert code == 2
    assert "mend: name an empty folder" in err
    assert (tmp_path / "theirs" / "index.html").read_text("utf-8") == "theirs"


def test_series_of_many_are_written_by_several_processes(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / ".tailgate").mkdir()
    size = Size(commits=12, benchmarks=14)
    with open_store(project / ".tailgate" / "store.sqlite") as store:
        fill(store, size)
    _, out, _ = report(project, capsys)
    assert "14 series, 14 of them read again" in out
    assert len(list((project / ".tailgate" / "site" / "b").glob("*.html"))) == len(benchmarks_of(size))
