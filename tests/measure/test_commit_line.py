from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tailgate.measure import Repository

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = "<script>x</script> \u202e 'quoted' \"twice\" %x00"


@dataclass(frozen=True)
class Line:
    """A line of commits, of which one merges a branch."""

    root: Path

    def git(self, *arguments: str) -> str:
        return subprocess.run(
            ["git", *arguments], cwd=self.root, check=True, capture_output=True, text=True
        ).stdout.strip()

    def commit(self, message: str, path: str, day: int) -> str:
        (self.root / path).write_text(message, encoding="utf-8")
        self.git("add", "--all")
        moment = f"2026-03-{day:02}T12:00:00+02:00"
        identity = ("-c", "user.name=Ada Löwe", "-c", "user.email=ada@example.invalid")
        subprocess.run(
            ["git", *identity, "commit", "--quiet", "-m", message],
            cwd=self.root,
            check=True,
            env={"GIT_COMMITTER_DATE": moment, "GIT_AUTHOR_DATE": moment, "PATH": "/usr/bin:/bin"},
        )
        return self.git("rev-parse", "HEAD")

    def repository(self) -> Repository:
        return Repository(self.root, "subject")


@pytest.fixture
def line(tmp_path: Path) -> Line:
    (tmp_path / "subject").mkdir()
    made = Line(tmp_path)
    made.git("init", "--quiet", "--initial-branch=main")
    return made


def test_the_line_has_the_commits_to_the_subject_oldest_first(line: Line) -> None:
    first = line.commit("first", "subject/a", 1)
    line.commit("elsewhere", "notes", 2)
    last = line.commit(HOSTILE, "subject/a", 3)
    repository = line.repository()
    commits = repository.line(repository.resolve("main"))
    assert [(commit.commit, commit.position) for commit in commits] == [(first, 0), (last, 2)]
    assert (commits[1].subject, commits[1].author) == (HOSTILE, "Ada Löwe")
    assert commits[1].committed_at.isoformat() == "2026-03-03T12:00:00+02:00"
    assert repository.line(repository.resolve("main"), limit=1) == commits[1:]
    assert repository.line(repository.resolve("main"), repository.resolve(first)) == commits[1:]
    assert repository.line(repository.resolve(first), repository.resolve(first)) == ()


def test_a_merged_branch_is_one_place_in_the_line(line: Line) -> None:
    first = line.commit("first", "subject/a", 1)
    line.git("checkout", "--quiet", "-b", "side")
    side = line.commit("on the side", "subject/b", 2)
    line.git("checkout", "--quiet", "main")
    line.commit("meanwhile", "notes", 3)
    line.git("-c", "user.name=A", "-c", "user.email=a@example.invalid", "merge", "--quiet", "-m", "merge", "side")
    repository = line.repository()
    commits = repository.line(repository.resolve("main"))
    assert [commit.subject for commit in commits] == ["first", "merge"]
    # A commit that is on no line can still be described.
    described = {commit.commit: commit.position for commit in repository.describe([side, first, "0" * 40, "--all"])}
    assert described == {side: 0, first: 0}
    assert repository.describe([]) == ()
    assert repository.describe(["0" * 40]) == ()


def test_branches_that_were_not_merged_are_not_on_the_default_branch(line: Line) -> None:
    line.commit("first", "subject/a", 1)
    line.git("checkout", "--quiet", "-b", "side")
    line.commit("on the side", "subject/b", 2)
    repository = line.repository()
    assert repository.is_on_default_branch(repository.resolve("main"))
    assert not repository.is_on_default_branch(repository.resolve("side"))
    line.git("branch", "--quiet", "-D", "main")
    assert repository.is_on_default_branch(repository.resolve("side"))
