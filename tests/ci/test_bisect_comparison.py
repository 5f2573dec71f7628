"""The comparison reads what both tools print, and writes what it found and nothing else."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from ci.bisect_comparison import ASV, COMMITS, OURS, Answer, Injection, corrected, table, timed, write_history
from ci.injection import BOOK

ROOT: Final = Path(__file__).parents[2]
GUILTY: Final = "0123456789" * 4


@pytest.mark.parametrize(
    ("printed", "is_right", "named"),
    [
        ("0123456789 made it worse: x", True, "0123456789"),
        ("noise\nffffffffff made it worse: x", False, "ffffffffff"),
        ("noise\nno single commit is named", False, "no single commit is named"),
        ("", False, "nothing"),
    ],
)
def test_an_answer_is_right_only_where_the_guilty_commit_is_named(
    tmp_path: Path, printed: str, *, is_right: bool, named: str
) -> None:
    command = [sys.executable, "-c", f"print({printed!r})"]
    answer = timed(OURS, command, tmp_path, r"^([0-9a-f]{10}) made it worse", GUILTY)
    assert (answer.is_right, answer.named) == (is_right, named)
    assert answer.seconds > 0


def test_the_table_counts_each_tool_by_itself() -> None:
    said = ((OURS, 10), (ASV, 30), (OURS, 20))
    answers = [Answer(tool, is_right=tool is OURS, named="a", seconds=seconds) for tool, seconds in said]
    lines = table(answers, Injection(50, 1.52), GUILTY, datetime(2026, 3, 1, tzinfo=UTC)).splitlines()
    assert lines[2:4] == ["| `tailgate bisect` | 2 of 2 | 15 (10 to 20) |", "| `asv find` | 0 of 1 | 30 (30 to 30) |"]
    assert lines[-1].startswith("2026-03-01, commit `0123456789`, ")
    assert lines[-1].endswith("; the guilty commit changes the p99 of a cancel by +52 %.")


def test_what_made_too_little_of_a_difference_is_corrected() -> None:
    # 40 turns took 80 ns, 50 are needed; 40 took 160 of 220; what shows nothing at all asks for more.
    assert corrected(40, 1.8, p50_ns=100, p99_ns=100, p999_ns=200) == 25
    assert corrected(40, 1.2, p50_ns=80, p99_ns=200) == 55
    assert corrected(40, 0.1, p50_ns=80, p99_ns=200) > 40


def test_a_history_has_sixteen_commits_of_which_one_brings_the_work(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    source = (ROOT / BOOK).read_text(encoding="utf-8")
    (clone / BOOK).parent.mkdir(parents=True)

    def git(*arguments: str) -> str:
        identity = ["-c", "user.name=T", "-c", "user.email=t@example.invalid", "-c", "commit.gpgsign=false"]
        finished = subprocess.run(["git", *identity, *arguments], cwd=clone, check=True, capture_output=True, text=True)
        return finished.stdout.strip()

    git("init", "--quiet")
    for name, value in (("user.name", "T"), ("user.email", "t@example.invalid"), ("commit.gpgsign", "false")):
        git("config", name, value)
    git("commit", "--quiet", "--allow-empty", "-m", "before")
    (clone / BOOK).write_text(source)
    (clone / BOOK).with_name("__init__.py").touch()
    git("add", "--all")
    git("commit", "--quiet", "-m", "good")
    good = git("rev-parse", "HEAD")
    task = write_history(clone, good, source, 50, 5, "run 1")
    assert (task.good, task.before) == (good, git("rev-parse", f"{good}~1"))
    commits = git("rev-list", "--reverse", f"{task.good}..{task.bad}").split()
    assert len(commits) == COMMITS
    assert task.guilty == commits[4]
    has_work = ["_EXTRA = (None,) * 50" in git("show", f"{commit}:{BOOK}") for commit in commits]
    assert has_work == [False] * 4 + [True] * 12
    git("checkout", "--quiet", "--detach", task.bad)
    git("revert", "--no-edit", task.guilty)
    assert (clone / BOOK).read_text() == source
