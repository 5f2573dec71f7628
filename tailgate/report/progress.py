"""Shows on stderr that the gate works and how long it still may. In: the events of a run; out: calls of a display.

Nothing here runs between events: a thread that refreshes would disturb what is being measured on a small machine. So
the display moves with the events, at most twice a second on a terminal and as one line every few seconds in a log.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol, Self

from tailgate.records import VerdictKind
from tailgate.report.display import LineDisplay, SilentDisplay, TerminalDisplay
from tailgate.report.plain_text import one_line
from tailgate.report.summary import SEVERITY, WORDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import TextIO

    from tailgate.records import BenchmarkId, Side
    from tailgate.report.display import Display


class Progress(Protocol):
    """What the pipeline tells whoever watches. A context manager: leaving it is ``finished``."""

    def stage(self, name: str, budget_s: float | None = None) -> None:
        """Say that a stage begins, and how many seconds it may take where that is limited."""
        ...

    def building(self, side: Side, commit: str, state: str) -> None:
        """Say what happens to one side's build (``started``, ``cached``, ``done``, ``failed``)."""
        ...

    def round_started(self, number: int, undecided: int, total: int, *, is_deciding: bool = True) -> None:
        """Say that a round over the undecided of all benchmarks begins.

        Where nothing is decided, a benchmark is done when it has been measured well enough.
        """
        ...

    def decided(self, benchmark: BenchmarkId, kind: VerdictKind) -> None:
        """Say that one benchmark has its verdict."""
        ...

    def finished(self) -> None:
        """Leave the terminal as it was; a second call does nothing."""
        ...

    def __enter__(self) -> Self:
        """Return itself."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Call ``finished``, also after Ctrl-C."""
        ...


def open_progress(stream: TextIO | None, clock: Callable[[], float] = time.monotonic) -> Progress:
    """Return a live display for a terminal, plain lines for anything else, nothing for ``None``.

    Parameters
    ----------
    stream
        Where to show it, usually stderr: stdout belongs to the report.
    clock
        Seconds from any origin, never going back.
    """
    display: Display = SilentDisplay()
    if stream is not None:
        display = TerminalDisplay(stream) if stream.isatty() else LineDisplay(stream)
    return RunProgress(display, clock)


class RunProgress:
    """Keeps where the run stands and lets a display draw it, not too often.

    Parameters
    ----------
    display
        Draws.
    clock
        Seconds from any origin, never going back.
    """

    def __init__(self, display: Display, clock: Callable[[], float] = time.monotonic) -> None:
        self._display = display
        self._clock = clock
        self._drawn_at = clock()
        self._stage = ""
        self._deadline: float | None = None
        self._round = 0
        self._total = 0
        self._kinds: list[VerdictKind] = []
        self._measured: int | None = None
        self._is_finished = False

    def stage(self, name: str, budget_s: float | None = None) -> None:
        """See ``Progress``."""
        self._stage = one_line(name)
        # Rounds belong to the stage that measures; the one after it has none.
        self._round = self._total = 0
        self._measured = None
        self._deadline = None if budget_s is None else self._clock() + budget_s
        self._show(now=True)

    def building(self, side: Side, commit: str, state: str) -> None:
        """See ``Progress``."""
        self._display.say(f"{side.value} {commit[:10]}: {one_line(state)}")

    def round_started(self, number: int, undecided: int, total: int, *, is_deciding: bool = True) -> None:
        """See ``Progress``."""
        self._round = number
        # Benchmarks that were never announced (they failed before a round) count as decided.
        self._total = max(total, undecided + len(self._kinds)) if is_deciding else total
        self._measured = None if is_deciding else total - undecided
        self._show()

    def decided(self, benchmark: BenchmarkId, kind: VerdictKind) -> None:
        """See ``Progress``."""
        self._kinds.append(kind)
        if kind in {VerdictKind.REGRESSED, VerdictKind.INVALID}:
            self._display.say(f"{one_line(benchmark.label)}: {kind.value}")
        self._show()

    def finished(self) -> None:
        """See ``Progress``."""
        if not self._is_finished:
            self._is_finished = True
            self._display.stop()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Call ``finished``."""
        self.finished()

    @property
    def status(self) -> str:
        """Where the run stands, in one line: ``measure: round 3, 12 of 50 decided (1 regressed), 40 s left``."""
        parts = []
        if self._round:
            parts.append(f"round {self._round}")
        if self._total:
            notable = [
                f"{self._kinds.count(kind)} {WORDS[kind]}"
                for kind in reversed(SEVERITY)
                if kind is not VerdictKind.PASS and kind in self._kinds
            ]
            done = "decided" if self._measured is None else "measured"
            remark = f" ({', '.join(notable)})" if notable and self._measured is None else ""
            parts.append(f"{self._done} of {self._total} {done}{remark}")
        if self._deadline is not None:
            parts.append(f"{max(0.0, self._deadline - self._clock()):.0f} s left")
        return f"{self._stage}: {', '.join(parts)}" if parts else self._stage

    @property
    def _done(self) -> int:
        return len(self._kinds) if self._measured is None else self._measured

    def _show(self, *, now: bool = False) -> None:
        moment = self._clock()
        if now or moment - self._drawn_at >= self._display.pause_s:
            self._drawn_at = moment
            self._display.draw(self.status, self._done, self._total)
