"""Which two commits are compared: from what the user typed, or from the state of the repository.

In: a repository, the subject's folder, revisions or nothing. Out: :class:`~tailgate.records.Revision` pairs. Nothing in
the work tree, the index or any branch is touched: a dirty work tree becomes a commit that no branch points to.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tailgate.errors import RevisionError
from tailgate.records import Revision

if TYPE_CHECKING:
    from collections.abc import Mapping

WORKING_TREE = "working tree"

SNAPSHOT_IDENTITY = {
    # Fixed, so that the same files always give the same commit and its environment is found again.
    "GIT_AUTHOR_NAME": "tailgate",
    "GIT_AUTHOR_EMAIL": "tailgate@localhost",
    "GIT_AUTHOR_DATE": "2000-01-01T00:00:00+0000",
    "GIT_COMMITTER_NAME": "tailgate",
    "GIT_COMMITTER_EMAIL": "tailgate@localhost",
    "GIT_COMMITTER_DATE": "2000-01-01T00:00:00+0000",
}


class Repository:
    """The questions that the gate asks of git.

    Parameters
    ----------
    root
        A folder inside the repository; paths are relative to it.
    subject
        The folder of the subject, relative to ``root``; empty for the whole repository.
    default_branch
        Name of the branch that baselines come from; ``None`` finds it.

    Raises
    ------
    RevisionError
        ``root`` is not inside a git repository, or git is not installed.
    """

    def __init__(self, root: Path, subject: str, default_branch: str | None = None) -> None:
        self._root = root
        self._subject = subject or "."
        self._named_default_branch = default_branch
        try:
            self._git("rev-parse", "--git-dir")
        except FileNotFoundError as error:
            raise RevisionError("git is not installed, or not on PATH") from error
        except subprocess.CalledProcessError as error:
            raise RevisionError(f"{root} is not inside a git repository: {error.stderr.strip()}") from error

    def resolve(self, name: str) -> Revision:
        """Find the commit that a name stands for.

        Raises
        ------
        RevisionError
            There is no such commit here; says so when the clone is shallow.
        """
        commit = self._try("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        if commit is None:
            raise RevisionError(
                f"unknown revision {name!r}: no branch, tag or commit has that name{self._shallow_hint()}"
            )
        return self._describe(commit, name)

    def default_candidate(self) -> Revision:
        """``HEAD``, or the work tree where the subject's files differ from it (untracked ones included)."""
        head = self.resolve("HEAD")
        return self._snapshot() if self.is_dirty() else head

    def default_baseline(self, candidate: Revision) -> Revision:
        """Find what a candidate is compared with when the user does not say.

        The merge base with the default branch; for a candidate that is itself on the default branch, the commit before
        it that last touched the subject; for a dirty work tree on the default branch, ``HEAD``.

        Raises
        ------
        RevisionError
            The histories share no commit, or no earlier commit touched the subject.
        """
        if candidate.label == WORKING_TREE:
            head = self.resolve("HEAD")
            branch = self._try_default_branch()
            base = self._try("merge-base", head.commit, branch) if branch else head.commit
            return self._describe(base, f"merge base with {branch}") if base and base != head.commit else head
        branch = self._default_branch()
        base = self._try("merge-base", candidate.commit, branch)
        if base is None:
            raise RevisionError(
                f"{candidate.label} and {branch} share no commit{self._shallow_hint()}; name the baseline: "
                "tailgate gate BASELINE [CANDIDATE]"
            )
        if base != candidate.commit:
            return self._describe(base, f"merge base with {branch}")
        previous = self._try("log", "-1", "--format=%H", f"{candidate.commit}~1", "--", self._subject)
        if not previous:
            raise RevisionError(
                f"no commit before {candidate.short} touched {self._subject}{self._shallow_hint()}; name the baseline: "
                "tailgate gate BASELINE [CANDIDATE]"
            )
        return self._describe(previous, f"previous commit to {self._subject}")

    def read(self, revision: Revision, path: str) -> str:
        """Read a file as it is in a commit.

        Parameters
        ----------
        path
            Relative to ``root``.

        Raises
        ------
        RevisionError
            The commit has no such file.
        """
        text = self._try("show", f"{revision.commit}:./{path}")
        if text is None:
            raise RevisionError(f"{revision.short} ({revision.label}) has no file {path}")
        return text

    def is_dirty(self) -> bool:
        """Whether the subject's files in the work tree differ from ``HEAD``."""
        return bool(self._git("status", "--porcelain", "--untracked-files=normal", "--", self._subject))

    def has_same_subject(self, baseline: Revision, candidate: Revision) -> bool:
        """Whether the subject's folder is byte-identical in both commits."""
        path = "" if self._subject == "." else self._subject.rstrip("/")
        trees = {
            self._try("rev-parse", "--verify", "--quiet", f"{item.commit}:{path}") for item in (baseline, candidate)
        }
        return len(trees) == 1 and None not in trees

    def _snapshot(self) -> Revision:
        """Make a commit of the work tree that no branch points to, through an index of its own."""
        index = Path(self._git("rev-parse", "--git-path", "index"))
        with tempfile.TemporaryDirectory(prefix="tailgate-index-") as folder:
            own_index = Path(folder) / "index"
            source = index if index.is_absolute() else self._root / index
            if source.exists():
                shutil.copyfile(source, own_index)  # keeps git's knowledge of unchanged files: no full re-read
            environment = {**SNAPSHOT_IDENTITY, "GIT_INDEX_FILE": str(own_index)}
            top = self._git("rev-parse", "--show-toplevel")
            self._git("-C", top, "add", "--all", environment=environment)
            tree = self._git("write-tree", environment=environment)
            commit = self._git(
                "commit-tree", tree, "-p", "HEAD", "-m", "working tree as measured by tailgate", environment=environment
            )
        return self._describe(commit, WORKING_TREE)

    def _default_branch(self) -> str:
        branch = self._try_default_branch()
        if branch is None:
            raise RevisionError(
                "no default branch was found (tried origin/HEAD, main, master); name the baseline, "
                "or set default_branch in the policy file"
            )
        return branch

    def _try_default_branch(self) -> str | None:
        if self._named_default_branch is not None:
            return self.resolve(self._named_default_branch).label
        remote = self._try("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
        # The remote's view comes first: on a branch in CI the local one is often missing or old.
        for name in (remote, "main", "master", "origin/main", "origin/master"):
            if name and self._try("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"):
                return name
        return None

    def _describe(self, commit: str, label: str) -> Revision:
        return Revision(commit=commit, label=label, subject=self._git("log", "-1", "--format=%s", commit))

    def _shallow_hint(self) -> str:
        shallow = self._try("rev-parse", "--is-shallow-repository") == "true"
        return " (this clone is shallow: run `git fetch --unshallow`)" if shallow else ""

    def _try(self, *arguments: str) -> str | None:
        """Run git; ``None`` when it says no."""
        try:
            return self._git(*arguments)
        except subprocess.CalledProcessError:
            return None

    def _git(self, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
        finished = subprocess.run(
            ["git", *arguments],
            cwd=self._root,
            # Without optional locks `git status` leaves the index alone, and waits for nobody who is using it.
            env={**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=True,
        )
        return finished.stdout.strip()
