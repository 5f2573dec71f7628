"""Writes files that tell of an action: an entry of the log on the action's branch, a text beside the store."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tailgate.act.workshop import Bench


def add_log_entry(bench: Bench, path: str, text: str, subject: str, action_id: str) -> str:
    """Commit one file on top of what is checked out; return the commit."""
    place = bench.folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")
    bench.git.run("add", "--force", "--", path)
    return bench.commit(subject, action_id)


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old one or the new one, never a half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
