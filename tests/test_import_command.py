"""``tailgate import`` as a user runs it: with and without a project, twice, and on broken results."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tailgate.exit_codes import ExitCode
from tailgate.store import open_store
from tests.store.test_asv_results import document, write

ROOT = Path(__file__).parents[1]


@pytest.fixture
def results(tmp_path: Path) -> Path:
    write(tmp_path / "results" / "tower" / "a.json", document())
    return tmp_path / "results"


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tailgate", "import", *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "120"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.invalid")
    command = ["git", *identity, *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def test_importing_twice_is_importing_once(results: Path, tmp_path: Path) -> None:
    for _ in range(2):
        finished = run(tmp_path, str(results), "--store", "store.db")
        assert finished.returncode == ExitCode.PASSED, finished.stderr
        assert finished.stdout == (
            "1 files, 1 commits, 5 benchmarks, 3 values and 2 failures taken over, 0 broken; machines: tower\n"
        )
    with open_store(tmp_path / "store.db") as store:
        assert len(store.history.points_of("a" * 40)) == 5
        assert [series.values.size for series in store.history.columns().series()] == [1, 1, 1]


def test_the_repository_tells_subject_and_author_where_it_knows_the_commit(results: Path, tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    repository.mkdir()
    git(repository, "init", "--quiet", "--initial-branch=main")
    git(repository, "commit", "--quiet", "--allow-empty", "-m", "what was done")
    commit = git(repository, "rev-parse", "HEAD")
    write(results / "tower" / "b.json", document(commit_hash=commit))
    finished = run(tmp_path, str(results), "--store", "store.db", "--repository", str(repository))
    assert finished.returncode == ExitCode.PASSED, finished.stderr
    with open_store(tmp_path / "store.db") as store:
        known = {item.commit: (item.subject, item.author) for item in store.history.commits()}
    assert known == {commit: ("what was done", "Ada"), "a" * 40: ("", "")}


def test_inside_a_project_its_own_store_is_taken(results: Path, tmp_path: Path) -> None:
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "asv.conf.json").write_text(json.dumps({"version": 1, "project": "x", "repo": "."}))
    assert run(tmp_path, str(results)).returncode == ExitCode.PASSED
    assert (tmp_path / ".tailgate" / "store.sqlite").exists()


def test_broken_files_are_named_and_the_exit_code_says_so(results: Path, tmp_path: Path) -> None:
    write(results / "tower" / "bad\x1b[31m.json", "{")
    finished = run(tmp_path, str(results), "--store", "store.db")
    assert finished.returncode == ExitCode.INVALID
    assert finished.stdout.startswith("broken: tower/bad.json: no JSON")
    assert "3 values and 2 failures taken over, 1 broken" in finished.stdout


def test_without_a_project_and_a_store_it_is_misuse(results: Path, tmp_path: Path) -> None:
    finished = run(tmp_path, str(results))
    assert finished.returncode == ExitCode.MISUSE
    assert "no asv.conf.json" in finished.stderr
