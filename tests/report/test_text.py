"""The printed report reads well at each width and never lets foreign text control the terminal."""

from __future__ import annotations

import dataclasses
import io
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from tailgate.report import open_console, print_gate

if TYPE_CHECKING:
    from collections.abc import Callable

    from tailgate.records import GateResult


def rendered(result: GateResult, width: int, *, is_terminal: bool = False) -> str:
    stream = io.StringIO()
    console = Console(
        file=stream,
        width=width,
        force_terminal=is_terminal,
        color_system="truecolor" if is_terminal else None,
        highlight=False,
        markup=False,
        emoji=False,
    )
    print_gate(result, console)
    return stream.getvalue()


@pytest.mark.parametrize("width", [80, 100, 200])
def test_the_report_is_the_golden_one(result: GateResult, golden: Callable[[str, str], None], width: int) -> None:
    golden(f"gate_{width}_columns.txt", rendered(result, width))


@pytest.mark.parametrize("width", [80, 100, 139, 140, 200])
def test_no_line_is_wider_than_the_console(result: GateResult, width: int) -> None:
    assert max(len(line) for line in rendered(result, width).splitlines()[:-1]) <= width


def test_the_last_line_is_the_whole_summary(result: GateResult) -> None:
    assert rendered(result, 80).splitlines()[-1].rstrip() == result.summary


@pytest.mark.parametrize("width", [80, 100, 140, 200])
def test_every_number_of_the_change_survives_every_width(result: GateResult, width: int) -> None:
    text = rendered(result, width)
    for figure in ("+19.8 %", "[+18.6, +21.2]", "[+13.0, +24.0]", "293 →  351 ns", "4.50 x"):
        assert figure in text


@pytest.mark.parametrize("width", [80, 200])
def test_foreign_text_controls_nothing(result: GateResult, width: int) -> None:
    text = rendered(result, width)
    assert not any(letter in text for letter in "\x1b\x07\x9b\r\u202e\u2067\u200b\udce9")
    for written in ("Json[red]", "[/]", "[link=http://example.invalid]", ":smile:", "[bold]limit[/bold]"):
        assert written in text.replace("\n", "")


def test_a_terminal_gets_colours_and_still_none_of_the_foreign_ones(result: GateResult) -> None:
    text = rendered(result, 200, is_terminal=True)
    assert "\x1b[1;31mregressed" in text
    assert "\x1b[31mencode" not in text
    assert "\x1b]" not in text


def test_the_worst_stands_nearest_to_the_end(result: GateResult) -> None:
    text = rendered(result, 100)
    kinds = [line.split()[0] for line in text.splitlines() if line[:1].isalpha()]
    verdicts = [kind for kind in kinds if kind in {"pass", "improved", "inconclusive", "regressed", "invalid"}]
    assert verdicts == ["pass", "improved", "inconclusive", "regressed", "invalid"]


def test_a_long_traceback_shows_its_end(result: GateResult) -> None:
    invalid = result.verdicts[-1]
    detail = "\n".join(f"line {number}" for number in range(100))
    failure = dataclasses.replace(invalid.failures[0], detail=detail)
    one = dataclasses.replace(result, verdicts=(dataclasses.replace(invalid, failures=(failure,)),))
    text = rendered(one, 100)
    assert "... 81 lines before" in text
    assert "line 99" in text
    assert "line 80" not in text


def test_a_run_without_verdicts_still_says_its_summary(result: GateResult) -> None:
    text = rendered(dataclasses.replace(result, verdicts=(), fingerprint=None, summary="nothing was measured"), 100)
    assert text.splitlines()[-1].rstrip() == "nothing was measured"


def test_a_stream_without_the_letters_gets_others(result: GateResult, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    print_gate(result, open_console(stream))
    stream.flush()
    text = raw.getvalue().decode("ascii")
    assert "293 >  351 ns" in text
    assert "1.00 >  1.00 us" in text or "1.00 us" in text


def test_a_pipe_gets_a_fixed_width_and_no_colours(result: GateResult, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    stream = io.StringIO()
    console = open_console(stream)
    print_gate(result, console)
    assert console.width == 120
    assert "\x1b" not in stream.getvalue()
