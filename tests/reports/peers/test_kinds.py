"""The other kinds of work: who does the same agrees, and who does not is told where."""

from __future__ import annotations

import math
import os
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest

from reports.peers import arrays, channels, indicators, maintenance, serialization
from reports.peers.channel_peers import STANDARD, our_wire
from reports.peers.order_flow import order_flow
from reports.peers.records import Absent, Participant
from reports.peers.states import State, our_states
from trading.book import PriceTimeBook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reports.peers.channel_peers import Wire
    from reports.peers.records import Comparison

FUTURE = Absent("ours, of the future", "it does not exist yet", is_ours=True)
STATES = (*our_states(), FUTURE)
EVENTS = 2_000
KINDS = (arrays, channels, indicators, maintenance, serialization)


def present(comparison: Comparison) -> Iterator[Participant]:
    return (item for item in comparison.participants if isinstance(item, Participant))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.__name__).rpartition(".")[2])
def test_whoever_is_here_agrees_with_ours(kind: object) -> None:
    for comparison in kind.compare(STATES, EVENTS):  # type: ignore[attr-defined]
        ours = next(item for item in present(comparison) if item.is_ours)
        expected = ours.answers()
        assert {item.name: comparison.difference(expected, item.answers()) for item in present(comparison)} == {
            item.name: "" for item in present(comparison)
        }


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.__name__).rpartition(".")[2])
def test_each_participant_does_as_many_operations_as_are_named(kind: object) -> None:
    for comparison in kind.compare(STATES, EVENTS):  # type: ignore[attr-defined]
        for item in present(comparison):
            done = 0
            for calls in item.start():
                for call in calls:
                    call()
                done += len(calls)
            assert done == len(comparison.operations), item.name


def test_a_state_that_does_not_exist_yet_is_absent_everywhere() -> None:
    for kind in KINDS:
        for comparison in kind.compare(STATES, EVENTS):
            absent = [item for item in comparison.participants if isinstance(item, Absent) and item.is_ours]
            assert [item.name for item in absent] == [FUTURE.name]


def test_an_indicator_that_differs_is_told_with_its_tick() -> None:
    ours = [{"value": 1.0, "signal": 2.0}, {"value": 3.0, "signal": 4.0}]
    assert indicators.difference(ours, [{"value": 1.0}, {"value": 3.0 + 1e-9}]) == ""
    told = indicators.difference(ours, [{"value": 1.0}, {"value": 3.1}])
    assert told == "value 1 ticks after the warm-up: ours 3.0, theirs 3.1"
    assert indicators.difference(ours, [{"value": math.nan}, {"value": 3.0}]) != ""
    assert indicators.difference(ours, ours[:1]) != ""


def test_a_series_that_differs_is_told_with_its_place() -> None:
    ours = [np.array([1.0, 2.0, 3.0])]
    assert arrays.difference(ours, [np.array([1.0, 2.0, 3.0])]) == ""
    assert "2 prices after" in arrays.difference(ours, [np.array([1.0, 2.0, 4.0])])
    assert arrays.difference(ours, [np.array([2.0, 3.0])]) == "line 0 has 2 values, ours 3"


def test_an_order_that_comes_back_otherwise_is_told() -> None:
    some = serialization.orders(3)
    rest = tuple(some[1])
    wrong = [tuple(some[0]), (*rest[:-1], "THEIRS"), tuple(some[2])]
    assert serialization.difference([tuple(order) for order in some], wrong).startswith("order 2 came back as ")


def test_a_recorded_market_has_the_prices_of_the_matched_one() -> None:
    matched, kept = PriceTimeBook(), PriceTimeBook()
    for event in order_flow(EVENTS):
        matched.apply(event)
    for recorded in maintenance.recorded_flow(EVENTS):
        kept.apply(recorded.event)
        assert kept.quantity_of(recorded.event.order_id) == recorded.left_lots * (recorded.event.event_type != 3)
    assert kept.top(0) == matched.top(0)
    assert maintenance.difference([(1, 2)], [(1, 3)]) == "best prices after 500 events: ours (1, 2), theirs (1, 3)"


def wires() -> Iterator[Callable[[], Wire]]:
    state = next(state for state in STATES if isinstance(state, State))
    yield our_wire(state.flags)
    for _, open_module in STANDARD:
        yield open_module()


@pytest.fixture
def forked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list in which the id of every process that is forked will be."""
    process_ids: list[int] = []
    fork = os.fork

    def remembering() -> int:
        process_id = fork()
        process_ids.append(process_id)
        return process_id

    monkeypatch.setattr(os, "fork", remembering)
    return process_ids


def assert_gone(process_id: int) -> None:
    with pytest.raises(ProcessLookupError):
        os.kill(process_id, 0)


@pytest.mark.parametrize("open_wire", list(wires()), ids=("ours", "pipe", "queue"))
def test_the_other_process_sends_frames_back_and_is_gone_afterwards(
    open_wire: Callable[[], Wire], forked: list[int]
) -> None:
    frames = [bytes([number]) * 10 for number in range(250)]
    trips = channels.through_another_process(open_wire, frames)
    assert [trip() for chunk in trips for trip in chunk] == frames
    assert_gone(forked[0])


def test_the_other_process_is_gone_when_the_work_is_broken_off(forked: list[int]) -> None:
    state = next(state for state in STATES if isinstance(state, State))
    trips = channels.through_another_process(our_wire(state.flags), [b"frame"] * 500)
    assert next(trips)[0]() == b"frame"
    trips.close()
    assert_gone(forked[0])


def test_a_frame_that_comes_back_otherwise_is_told() -> None:
    assert channels.difference([b"a", b"b"], [b"a", memoryview(b"b")]) == ""  # type: ignore[list-item]
    assert channels.difference([b"a", b"b"], [b"a", b"c"]) == "frame 1 came back as b'c', from ours as b'b'"


def test_a_codec_is_timed_on_what_it_says() -> None:
    some = serialization.orders(600)
    seen: list[object] = []

    def encoded(item: object) -> bytes:
        seen.append(item)
        return b"bytes"

    codec = serialization.Codec(
        shape=lambda order: order.order_id,
        bind=lambda item: partial(encoded, item),
        decode=seen.append,
        fields=tuple,
    )
    encoding = serialization.participant("name", "1.0", codec, some, is_decoding=False)
    for calls in encoding.start():
        assert [call() for call in calls] == [b"bytes"] * len(calls)
    assert seen == [order.order_id for order in some]
    decoding = replace(serialization.participant("name", "1.0", codec, some, is_decoding=True), name="other")
    seen.clear()
    for calls in decoding.start():
        seen.clear()
        for call in calls:
            call()
        assert seen == [b"bytes"] * len(calls)
