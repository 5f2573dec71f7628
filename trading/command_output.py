"""What the commands share in talking to people: progress, consoles, and the exit codes of errors."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_Item = TypeVar("_Item")

MISUSE = 2
"""Exit code of arguments, flags or packages that do not fit together."""
CORRUPT_INPUT = 4
"""Exit code of a feed that cannot be read, or a file that cannot be written."""
INTERRUPTED = 130
"""Exit code after Ctrl-C."""

_EVENTS_BETWEEN_REFRESHES = 2_048
_WIDTH_OFF_TERMINAL = 120


class WrongUseError(click.ClickException):
    """Ends a command with one message and the exit code of misuse."""

    exit_code = MISUSE


class UnusableFileError(click.ClickException):
    """Ends a command with one message and the exit code of corrupt input."""

    exit_code = CORRUPT_INPUT


class StoppedError(click.ClickException):
    """Ends a command with one message and the exit code of an interrupt."""

    exit_code = INTERRUPTED


def output_console() -> Console:
    """Return a console for standard output: as wide as the terminal, or plain and of a fixed width without one."""
    console = Console()
    return console if console.is_terminal else Console(width=_WIDTH_OFF_TERMINAL, no_color=True)


@contextmanager
def progress(label: str, total: int | None) -> Iterator[Callable[[Iterable[_Item]], Iterator[_Item]]]:
    """Show progress on standard error while it is a terminal; give a function through which the items are passed."""
    console = Console(stderr=True)
    columns = (TextColumn(label), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(label, total=total)

        def counted(items: Iterable[_Item]) -> Iterator[_Item]:
            for number, item in enumerate(items, start=1):
                yield item
                if number % _EVENTS_BETWEEN_REFRESHES == 0:
                    bar.advance(task, _EVENTS_BETWEEN_REFRESHES)

        yield counted
