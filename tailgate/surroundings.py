"""What every command has in common with its surroundings: options, the state folder, a reader that may go away."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MAXIMUM_BUDGET_S = 30 * 86_400.0


def regular_expression(context: click.Context, option: click.Parameter, value: str) -> re.Pattern[str]:
    """Compile a regular expression of the command line; a broken one is misuse."""
    try:
        return re.compile(value)
    except re.error as error:
        raise click.BadParameter(f"{value!r} is not a regular expression: {error}", context, option) from error


def hide_from_git(folder: Path) -> None:
    """Make a folder whose content git ignores: a snapshot of the work tree must not hold environments."""
    folder.mkdir(exist_ok=True)
    if not (folder / ".gitignore").exists():
        (folder / ".gitignore").write_text("*\n", encoding="ascii")


def show(print_report: Callable[[], None]) -> None:
    """Print a report to stdout; a reader that has gone (``| head``) changes no result."""
    try:
        print_report()
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):  # rich turns the one into the other, with exit code 1: a regression's
        # The interpreter flushes once more at its end: into nothing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
