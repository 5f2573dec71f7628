"""Reverts a commit, in a scratch worktree. In: the commit, and the one to revert it on. Out: the commit that does."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from tailgate.act.workshop import NOBODY_IS_THERE
from tailgate.errors import ActionError

if TYPE_CHECKING:
    from tailgate.act.workshop import Bench
    from tailgate.records import Revision


def revert(bench: Bench, culprit: Revision, why: str, action_id: str) -> str:
    """Revert a commit on top of the one that is checked out.

    Parameters
    ----------
    why
        For the commit message.

    Raises
    ------
    ActionError
        It conflicts with what came later, or there is nothing left of it to revert.
    """
    is_merge = len(bench.git.run("log", "-1", "--format=%P", culprit.commit).split()) > 1
    mainline = ["--mainline=1"] if is_merge else []
    try:
        bench.git.run(*NOBODY_IS_THERE, "revert", "--no-commit", *mainline, culprit.commit)
    except subprocess.CalledProcessError as error:
        files = bench.git.run("diff", "--name-only", "--diff-filter=U").splitlines()
        if not files:
            raise ActionError(f"{culprit.short} cannot be reverted: {error.stderr.strip()}") from error
        raise ActionError(
            f"reverting {culprit.short} conflicts with later commits in {', '.join(files)}; nothing was changed. "
            f"Revert it by hand: git revert {culprit.short}"
        ) from error
    if bench.git.attempt("diff", "--cached", "--quiet") is not None:
        raise ActionError(f"there is nothing left of {culprit.short} to revert: later commits have undone it")
    return bench.commit(f'Revert "{culprit.subject}"\n\nThis reverts commit {culprit.commit}.\n\n{why}', action_id)
