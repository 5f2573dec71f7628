"""Prepares commits in a worktree of its own and shows them to the repository in one step.

In: the repository, a commit to start from. Out: a branch. Until :meth:`Workshop.publish` (one compare-and-swap of one
reference) nothing that the user sees has changed: not HEAD, not the index, not the work tree, no branch. Whoever is
killed before it leaves a scratch worktree behind, which the next action removes; after it, the branch is whole.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from filelock import FileLock, Timeout

from tailgate.errors import ActionError
from tailgate.git import Git

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tailgate.records import Revision

TRAILER: Final = "Tailgate-Action"
"""Marks the commits that are ours, with the action that they belong to."""

NOBODY_IS_THERE: Final = (
    # A hook or a signing key asks a person, or needs tools that are not here; whoever merges the branch runs them.
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "commit.gpgSign=false",
)
IDENTITY: Final = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "tailgate"), ("EMAIL", "tailgate@localhost"))
}
_ABSENT: Final = "0" * 40


@dataclass(frozen=True, slots=True)
class Bench:
    """A scratch worktree in which a commit is checked out, detached.

    Attributes
    ----------
    folder
        The project's root inside it.
    """

    folder: Path
    git: Git

    def commit(self, message: str, action_id: str) -> str:
        """Commit what is in the index of the scratch worktree; return the commit."""
        self.git.read(
            *NOBODY_IS_THERE,
            "commit",
            "--quiet",
            "--no-verify",
            "--cleanup=verbatim",
            "--file=-",
            given=f"{message.rstrip()}\n\n{TRAILER}: {action_id}\n",
            environment=IDENTITY,
        )
        return self.git.run("rev-parse", "HEAD")

    def difference(self) -> str:
        """Show what the checked out commit changes, as a diff."""
        return self.git.read("show", "--format=", "--no-color", "--no-ext-diff", "HEAD")


class Workshop:
    """Where branches are prepared.

    Parameters
    ----------
    root
        Folder of the project in the user's worktree.
    scratch
        Folder for scratch worktrees, hidden from git.
    """

    def __init__(self, root: Path, scratch: Path) -> None:
        self._git = Git(root)
        self._scratch = scratch
        self._inside = self._git.run("rev-parse", "--show-prefix")
        self._common = Path(self._git.run("rev-parse", "--path-format=absolute", "--git-common-dir"))

    @contextmanager
    def locked(self, patience_s: float) -> Iterator[None]:
        """Hold the lock of all actions on this repository, in whatever worktree they were started.

        Raises
        ------
        ActionError
            Another action held it all the time.
        """
        lock = FileLock(self._common / "tailgate-action.lock")
        try:
            with lock.acquire(timeout=patience_s):
                self._clean()
                yield
        except Timeout:
            raise ActionError(
                f"another tailgate is acting on this repository and did not end within {patience_s:.0f} s; "
                "run this again when it has"
            ) from None

    @contextmanager
    def checked_out(self, commit: str) -> Iterator[Bench]:
        """Check a commit out in a scratch worktree, and remove that again."""
        self._scratch.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="worktree-", dir=self._scratch))
        try:
            self._git.run(*NOBODY_IS_THERE, "worktree", "add", "--quiet", "--force", "--detach", str(folder), commit)
            inside = folder / self._inside
            yield Bench(inside, Git(inside))
        finally:
            self._remove(folder)

    def tip(self, branch: str) -> str | None:
        """Return the commit that a branch points to; ``None`` where there is no such branch."""
        return self._git.attempt("rev-parse", "--verify", "--quiet", f"refs/heads/{branch}^{{commit}}")

    def ours(self, branch: str) -> tuple[tuple[str, str], ...]:
        """Return tailgate's commits at the tip of a branch with the action that each belongs to, newest first.

        Raises
        ------
        ActionError
            Someone else's commit is at the tip: the branch is not ours to replace.
        """
        tip = self.tip(branch)
        if tip is None:
            return ()
        log = self._git.run("log", "-3", f"--format=%H %(trailers:key={TRAILER},valueonly,separator=%x2C)", tip)
        found = []
        for line in log.splitlines():
            commit, _, action_id = line.partition(" ")
            if not action_id:
                break
            found.append((commit, action_id))
        if not found:
            raise ActionError(
                f"the branch {branch} exists, and its latest commit is not tailgate's; "
                f"rename or delete it (git branch -m {branch} NAME), then run this again"
            )
        return tuple(found)

    def publish(self, branch: str, commit: str, expected: str | None) -> None:
        """Let a branch point to a commit, if it still points where it did.

        Parameters
        ----------
        expected
            Where it points now; ``None`` where there is no such branch.

        Raises
        ------
        ActionError
            Someone has the branch checked out, or has moved it meanwhile.
        """
        if expected == commit:
            return
        worktrees = self._git.run("worktree", "list", "--porcelain")
        where = None
        for line in worktrees.splitlines():
            if line.startswith("worktree "):
                where = line.removeprefix("worktree ")
            if line == f"branch refs/heads/{branch}":
                raise ActionError(f"the branch {branch} is checked out in {where}; check out another one there first")
        try:
            self._git.run("update-ref", "-m", "tailgate", f"refs/heads/{branch}", commit, expected or _ABSENT)
        except subprocess.CalledProcessError as error:
            raise ActionError(f"the branch {branch} cannot be moved: {error.stderr.strip()}") from error

    def parents(self, commit: str) -> tuple[str, ...]:
        """Return a commit's parents."""
        return tuple(self._git.run("log", "-1", "--format=%P", commit).split())

    def has_same_files(self, one: str, other: str) -> bool:
        """Whether two commits hold the same files, whatever their messages and times."""
        return self._git.run("rev-parse", f"{one}^{{tree}}") == self._git.run("rev-parse", f"{other}^{{tree}}")

    def difference(self, commit: str) -> str:
        """Show what a commit changes, as a diff."""
        return self._git.read("show", "--format=", "--no-color", "--no-ext-diff", commit)

    def remarks(self, onto: Revision) -> tuple[str, ...]:
        """Say what is unusual about the user's worktree, and that it is left alone."""
        found = []
        if self._git.attempt("symbolic-ref", "--quiet", "HEAD") is None:
            found.append(f"HEAD is detached; the branch starts from {onto.short}")
        found += [
            f"the repository is in the middle of a {what}; that is left as it is, the branch starts from {onto.short}"
            for what, mark in (
                ("merge", "MERGE_HEAD"),
                ("cherry-pick", "CHERRY_PICK_HEAD"),
                ("revert", "REVERT_HEAD"),
                ("rebase", "rebase-merge"),
                ("rebase", "rebase-apply"),
            )
            if self._exists(mark)
        ]
        return tuple(found)

    def _exists(self, mark: str) -> bool:
        return Path(self._git.run("rev-parse", "--path-format=absolute", "--git-path", mark)).exists()

    def _clean(self) -> None:
        """Remove what killed actions have left; the lock says that none of them still runs."""
        if self._scratch.is_dir():
            for folder in self._scratch.glob("worktree-*"):
                self._remove(folder)

    def _remove(self, folder: Path) -> None:
        # Twice --force: also where git has locked it while adding it.
        self._git.attempt("worktree", "remove", "--force", "--force", str(folder))
        shutil.rmtree(folder, ignore_errors=True)
        # git knows it no more, whatever state of being added or removed it was in.
        self._git.attempt("worktree", "prune")
