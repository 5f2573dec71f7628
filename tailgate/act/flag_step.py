"""Moves a flag to another stage, in a scratch worktree. In: the flag file's path, flag and stage. Out: the commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tailgate.act.flagd_file import with_stage
from tailgate.errors import ActionError

if TYPE_CHECKING:
    from tailgate.act.flagd_file import Ladder, Stage
    from tailgate.act.workshop import Bench


def move_flag(bench: Bench, file: str, flag: str, stage: Stage, ladder: Ladder, why: str, action_id: str) -> str:
    """Change the flag's lines in the flag file and commit that.

    Raises
    ------
    ActionError
        The commit has no such file or flag, or the flag is at that stage already.
    """
    path = bench.folder / file
    try:
        text = path.read_bytes().decode("utf-8")  # bytes: line ends stay as they are
    except (OSError, UnicodeDecodeError) as error:
        raise ActionError(f"the flag file {file} cannot be read in this commit: {error}") from error
    changed = with_stage(text, flag, stage)
    if changed == text:
        raise ActionError(f'the flag "{flag}" is at {ladder.name(stage)} already')
    path.write_bytes(changed.encode("utf-8"))
    bench.git.run("add", "--", file)
    return bench.commit(f"flags: move {flag} to {ladder.name(stage)}\n\n{why}", action_id)
