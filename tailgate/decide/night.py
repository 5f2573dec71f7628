"""From the steps of a night to its exit code. Pure: no I/O, no clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tailgate.exit_codes import ExitCode
from tailgate.night_records import NightStepKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tailgate.night_records import NightStep

JUDGED: Final = (ExitCode.PASSED, ExitCode.REGRESSED, ExitCode.INCONCLUSIVE)
"""Exit codes of a run that measured."""

SEVERITY: Final = (ExitCode.REGRESSED, ExitCode.INVALID, ExitCode.INCONCLUSIVE)


def night_exit_code(steps: Iterable[NightStep]) -> ExitCode:
    """Choose the exit code of a night.

    A regression comes first, since someone must act on it; then whatever could not be done; then what is not known. A
    false alarm in a self-check accuses no commit: it is counted and said, and fails nothing. A night in which neither a
    gate nor a self-check measured anything has measured nothing, and fails.
    """
    codes: list[ExitCode] = []
    has_measured = False
    for step in steps:
        code = ExitCode(step.exit_code)
        is_gate = step.kind in {NightStepKind.GATE_MOVING, NightStepKind.GATE_PINNED}
        if is_gate or step.kind is NightStepKind.SELF_CHECK:
            has_measured = has_measured or code in JUDGED
        if is_gate:
            codes.append(code if code in JUDGED else ExitCode.INVALID)
        elif code not in JUDGED or (code is not ExitCode.PASSED and step.kind is not NightStepKind.SELF_CHECK):
            codes.append(ExitCode.INVALID)
    if not has_measured:
        codes.append(ExitCode.INVALID)
    return next((code for code in SEVERITY if code in codes), ExitCode.PASSED)
