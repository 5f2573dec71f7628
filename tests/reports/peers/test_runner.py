from __future__ import annotations

import random
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from reports.peers.records import Absent, Comparison, Participant, Quantiles, Status
from reports.peers.runner import Yardstick, make_yardstick, quantile, run

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Iterator

    from reports.peers.records import Call, Findings, Row

OPERATIONS = 40


class CountingRecorder:
    """A recorder whose counter goes by what an operation returns, so that durations are known."""

    name = "counting"

    def counter(self) -> int:
        return 0

    def nanoseconds(self) -> int:
        return 0

    def record(self, operation: Callable[[Any], object], inputs: list[Any], out: array[int]) -> None:
        for index, item in enumerate(inputs):
            result = operation(item)
            assert isinstance(result, int)
            out[index] = result

    def record_nothing(self, inputs: list[Any], out: array[int]) -> None:
        raise NotImplementedError


YARDSTICK = Yardstick(CountingRecorder(), ns_per_count=2.0, recorder_ns=20.0, binding_ns=10.0)


class Worker:
    """A participant that writes down when it starts, and whose operations take as many counts as their number."""

    def __init__(self, name: str, log: list[str], *, answer: object = "right", is_ours: bool = False) -> None:
        self.log = log
        self.done = 0
        self.is_closed = False
        self.participant = Participant(name, "1.0", is_ours, self.start, lambda: answer)

    def start(self) -> Iterator[list[Call]]:
        self.log.append(self.participant.name)
        self.done = 0
        try:
            for first in range(0, OPERATIONS, 7):
                yield [partial(self.count, number) for number in range(first, min(first + 7, OPERATIONS))]
        finally:
            self.is_closed = True

    def count(self, number: int) -> int:
        assert number == self.done, "the operations of a round are done in order, from fresh state"
        self.done += 1
        return number


def comparison(*participants: Participant | Absent, share: float = 1.0) -> Comparison:
    def difference(ours: object, theirs: object) -> str:
        return "" if ours == theirs else f"{theirs} instead of {ours}"

    names = ("even", "odd") * (OPERATIONS // 2)
    return Comparison("kind", "Title", "Note.", names, participants, difference, share)


def measured(what: Comparison, rounds: int = 1) -> Findings:
    return run(what, rounds, YARDSTICK, random.Random(1), lambda _: None)


def row_of(findings: Findings, name: str) -> Row:
    return next(row for row in findings.rows if row.name == name)


def test_everybody_works_once_a_round_before_anybody_works_again() -> None:
    log: list[str] = []
    workers = [Worker(name, log, is_ours=name == "a") for name in "abcd"]
    measured(comparison(*(worker.participant for worker in workers)), rounds=20)
    rounds = [log[first : first + 4] for first in range(0, 80, 4)]
    assert len(log) == 80
    assert all(sorted(order) == ["a", "b", "c", "d"] for order in rounds)
    assert len({tuple(order) for order in rounds}) > 5, "the order within a round is drawn anew"


def test_the_same_seed_gives_the_same_order() -> None:
    logs: list[list[str]] = [[], []]
    for log in logs:
        measured(comparison(*(Worker(name, log, is_ours=name == "a").participant for name in "abcd")), rounds=5)
    assert logs[0] == logs[1]


def test_durations_are_net_and_the_lead_in_is_not_counted() -> None:
    findings = measured(comparison(Worker("ours", [], is_ours=True).participant))
    even = next(row for row in findings.rows if row.operation == "even")
    # Counts 4, 6, ... 38 are counted, of 40 operations whose first four lead in: 2 ns a count less 30 ns.
    assert even.rounds == (Quantiles(2 * 20 - 30, 2 * 38 - 30),)


def test_a_share_of_an_operation_can_be_reported() -> None:
    findings = measured(comparison(Worker("ours", [], is_ours=True).participant, share=0.5))
    odd = next(row for row in findings.rows if row.operation == "odd")
    assert odd.rounds[0].p99_ns == (2 * 39 - 30) / 2


def test_each_round_is_kept() -> None:
    findings = measured(comparison(Worker("ours", [], is_ours=True).participant), rounds=3)
    assert [len(row.rounds) for row in findings.rows] == [3, 3]


def test_who_comes_to_another_result_is_not_measured() -> None:
    log: list[str] = []
    ours, wrong = Worker("ours", log, is_ours=True), Worker("wrong", log, answer="other")
    findings = measured(comparison(ours.participant, wrong.participant))
    row = row_of(findings, "wrong")
    assert (row.status, row.reason) == (Status.DISAGREES, "other instead of right")
    assert findings.disagreements == (row,)
    assert log == ["ours"]


def test_answers_are_held_against_ours_wherever_ours_stands() -> None:
    wrong, ours = Worker("wrong", [], answer="other"), Worker("ours", [], is_ours=True)
    findings = measured(comparison(wrong.participant, ours.participant))
    assert [row.name for row in findings.disagreements] == ["wrong"]


def test_who_is_absent_is_a_row_with_the_reason() -> None:
    findings = measured(comparison(Worker("ours", [], is_ours=True).participant, Absent("peer", "not installed")))
    row = row_of(findings, "peer")
    assert (row.status, row.reason) == (Status.ABSENT, "not installed")
    assert not findings.disagreements


def test_who_fails_before_the_rounds_is_a_row_and_nobody_else_suffers() -> None:
    def fail() -> object:
        raise KeyError("gone")

    failing = Participant("peer", "1.0", False, Worker("peer", []).start, fail)  # noqa: FBT003 - a record
    findings = measured(comparison(Worker("ours", [], is_ours=True).participant, failing))
    assert row_of(findings, "peer").reason == "KeyError: 'gone'"
    assert row_of(findings, "ours").status is Status.MEASURED
    assert not findings.own_failures


def test_who_fails_within_a_round_is_a_row_and_is_closed() -> None:
    worker = Worker("ours", [], is_ours=True)

    def fail(number: int) -> int:
        raise ValueError(f"no {number}")

    worker.count = fail  # type: ignore[method-assign]
    findings = measured(comparison(worker.participant))
    assert row_of(findings, "ours").reason == "ValueError: no 0"
    assert findings.own_failures
    assert worker.is_closed


def test_who_does_less_than_all_is_not_measured() -> None:
    short = Participant("ours", "1.0", True, lambda: iter([[partial(int, 1)]]), lambda: "right")  # noqa: FBT003 - a record
    assert row_of(measured(comparison(short)), "ours").reason == "ValueError: 1 operations were done instead of 40"


def test_the_real_yardstick_takes_each_call_through_its_arguments() -> None:
    seen: list[int] = []
    durations = make_yardstick().net_ns([[partial(seen.append, 1), partial(seen.append, 2)], [partial(seen.append, 3)]])
    assert seen == [1, 2, 3]
    assert len(durations) == 3


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1.0), (0.5, 2.0), (0.51, 3.0), (0.99, 4.0), (1.0, 4.0)])
def test_a_quantile_is_a_value_that_was_measured(share: float, expected: float) -> None:
    assert quantile([1.0, 2.0, 3.0, 4.0], share) == expected
