"""A real git repository under the test's control, and everything of it that an action must leave alone."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tailgate.act import Workshop
from tailgate.records import Revision

if TYPE_CHECKING:
    from pathlib import Path

FLAGS = """{ "flags": {
  "fast": { "state": "ENABLED", "variants": { "on": true, "off": false }, "defaultVariant": "on" },
  "other": { "state": "ENABLED", "variants": { "on": true, "off": false }, "defaultVariant": "off" }
} }
"""


class Scratch:
    """A repository with a project in a folder of it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.project = root / "project"
        self.project.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main")
        self.write("flags.json", FLAGS)
        self.commit("first", "code.py", "one\n")

    def git(self, *arguments: str, folder: Path | None = None) -> str:
        identity = ["-c", "user.name=Test", "-c", "user.email=test@example.invalid", "-c", "commit.gpgsign=false"]
        finished = subprocess.run(
            ["git", *identity, *arguments], cwd=folder or self.root, check=True, capture_output=True, text=True
        )
        return finished.stdout.strip()

    def write(self, path: str, text: str) -> None:
        (self.project / path).parent.mkdir(parents=True, exist_ok=True)
        (self.project / path).write_text(text)

    def commit(self, message: str, path: str, text: str) -> Revision:
        self.write(path, text)
        self.git("add", "--all", ".")
        self.git("commit", "--quiet", "-m", message)
        return self.revision("HEAD")

    def revision(self, name: str) -> Revision:
        commit, _, subject = self.git("log", "-1", "--format=%H %s", name).partition(" ")
        return Revision(commit, name, subject)

    def workshop(self) -> Workshop:
        return Workshop(self.project, self.root.parent / "scratch")

    def users(self) -> tuple[object, ...]:
        """Return what is the user's: files, index, HEAD and its log, branches that are not tailgate's, worktrees."""
        files = {
            path.relative_to(self.root): path.read_bytes()
            for path in self.root.rglob("*")
            if path.is_file() and ".git" not in path.relative_to(self.root).parts
        }
        git = self.root / ".git"
        marks = {
            name: (git / name).read_bytes()
            for name in ("index", "HEAD", "logs/HEAD", "MERGE_HEAD", "MERGE_MSG")
            if (git / name).exists()
        }
        branches = [
            line
            for line in self.git("for-each-ref", "--format=%(refname) %(objectname)").splitlines()
            if not line.startswith("refs/heads/tailgate/")
        ]
        return files, marks, branches, self.git("worktree", "list", "--porcelain"), self.git("stash", "list")


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    return Scratch(tmp_path / "repository")
