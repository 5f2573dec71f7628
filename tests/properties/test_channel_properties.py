"""A channel between real threads loses, doubles and reorders nothing, whoever sends, receives, waits or gives up."""

from __future__ import annotations

import sys
from collections import deque
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.trading.messaging.channel_kinds import CHANNELS
from trading.errors import ChannelClosedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trading.messaging import Channel

JOIN_SECONDS = 30.0
Message = tuple[int, int]


@pytest.fixture(scope="module", autouse=True)
def _threads_take_turns_often() -> Iterator[None]:
    """Else each thread that polls does so for 5 ms, in which nothing can happen."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(usual)


def send_all(channel: Channel[Message], sender: int, count: int, patience_seconds: float | None) -> None:
    for number in range(count):
        while not channel.send((sender, number), patience_seconds):
            pass


def receive_all(channel: Channel[Message], received: list[Message], patience_seconds: float | None) -> None:
    try:
        while True:
            message = channel.receive(patience_seconds)
            if message is not None:
                received.append(message)
    except ChannelClosedError:
        return


@pytest.mark.parametrize("kind", CHANNELS)
@settings(max_examples=30, deadline=None)
@given(
    capacity=st.integers(1, 5),
    counts=st.lists(st.integers(0, 60), min_size=1, max_size=4),
    receivers=st.integers(1, 4),
    # No patience at all, little of it, and waiting for as long as it takes.
    patience_seconds=st.sampled_from([0.0, 0.0005, None]),
)
def test_each_message_arrives_once_and_each_senders_messages_in_order(
    kind: str, capacity: int, counts: list[int], receivers: int, patience_seconds: float | None
) -> None:
    channel: Channel[Message] = CHANNELS[kind](capacity)
    received: list[list[Message]] = [[] for _ in range(receivers)]
    receiving = [
        Thread(target=receive_all, args=(channel, messages, patience_seconds), daemon=True) for messages in received
    ]
    sending = [
        Thread(target=send_all, args=(channel, sender, count, patience_seconds), daemon=True)
        for sender, count in enumerate(counts)
    ]
    for thread in receiving + sending:
        thread.start()
    for thread in sending:
        thread.join(JOIN_SECONDS)
    channel.close()
    for thread in receiving:
        thread.join(JOIN_SECONDS)
    assert not any(thread.is_alive() for thread in sending + receiving)

    everything = sorted(message for messages in received for message in messages)
    assert everything == [(sender, number) for sender, count in enumerate(counts) for number in range(count)]
    for messages in received:
        for sender in range(len(counts)):
            numbers = [number for origin, number in messages if origin == sender]
            assert numbers == sorted(numbers)
    assert channel.is_drained


@pytest.mark.parametrize("kind", CHANNELS)
@settings(max_examples=30, deadline=None)
@given(capacity=st.integers(1, 5), close_after=st.integers(0, 20))
def test_what_was_accepted_before_closing_arrives(kind: str, capacity: int, close_after: int) -> None:
    channel: Channel[int] = CHANNELS[kind](capacity)
    accepted = 0

    def send() -> None:
        nonlocal accepted
        try:
            while True:
                channel.send(accepted)
                accepted += 1
        except ChannelClosedError:
            return

    sender = Thread(target=send, daemon=True)
    sender.start()
    received = [channel.receive() for _ in range(close_after)]
    channel.close()
    sender.join(JOIN_SECONDS)
    assert not sender.is_alive()
    received += list(channel)
    assert received == list(range(accepted))


class ChannelAgreesWithDeque(RuleBasedStateMachine):
    """One thread, every operation: the channel does what a deque with a limit does."""

    @initialize(kind=st.sampled_from(sorted(CHANNELS)), capacity=st.integers(1, 4))
    def open(self, kind: str, capacity: int) -> None:
        self.capacity = capacity
        self.channel: Channel[int] = CHANNELS[kind](capacity)
        self.model: deque[int] = deque()
        self.is_closed = False

    @precondition(lambda self: not self.is_closed)
    @rule(message=st.integers(), is_waiting=st.booleans())
    def send(self, message: int, *, is_waiting: bool) -> None:
        sent = self.channel.send(message, 0.0) if is_waiting else self.channel.try_send(message)
        assert sent == (len(self.model) < self.capacity)
        if sent:
            self.model.append(message)

    @precondition(lambda self: self.is_closed)
    @rule(message=st.integers())
    def send_after_closing(self, message: int) -> None:
        with pytest.raises(ChannelClosedError):
            self.channel.send(message)

    @precondition(lambda self: self.model or not self.is_closed)
    @rule(is_waiting=st.booleans())
    def receive(self, *, is_waiting: bool) -> None:
        received = self.channel.receive(0.0) if is_waiting else self.channel.try_receive()
        assert received == (self.model.popleft() if self.model else None)

    @rule()
    def close(self) -> None:
        self.channel.close()
        self.is_closed = True

    @invariant()
    def lengths_agree(self) -> None:
        assert len(self.channel) == len(self.model)
        assert self.channel.is_closed == self.is_closed
        assert self.channel.is_drained == (self.is_closed and not self.model)


TestChannelAgreesWithDeque = ChannelAgreesWithDeque.TestCase
