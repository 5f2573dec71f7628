"""The runs of a store as lines for people, so that one can be named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from rich.text import Text

from tailgate.report.plain_text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rich.console import Console

    from tailgate.records import Revision


class Run(Protocol):
    """What is shown of a run; the store's ``StoredRun`` is one."""

    @property
    def run_id(self) -> str: ...  # noqa: D102 - as in the store
    @property
    def started_at(self) -> datetime: ...  # noqa: D102 - the same
    @property
    def baseline(self) -> Revision: ...  # noqa: D102 - the same
    @property
    def candidate(self) -> Revision: ...  # noqa: D102 - the same
    @property
    def exit_code(self) -> int | None: ...  # noqa: D102 - the same
    @property
    def summary(self) -> str: ...  # noqa: D102 - the same


def print_lines(lines: Sequence[str], console: Console) -> None:
    """Print plain lines, hidden characters made visible."""
    for line in lines:
        console.print(Text(one_line(line)), soft_wrap=True)


def print_runs(runs: Sequence[Run], console: Console) -> None:
    """Print one line a run: id, when it began, both commits, the exit code, the summary."""
    lines = []
    for run in runs:
        ended = f"exit {run.exit_code}: {run.summary}" if run.exit_code is not None else "not finished"
        commits = f"{run.baseline.short} {run.candidate.short}"
        lines.append(f"{run.run_id[:12]} {run.started_at:%Y-%m-%d %H:%M} {commits} {ended}")
    print_lines(lines or ["the store holds no run"], console)
