"""Progress says where the run stands, not too often, and leaves the terminal as it was."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from tailgate.records import BenchmarkId, Side, VerdictKind
from tailgate.report import open_progress

if TYPE_CHECKING:
    from tailgate.report import Progress


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:  # type: ignore[explicit-override] # typing.override comes with Python 3.12
        return True


def run(progress: Progress, clock: Clock, seconds_a_round: float) -> None:
    with progress:
        progress.stage("building")
        progress.building(Side.BASELINE, "a" * 40, "cached")
        progress.building(Side.CANDIDATE, "b" * 40, "built [red]\x1b[31m")
        progress.stage("measuring", budget_s=60)
        for number in range(1, 5):
            progress.round_started(number, 4 - number, 4)
            clock.now += seconds_a_round
            kind = VerdictKind.REGRESSED if number == 2 else VerdictKind.PASS
            progress.decided(BenchmarkId(f"book.Cancel.latency_{number}\x07"), kind)
        progress.stage("reporting")


def test_where_nothing_is_decided_benchmarks_count_as_measured() -> None:
    stream, clock = io.StringIO(), Clock()
    with open_progress(stream, clock) as progress:
        progress.stage("measuring commit 1 of 2, aaaaaaaaaa")
        for number, waiting in ((1, 4), (2, 3), (3, 1)):
            clock.now += 10.0
            progress.round_started(number, waiting, 4, is_deciding=False)
        progress.stage("measuring")
        clock.now += 10.0
        progress.round_started(1, 4, 4)
    assert stream.getvalue().splitlines() == [
        "tailgate: measuring commit 1 of 2, aaaaaaaaaa",
        "tailgate: measuring commit 1 of 2, aaaaaaaaaa: round 1, 0 of 4 measured",
        "tailgate: measuring commit 1 of 2, aaaaaaaaaa: round 2, 1 of 4 measured",
        "tailgate: measuring commit 1 of 2, aaaaaaaaaa: round 3, 3 of 4 measured",
        "tailgate: measuring",
        "tailgate: measuring: round 1, 0 of 4 decided",
    ]


def test_a_log_gets_stages_builds_regressions_and_a_line_every_few_seconds() -> None:
    stream, clock = io.StringIO(), Clock()
    run(open_progress(stream, clock), clock, seconds_a_round=2.0)
    assert stream.getvalue().splitlines() == [
        "tailgate: building",
        "tailgate: baseline aaaaaaaaaa: cached",
        "tailgate: candidate bbbbbbbbbb: built [red]",
        "tailgate: measuring: 60 s left",
        "tailgate: book.Cancel.latency_2\N{REPLACEMENT CHARACTER}: regressed",
        "tailgate: measuring: round 3, 3 of 4 decided (1 regressed), 54 s left",
        "tailgate: reporting",
    ]


def test_a_log_in_ascii_gets_escapes() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    with open_progress(stream, Clock()) as progress:
        progress.stage("prüfen")
    assert raw.getvalue() == b"tailgate: pr\\xfcfen\n"


def test_a_terminal_gets_a_bar_that_is_gone_at_the_end() -> None:
    stream, clock = Terminal(), Clock()
    run(open_progress(stream, clock), clock, seconds_a_round=2.0)
    text = stream.getvalue()
    assert "3/4" in text
    assert "round 3, 3 of 4 decided (1 regressed), 54 s left" in text
    assert "[red]" in text
    assert "\x1b[31m" not in text
    assert "\x07" not in text
    hidden, shown = text.rfind("\x1b[?25l"), text.rfind("\x1b[?25h")
    assert shown > hidden


def test_a_terminal_is_redrawn_at_most_twice_a_second() -> None:
    stream, clock = Terminal(), Clock()
    with open_progress(stream, clock) as progress:
        progress.stage("measuring", budget_s=60)
        drawn = stream.tell()
        for number in range(1_000):
            progress.round_started(number, 10, 10)
        assert stream.tell() == drawn
        clock.now += 0.5
        progress.round_started(7, 10, 10)
        assert stream.tell() > drawn


def test_an_error_gives_the_cursor_back() -> None:
    stream = Terminal()
    progress = open_progress(stream, Clock())

    def interrupted() -> None:
        with progress:
            progress.stage("measuring")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert stream.getvalue().rfind("\x1b[?25h") > stream.getvalue().rfind("\x1b[?25l")
    progress.finished()


def test_nothing_is_shown_for_no_stream(capfd: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    run(open_progress(None, clock), clock, seconds_a_round=2.0)
    assert capfd.readouterr() == ("", "")
