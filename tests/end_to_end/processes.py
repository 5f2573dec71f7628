"""What runs on this machine, from /proc: whom to kill in a test, and whether anything was left behind."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE_S = 400.0
"""How long something that must happen may take; nothing is asserted about how fast it does."""


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.05)


def children(parent: int) -> list[int]:
    """Processes that a process has started and that still run."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name may contain anything, blanks and parentheses too: the fields after it are counted from its end.
            state, parent_field = path.read_text(errors="replace").rpartition(")")[2].split()[:2]
        except (OSError, ValueError):
            continue
        if int(parent_field) == parent and state != "Z":
            found.append(int(path.parent.name))
    return found


def command_line(process: int) -> str:
    try:
        return (Path("/proc") / str(process) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def running_in(folder: Path) -> list[str]:
    """Command lines of all processes that name a folder, or work in it."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        line = command_line(int(path.name))
        try:
            where = str((path / "cwd").readlink())
        except OSError:
            where = ""
        if str(folder) in line or where.startswith(str(folder)):
            found.append(line or where)
    return found


def hosts_of(gate: int) -> list[int]:
    """Worker hosts that a running gate has started."""
    return [process for process in children(gate) if "asv_bench_tailgate.worker" in command_line(process)]


def live_workers_of(gate: int) -> list[int]:
    """Children that measure a benchmark just now."""
    return [process for host in hosts_of(gate) for process in children(host)]
