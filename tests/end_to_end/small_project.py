"""A small asv project in a git repository of its own: what the end-to-end tests run the real gate on.

The subject is a machine whose every operation takes a known amount of work; commits change that amount. git, asv, the
build and the workers are the real ones.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.kit import Kit

SUBJECT = """# The subject: work whose amount a commit changes.

import random

UNIFORM = {uniform}
TAIL = {tail}
STALL = {stall}


class Machine:
    def __init__(self):
        self.total = 0

    def step(self, index):
        rounds = 40 + index % 40 + UNIFORM
        if index % 50 == 7:
            rounds += TAIL
        if STALL and random.random() < 0.03:
            rounds += STALL
        total = self.total
        for number in range(rounds):
            total += number
        self.total = total


def other(index):
    total = 0
    for number in range(50 + index % 20):
        total += number
    return total
"""

BENCHMARKS = """from queue_subject import machine


class Machine:
    def setup(self):
        self.inputs = list(range(1500))

    def latency_step(self):
        return machine.Machine().step, self.inputs


class Other:
    def latency_other(self):
        return machine.other, list(range(1500))
"""

MARGINS = """
[margins]
intrinsic = { worse = 0.2, tolerated = 0.5 }
raw = { worse = 0.3, tolerated = 0.8 }
"""
"""Wide, because these tests are about the way of a verdict: the noise of a busy machine must not decide one."""

PYPROJECT = """[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "queue_subject"
version = "1.0"
"""


@dataclass(frozen=True)
class SmallProject:
    """A repository with one subject and two benchmarks."""

    root: Path

    @classmethod
    def create(cls, root: Path, kit: Kit) -> SmallProject:
        """Make a project that has its environments already, without a commit in them."""
        project = cls.create_bare(root, kit.probe_wheel)
        kit.furnish(project)
        return project

    @classmethod
    def create_bare(cls, root: Path, probe_wheel: Path) -> SmallProject:
        """Make a project whose environments are made by asv when they are needed."""
        # Not installed into each environment, but run from here: asv would fetch it for each.
        uv = f"{sys.executable} -m uv"
        root.mkdir(parents=True)
        project = cls(root)
        project.git("init", "--quiet", "--initial-branch=main")
        project.git("config", "user.name", "Test")
        project.git("config", "user.email", "test@example.invalid")
        project.git("config", "commit.gpgsign", "false")
        (root / ".gitignore").write_text("__pycache__/\n")
        (root / "asv.conf.json").write_text(
            json.dumps(
                {
                    "version": 1,
                    "project": "queue_subject",
                    "project_url": "https://example.invalid",
                    "repo": ".",
                    "repo_subdir": "subject",
                    "branches": ["HEAD"],
                    "environment_type": "virtualenv",
                    "benchmark_dir": "benchmarks",
                    "build_command": [f"{uv} build --quiet --wheel --out-dir {{build_cache_dir}} {{build_dir}}"],
                    "install_command": [
                        f"in-dir={{env_dir}} {uv} pip install --quiet --python {{env_dir}}/bin/python "
                        f"--reinstall {{wheel_file}} {probe_wheel}"
                    ],
                }
            )
        )
        package = root / "subject" / "queue_subject"
        package.mkdir(parents=True)
        (root / "subject" / "pyproject.toml").write_text(PYPROJECT)
        (package / "__init__.py").write_text("")
        benchmarks = root / "benchmarks"
        benchmarks.mkdir()
        (benchmarks / "__init__.py").write_text("")
        (benchmarks / "machines.py").write_text(BENCHMARKS)
        (root / "ci").mkdir()
        (root / "ci" / "gate.toml").write_text(MARGINS)
        project.write_subject()
        project.commit("first")
        return project

    def write_subject(self, uniform: int = 0, tail: int = 0, stall: int = 0, added: str = "") -> None:
        """Write the subject.

        Parameters
        ----------
        uniform, tail, stall
            Additional rounds of work: in every operation, in 2 % of them, in 3 % of them at random.
        added
            Lines to put at the end.
        """
        text = SUBJECT.format(uniform=uniform, tail=tail, stall=stall) + added
        (self.root / "subject" / "queue_subject" / "machine.py").write_text(text)

    def write_benchmark(self, name: str, body: str) -> None:
        """Add a module to the suite; it needs no commit, since today's suite measures both commits."""
        (self.root / "benchmarks" / f"{name}.py").write_text(body)

    def commit(self, message: str) -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def git(self, *arguments: str) -> str:
        return subprocess.run(
            ["git", *arguments], cwd=self.root, check=True, capture_output=True, text=True
        ).stdout.strip()

    def users(self) -> tuple[object, ...]:
        """Return what is the user's and must be byte-identical after any action.

        Files, the index, HEAD and its log, a merge under way, branches that are not tailgate's, worktrees.
        """
        ours = {".git", ".tailgate", "__pycache__"}
        files = {
            path: path.read_bytes()
            for path in self.root.rglob("*")
            if path.is_file() and not ours & set(path.relative_to(self.root).parts)
        }
        git = self.root / ".git"
        marks = {
            name: (git / name).read_bytes()
            for name in ("index", "HEAD", "logs/HEAD", "MERGE_HEAD", "MERGE_MSG")
            if (git / name).exists()
        }
        references = self.git("for-each-ref", "--format=%(refname) %(objectname)").splitlines()
        branches = [line for line in references if not line.startswith("refs/heads/tailgate/")]
        return files, marks, branches, self.git("worktree", "list")

    def start(self, *arguments: str, temporary: Path | None = None) -> subprocess.Popen[str]:
        """Start the command line as a user would; ``temporary`` is where it may keep temporary files."""
        environment = {**os.environ, "COLUMNS": "160"}
        if temporary is not None:
            environment["TMPDIR"] = str(temporary)
        return subprocess.Popen(
            [sys.executable, "-m", "tailgate", *arguments],
            cwd=self.root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def tailgate(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=500)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)
