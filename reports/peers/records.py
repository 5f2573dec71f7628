"""The vocabulary of a comparison with peers: who takes part, in what, and what was found.

All latencies are nanoseconds an operation, net of what the measuring itself costs.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Call: TypeAlias = "Callable[[], object]"
"""One operation with its arguments bound: what is timed."""


@dataclass(frozen=True, slots=True)
class Participant:
    """One that can do the work.

    Attributes
    ----------
    name
        As the table shows it.
    version
        Version of the package, or of what it is part of.
    is_ours
        Whether it is a state of our own system.
    start
        Gives out all operations, a short list at a time, on fresh state; closing it ends what it started.
    answers
        Does the same work untimed on fresh state, and tells what came of it.
    """

    name: str
    version: str
    is_ours: bool
    start: Callable[[], Iterator[list[Call]]]
    answers: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Absent:
    """One that cannot take part, and why."""

    name: str
    reason: str
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """One piece of work that several do.

    Attributes
    ----------
    kind
        What ``--only`` chooses it by.
    title, note
        What the work is, and what a reader must know of it.
    operations
        The name of each operation in the order in which they are done; a row is made of each name.
    participants
        Those that take part. Their answers are held against those of the first of ours.
    difference
        Takes the answers of ours and those of a peer; says what differs, or nothing.
    share
        What part of an operation is reported: half of a round trip is one way.
    """

    kind: str
    title: str
    note: str
    operations: tuple[str, ...]
    participants: tuple[Participant | Absent, ...]
    difference: Callable[[Any, Any], str]
    share: float = 1.0


class Status(StrEnum):
    """What became of a participant."""

    MEASURED = "measured"
    ABSENT = "absent"
    """It is not installed, cannot be imported, or is a state that does not exist yet."""
    FAILED = "failed"
    """It raised an error at work."""
    DISAGREES = "disagrees"
    """It came to another result than ours, so that its speed would mean nothing."""


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Of one participant's operations of one name in one round."""

    p50_ns: float
    p99_ns: float


@dataclass(frozen=True, slots=True)
class Row:
    """What was found of one participant at one operation.

    Attributes
    ----------
    operation
        Name of the operation; empty for whoever was not measured.
    reason
        Why it was not measured.
    rounds
        One element a round, in order, so that rounds of two rows can be paired.
    """

    name: str
    version: str
    is_ours: bool
    status: Status
    operation: str = ""
    reason: str = ""
    rounds: tuple[Quantiles, ...] = ()


@dataclass(frozen=True, slots=True)
class Findings:
    """All rows of one comparison, in the order of its participants."""

    kind: str
    title: str
    note: str
    rows: tuple[Row, ...]

    @property
    def disagreements(self) -> tuple[Row, ...]:
        """The rows of those that came to another result."""
        return tuple(row for row in self.rows if row.status is Status.DISAGREES)

    @property
    def own_failures(self) -> tuple[Row, ...]:
        """The rows of states of ours that raised an error."""
        return tuple(row for row in self.rows if row.is_ours and row.status is Status.FAILED)
