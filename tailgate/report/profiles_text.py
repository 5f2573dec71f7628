"""Profiles for a terminal or a log: each benchmark, tool by tool, what it comes to and what changed, or why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from tailgate.report.plain_text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rich.console import Console

    from tailgate.history_records import Profile


def print_profiles(profiles: Sequence[Profile], folder: Path, console: Console) -> None:
    """Print the profiles of one run; ``folder`` is what their files are relative to."""
    for benchmark in dict.fromkeys(item.benchmark for item in profiles):
        console.print(Text(one_line(benchmark.label), style="bold"), soft_wrap=True)
        for item in (item for item in profiles if item.benchmark == benchmark):
            head = f"  {item.tool} {item.commit[:10]}: "
            if item.failure:
                console.print(Text(f"{head}none: {one_line(item.failure)}", style="yellow"), soft_wrap=True)
                continue
            console.print(Text(f"{head}{one_line(item.file)}"), soft_wrap=True)
            for fact in item.facts:
                console.print(Text(f"      {one_line(fact.name)}: {one_line(fact.value)}"), soft_wrap=True)
    taken = sum(not item.failure for item in profiles)
    line = f"{taken} profiles of {len(profiles)} could be taken; their files are in {folder}"
    console.print(Text(line, style="bold"), soft_wrap=True)
