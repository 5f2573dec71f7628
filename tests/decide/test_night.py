"""The exit code of a night: a regression first, closed where nothing was measured, deaf to false alarms."""

from __future__ import annotations

import pytest

from tailgate.decide import night_exit_code
from tailgate.exit_codes import ExitCode
from tailgate.night_records import NightStep, NightStepKind

MOVING, PINNED, CHECK = NightStepKind.GATE_MOVING, NightStepKind.GATE_PINNED, NightStepKind.SELF_CHECK
HISTORY, PROFILES = NightStepKind.HISTORY, NightStepKind.PROFILES


def code_of(*steps: tuple[NightStepKind, int]) -> ExitCode:
    return night_exit_code(NightStep(kind, is_done=True, exit_code=code) for kind, code in steps)


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([(MOVING, 0), (PINNED, 0), (CHECK, 0), (HISTORY, 0)], 0),
        ([(MOVING, 0), (PINNED, 1), (CHECK, 0)], 1),
        ([(MOVING, 1), (PINNED, 4)], 1),
        ([(MOVING, 3), (PINNED, 0)], 3),
        ([(MOVING, 3), (PINNED, 4)], 4),
        ([(MOVING, 2), (CHECK, 0)], 4),
        ([(MOVING, 0), (HISTORY, 4)], 4),
        ([(MOVING, 0), (PROFILES, 2)], 4),
        ([(MOVING, 1), (HISTORY, 4)], 1),
    ],
)
def test_what_someone_must_act_on_comes_first(steps: list[tuple[NightStepKind, int]], expected: int) -> None:
    assert code_of(*steps) == expected


def test_a_false_alarm_or_an_undecided_self_check_fails_nothing() -> None:
    assert code_of((MOVING, 0), (CHECK, 1), (CHECK, 3)) == ExitCode.PASSED


def test_a_self_check_that_could_not_be_measured_does() -> None:
    assert code_of((MOVING, 0), (CHECK, 4)) == ExitCode.INVALID


def test_self_checks_alone_have_measured_something() -> None:
    assert code_of((CHECK, 0), (HISTORY, 0)) == ExitCode.PASSED


@pytest.mark.parametrize("steps", [[], [(HISTORY, 0), (PROFILES, 0)], [(MOVING, 4)], [(CHECK, 4)]])
def test_a_night_that_measured_nothing_fails(steps: list[tuple[NightStepKind, int]]) -> None:
    assert code_of(*steps) == ExitCode.INVALID
