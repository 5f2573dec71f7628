"""Where progress is drawn: nowhere, as lines in a log, or as a bar on a terminal. None of them runs between calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar
from rich.text import Text

if TYPE_CHECKING:
    from typing import TextIO


class Display(Protocol):
    """One way of drawing.

    Attributes
    ----------
    pause_s
        How many seconds to let pass between two draws of the status.
    """

    pause_s: float

    def say(self, line: str) -> None:
        """Show a line that stays."""
        ...

    def draw(self, status: str, decided: int, total: int) -> None:
        """Show where the run stands; ``total`` is 0 while it is not known."""
        ...

    def stop(self) -> None:
        """Leave the stream as it was."""
        ...


class SilentDisplay:
    """Shows nothing."""

    pause_s: float = float("inf")

    def say(self, line: str) -> None:
        """Do nothing."""

    def draw(self, status: str, decided: int, total: int) -> None:
        """Do nothing."""

    def stop(self) -> None:
        """Do nothing."""


class LineDisplay:
    """Writes lines, for logs and pipes.

    Parameters
    ----------
    stream
        Where the lines go, each flushed; letters that its encoding lacks are escaped.
    """

    pause_s: float = 5.0

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._encoding: Final = getattr(stream, "encoding", None) or "utf-8"

    def say(self, line: str) -> None:
        """Write the line."""
        self._stream.write(f"tailgate: {line}\n".encode(self._encoding, "backslashreplace").decode(self._encoding))
        self._stream.flush()

    def draw(self, status: str, decided: int, total: int) -> None:  # noqa: ARG002 - the status says both in words
        """Write the status as a line."""
        self.say(status)

    def stop(self) -> None:
        """Do nothing: every line is already out."""


class TerminalDisplay:
    """Keeps a bar and the status at the bottom of a terminal and removes it at the end.

    Parameters
    ----------
    stream
        A terminal.
    """

    pause_s: float = 0.5

    def __init__(self, stream: TextIO) -> None:
        self._console = Console(file=stream, markup=False, highlight=False, emoji=False)
        # auto_refresh would start a thread that wakes ten times a second and disturbs what is being measured.
        self._bar = Bar(
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TextColumn("{task.description}", markup=False),
            console=self._console,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task = self._bar.add_task("", total=None)
        self._bar.start()

    def say(self, line: str) -> None:
        """Print the line above the bar."""
        self._console.print(Text(line))

    def draw(self, status: str, decided: int, total: int) -> None:
        """Redraw the bar."""
        self._bar.update(self._task, description=status, completed=decided, total=total or None)
        self._bar.refresh()

    def stop(self) -> None:
        """Remove the bar and give the cursor back."""
        self._bar.stop()
