"""What can go wrong, one type a cause. Each message names the cause and the mend; each type knows its exit code."""

from __future__ import annotations

from tailgate.exit_codes import ExitCode


class TailgateError(Exception):
    """Base of every error that tailgate raises on purpose.

    Attributes
    ----------
    exit_code
        What the command line returns when this error ends the command.
    """

    exit_code: ExitCode = ExitCode.INVALID


class ConfigurationError(TailgateError):
    """Arguments, policy file or asv configuration are wrong. The message lists every problem found, not the first."""

    exit_code = ExitCode.MISUSE


class RevisionError(TailgateError):
    """A revision is unknown, or no baseline can be derived (no common ancestor, shallow clone, first commit)."""

    exit_code = ExitCode.MISUSE


class BuildError(TailgateError):
    """A commit could not be built or installed; the message ends with the end of the build's log.

    Attributes
    ----------
    commit
        Which one, where the fault is a commit's: empty where no environment could be had at all.
    """

    def __init__(self, message: str, commit: str = "") -> None:
        super().__init__(message)
        self.commit = commit


class WorkerError(TailgateError):
    """A worker process cannot be used at all: it did not start, or it speaks another protocol."""


class BusyError(TailgateError):
    """Another process does the same work here, and only one may."""


class NothingMeasuredError(TailgateError):
    """No benchmark was selected or none could run: whoever measured nothing may not pass."""


class StoreError(TailgateError):
    """The store cannot be read or written: corrupt, from a newer version, read-only, or the disk is full."""


class ReportError(TailgateError):
    """A report cannot be written: its folder is somebody else's, or a page that policy names is missing."""

    exit_code = ExitCode.MISUSE


class ActionError(TailgateError):
    """A rollback, a revert or a step of a rollout cannot be carried out; nothing was left half done."""

    exit_code = ExitCode.ACTION_FAILED
