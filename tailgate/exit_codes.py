"""The exit codes of every tailgate command: a contract that CI systems rely on."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process tells the shell. ``docs/glossary.md`` defines the verdicts behind the codes."""

    PASSED = 0
    """Every benchmark passed or improved."""
    REGRESSED = 1
    """At least one benchmark was shown to be worse by more than its margin."""
    MISUSE = 2
    """Wrong arguments or configuration, or a repository in which the question makes no sense."""
    INCONCLUSIVE = 3
    """The budget ended before a verdict, and policy says that this fails the build."""
    INVALID = 4
    """Nothing was measured, a benchmark failed, or the two sides are not comparable."""
    ACTION_FAILED = 5
    """A rollback or revert did not restore the p99, or could not be carried out."""
    INTERRUPTED = 130
    """Ctrl-C (128 + SIGINT), as shells expect it."""
