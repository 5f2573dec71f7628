"""What ``tailgate import`` has taken over, for a terminal or a log: what was broken first, the summary last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from tailgate.report.plain_text import one_line

if TYPE_CHECKING:
    from rich.console import Console

    from tailgate.history_records import ImportResult


def print_import(result: ImportResult, console: Console) -> None:
    """Print every broken file, and one line that counts."""
    for item in result.broken:
        console.print(Text(one_line(f"broken: {item.name}: {item.reason}"), style="bold red"), soft_wrap=True)
    machines = ", ".join(result.machines) or "none"
    summary = (
        f"{result.files} files, {result.commits} commits, {result.benchmarks} benchmarks, {result.points} values and "
        f"{result.failures} failures taken over, {len(result.broken)} broken; machines: {machines}"
    )
    console.print(Text(one_line(summary), style="bold"), soft_wrap=True)
