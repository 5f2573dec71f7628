"""Which two commits are compared: from what the user typed, or from the state of the repository.

In: a repository, the subject's folder, revisions or nothing. Out: :class:`~tailgate.records.Revision` pairs. Nothing in
the work tree, the index or any branch is touched: a dirty work tree becomes a commit that no branch points to.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tailgate.errors import RevisionError
from tailgate.git import Git
from tailgate.measure.commit_line import commits_of_line, describe_commits
from tailgate.records import Revision

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from tailgate.history_records import HistoryCommit

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
        self._git = Git(root)
        self._subject = subject or "."
        self._named_default_branch = default_branch
        try:
            self._git.run("rev-parse", "--git-dir")
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
        commit = self._git.attempt("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
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
            base = self._git.attempt("merge-base", head.commit, branch) if branch else head.commit
            return self._describe(base, f"merge base with {branch}") if base and base != head.commit else head
        branch = self._default_branch()
        base = self._git.attempt("merge-base", candidate.commit, branch)
        if base is None:
            raise RevisionError(
                f"{candidate.label} and {branch} share no commit{self._shallow_hint()}; name the baseline: "
                "tailgate gate BASELINE [CANDIDATE]"
            )
        if base != candidate.commit:
            return self._describe(base, f"merge base with {branch}")
        previous = self._git.attempt("log", "-1", "--format=%H", f"{candidate.commit}~1", "--", self._subject)
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
        try:
            return self._git.read("show", f"{revision.commit}:./{path}")
        except subprocess.CalledProcessError:
            raise RevisionError(f"{revision.short} ({revision.label}) has no file {path}") from None

    def is_dirty(self) -> bool:
        """Whether the subject's files in the work tree differ from ``HEAD``."""
        return bool(self._git.run("status", "--porcelain", "--untracked-files=normal", "--", self._subject))

    def has_same_subject(self, baseline: Revision, candidate: Revision) -> bool:
        """Whether the subject's folder is byte-identical in both commits."""
        path = "" if self._subject == "." else self._subject.rstrip("/")
        trees = {
            self._git.attempt("rev-parse", "--verify", "--quiet", f"{item.commit}:{path}")
            for item in (baseline, candidate)
        }
        return len(trees) == 1 and None not in trees

    def is_ancestor(self, older: Revision, newer: Revision) -> bool:
        """Whether the newer commit's history holds the older one."""
        return self._git.attempt("merge-base", "--is-ancestor", older.commit, newer.commit) is not None

    def before(self, revision: Revision, moment: datetime) -> Revision | None:
        """Return the newest commit on the first-parent line of a commit that is not younger than a moment."""
        until = f"--before={moment.isoformat()}"
        commit = self._git.run("rev-list", "--first-parent", "--max-count=1", until, revision.commit)
        return self._describe(commit, f"as of {moment:%Y-%m-%d %H:%M}") if commit else None

    def parent(self, revision: Revision) -> Revision | None:
        """Return a commit's first parent; ``None`` for the first commit."""
        commit = self._git.attempt("rev-parse", "--verify", "--quiet", f"{revision.commit}^1")
        return self._describe(commit, f"parent of {revision.short}") if commit else None

    def suspects(self, good: Sequence[Revision], bad: Revision) -> tuple[Revision, ...]:
        """Find the commits to the subject that may have made the difference, the one to look at first in front.

        Parameters
        ----------
        good
            Commits that are known not to have it: neither they nor their ancestors are suspects.
        bad
            A commit that is known to have it: only it and its ancestors are.

        Returns
        -------
        tuple of Revision
            In the order of how much is known once the commit is (git's own, which knows merges).
        """
        known_good = [f"^{revision.commit}" for revision in good]
        lines = self._git.run("rev-list", "--bisect-all", bad.commit, *known_good, "--", self._subject).splitlines()
        return tuple(self._describe(commit, commit[:10]) for commit in (line.split()[0] for line in lines))

    def history(self, good: Revision, bad: Revision) -> tuple[Revision, ...]:
        """Return the commits to the subject that the bad end has and the good one lacks, oldest first."""
        listed = self._git.run(
            "rev-list", "--topo-order", "--reverse", bad.commit, f"^{good.commit}", "--", self._subject
        )
        return tuple(self._describe(commit, commit[:10]) for commit in listed.splitlines())

    def line(
        self, last: Revision, first: Revision | None = None, limit: int | None = None
    ) -> tuple[HistoryCommit, ...]:
        """Return the commits to the subject on the first-parent line of ``last``, oldest first; see ``commit_line``."""
        return commits_of_line(self._git, self._subject, last.commit, first.commit if first else None, limit)

    def describe(self, commits: Iterable[str]) -> tuple[HistoryCommit, ...]:
        """Describe those of the commits that this repository has, as places in a series."""
        return describe_commits(self._git, commits)

    def is_on_default_branch(self, revision: Revision) -> bool:
        """Whether the default branch has a commit; where no such branch is found, every commit counts."""
        branch = self._try_default_branch()
        return branch is None or self._git.attempt("merge-base", "--is-ancestor", revision.commit, branch) is not None

    def _snapshot(self) -> Revision:
        """Make a commit of the work tree that no branch points to, through an index of its own."""
        index = Path(self._git.run("rev-parse", "--git-path", "index"))
        with tempfile.TemporaryDirectory(prefix="tailgate-index-") as folder:
            own_index = Path(folder) / "index"
            source = index if index.is_absolute() else self._root / index
            if source.exists():
                # Keeps git's knowledge of unchanged files: no full re-read. With its time, by which git knows what was
                # changed in the very second in which it was added.
                shutil.copy2(source, own_index)
            environment = {**SNAPSHOT_IDENTITY, "GIT_INDEX_FILE": str(own_index)}
            top = self._git.run("rev-parse", "--show-toplevel")
            self._git.run("-C", top, "add", "--all", environment=environment)
            tree = self._git.run("write-tree", environment=environment)
            commit = self._git.run(
                "commit-tree", tree, "-p", "HEAD", "-m", "working tree as measured by tailgate", environment=environment
            )
        return self._describe(commit, WORKING_TREE)

    def _default_branch(self) -> str:
        branch = self._try_default_branch()
        if branch is None and self._named_default_branch is not None:
            raise RevisionError(
                f"the policy's default_branch, {self._named_default_branch!r}, is no branch here nor on origin"
                f"{self._shallow_hint()}; name the baseline, or mend default_branch"
            )
        if branch is None:
            raise RevisionError(
                "no default branch was found (tried origin/HEAD, main, master); name the baseline, "
                "or set default_branch in the policy file"
            )
        return branch

    def _try_default_branch(self) -> str | None:
        names: tuple[str | None, ...]
        if self._named_default_branch is not None:
            # A pull request in CI is checked out without a branch: the remote's is all there is.
            names = (self._named_default_branch, f"origin/{self._named_default_branch}")
        else:
            remote = self._git.attempt("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
            # The remote's view comes first: on a branch in CI the local one is often missing or old.
            names = (remote, "main", "master", "origin/main", "origin/master")
        for name in names:
            if name and self._git.attempt("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"):
                return name
        return None

    def _describe(self, commit: str, label: str) -> Revision:
        return Revision(commit=commit, label=label, subject=self._git.run("log", "-1", "--format=%s", commit))

    def _shallow_hint(self) -> str:
        shallow = self._git.attempt("rev-parse", "--is-shallow-repository") == "true"
        return " (this clone is shallow: run `git fetch --unshallow`)" if shallow else ""
