"""Commits as places in a series: when each was committed, where it stands, who wrote what.

In: git and names of commits. Out: :class:`~tailgate.history_records.HistoryCommit` records, texts as written.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from tailgate.history_records import HistoryCommit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tailgate.git import Git

_FORMAT: Final = "--format=tformat:%H%x00%cI%x00%an%x00%s"
_FIELDS: Final = 4


def commits_of_line(
    git: Git, subject: str, last: str, first: str | None, limit: int | None
) -> tuple[HistoryCommit, ...]:
    """List the commits to the subject on the first-parent line that ends at ``last``, oldest first.

    Parameters
    ----------
    first
        Leave out this commit and what it has; ``None`` goes back to the beginning.
    limit
        Only the latest so many.
    """
    ends = [last] if first is None else [last, f"^{first}"]
    count = [] if limit is None else [f"--max-count={limit}"]
    text = git.read("log", "-z", "--first-parent", _FORMAT, *count, *ends, "--", subject)
    return tuple(reversed(_read(text, _positions(git, last))))


def describe_commits(git: Git, commits: Iterable[str]) -> tuple[HistoryCommit, ...]:
    """Describe those of the commits that this repository has; one that is on no line of HEAD has position 0."""
    given = "".join(f"{commit}^{{commit}}\n" for commit in commits)
    if not given:
        return ()
    checked = git.read("cat-file", "--batch-check=%(objectname)", given=given).splitlines()
    known = [line for line in checked if not line.endswith(" missing")]
    if not known:
        return ()
    names = "".join(f"{commit}\n" for commit in known)
    text = git.read("log", "-z", "--no-walk=unsorted", "--stdin", _FORMAT, given=names)
    return tuple(_read(text, _positions(git, "HEAD")))


def _positions(git: Git, last: str) -> dict[str, int]:
    line = git.attempt("rev-list", "--first-parent", "--reverse", last)
    return {commit: position for position, commit in enumerate((line or "").split())}


def _read(text: str, positions: dict[str, int]) -> list[HistoryCommit]:
    fields: Sequence[str] = text.split("\0")
    return [
        HistoryCommit(commit, datetime.fromisoformat(committed_at), positions.get(commit, 0), subject, author)
        for commit, committed_at, author, subject in zip(
            *(fields[place::_FIELDS] for place in range(_FIELDS)),
            # The last record ends with a separator, too.
            strict=False,
        )
    ]
