"""Annotations: one line a benchmark that fails, nothing that a name can smuggle in, and never more than are shown."""

from __future__ import annotations

import dataclasses
import re
from datetime import date
from typing import TYPE_CHECKING, Final

from tailgate.records import BenchmarkId, VerdictKind, Waiver
from tailgate.report.exports.github_annotations import MOST_OF_A_LEVEL, escaped_data, escaped_property, render

if TYPE_CHECKING:
    from tailgate.report import ExportedRun

# As the runner reads a line: command, properties separated by commas, message.
COMMAND: Final = re.compile(r"^::(error|warning) title=([^:,\r\n]*)::([^\r\n]*)$")


def commands(run: ExportedRun) -> list[tuple[str, str, str]]:
    found = []
    for line in render(run).splitlines():
        match = COMMAND.match(line)
        assert match is not None, line
        found.append((match.group(1), decoded(match.group(2)), decoded(match.group(3))))
    return found


def decoded(text: str) -> str:
    for code, letter in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        text = text.replace(code, letter)
    return text


def test_only_what_counts_and_fails_is_told_the_worst_first(run: ExportedRun) -> None:
    assert [(level, title) for level, title, _ in commands(run)] == [
        ("error", "regressed: book.Cancel.latency_cancel('deep')"),
        ("error", "invalid: orders.Place.latency_place('[bold]limit[/bold]')"),
    ]
    assert commands(run)[0][2] == run.result.verdicts[0].reasons[0]


def test_what_is_unknown_or_waived_is_a_warning(run: ExportedRun) -> None:
    waiver = Waiver("x", "worth it", "Ada", 0.3, date(2026, 12, 31))
    verdicts = tuple(
        dataclasses.replace(item, counts=True, waiver=waiver if item.kind is VerdictKind.REGRESSED else None)
        for item in run.result.verdicts
    )
    found = commands(dataclasses.replace(run, result=dataclasses.replace(run.result, verdicts=verdicts)))
    assert [(level, title.partition(":")[0]) for level, title, _ in found] == [
        ("error", "invalid"),
        ("warning", "inconclusive"),
        ("warning", "regressed"),
    ]


def test_foreign_text_is_one_command_a_benchmark(hostile: ExportedRun) -> None:
    found = commands(hostile)
    assert len(found) == MOST_OF_A_LEVEL
    everything = "\n".join(message + title for _, title, message in found)
    assert "::error::smuggled ::set-output name=x::%0A%25,y:z" in everything


def test_more_than_github_shows_end_in_a_line_that_says_so(run: ExportedRun) -> None:
    model = run.result.verdicts[0]
    verdicts = tuple(dataclasses.replace(model, benchmark=BenchmarkId(f"book.{number:02}")) for number in range(25))
    found = commands(dataclasses.replace(run, result=dataclasses.replace(run.result, verdicts=verdicts)))
    assert len(found) == MOST_OF_A_LEVEL
    assert found[-1] == ("error", "gate", "16 more; the step's summary has them all")


def test_a_run_that_passes_says_nothing(run: ExportedRun) -> None:
    passed = tuple(item for item in run.result.verdicts if item.kind is VerdictKind.PASS)
    assert render(dataclasses.replace(run, result=dataclasses.replace(run.result, verdicts=passed))) == ""


def test_each_letter_that_ends_a_command_is_escaped_and_the_sign_itself_first() -> None:
    assert escaped_data("50 %\r\n,:") == "50 %25%0D%0A,:"
    assert escaped_property("50 %\r\n,:") == "50 %25%0D%0A%2C%3A"
    assert escaped_data("%0A") == "%250A"
