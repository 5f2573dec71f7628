"""A command that dies by SIGKILL right after one of the steps of an action."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.end_to_end.small_project import SmallProject

DOOMED = """
import os, signal, sys
from tailgate.cli import main
from tailgate.pipeline import acting
from tailgate.act.workshop import Workshop
from tailgate.store.database import DatabaseStore

def die_after(owner, name):
    inner = getattr(owner, name)
    def outer(*arguments, **options):
        inner(*arguments, **options)
        os.kill(os.getpid(), signal.SIGKILL)
    setattr(owner, name, outer)

step, *arguments = sys.argv[1:]
die_after(*{
    "published": (Workshop, "publish"),
    "measured": (acting, "judge_revisions"),
    "kept": (DatabaseStore, "add_action"),
    "logged": (acting, "add_log_entry"),
    "written": (acting, "write_whole"),
}[step])
main(arguments)
"""


def die_after(step: str, project: SmallProject, *command: str) -> None:
    """Run a command that dies after a step, and see that it did."""
    died = subprocess.run(
        [sys.executable, "-c", DOOMED, step, *command],
        cwd=project.root,
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert died.returncode == -signal.SIGKILL, died.stdout + died.stderr
