"""What the interface promises, held against the reference and every kind of native channel."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from tests.trading.messaging.channel_kinds import CHANNELS
from trading.errors import ChannelClosedError, ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable

    from trading.messaging import Channel

SOON = 0.01
LONG = 30.0


class Make(Protocol):
    def __call__(self, *messages: int, capacity: int = 2) -> Channel[int]: ...


@pytest.fixture(params=CHANNELS)
def channel(request: pytest.FixtureRequest) -> Make:
    """Return what makes a channel of one kind that holds some messages."""

    def make(*messages: int, capacity: int = 2) -> Channel[int]:
        under_test = CHANNELS[request.param](capacity)
        for message in messages:
            assert under_test.send(message)
        return under_test

    return make


def start(work: Callable[[], object]) -> Thread:
    thread = Thread(target=work, daemon=True)
    thread.start()
    return thread


def finish(thread: Thread) -> None:
    thread.join(LONG)
    assert not thread.is_alive()


def test_messages_come_out_in_the_order_they_went_in(channel: Make) -> None:
    under_test = channel(1, 2, 3, capacity=3)
    assert [under_test.receive() for _ in range(3)] == [1, 2, 3]


def test_it_knows_its_capacity_and_its_length(channel: Make) -> None:
    under_test = channel(1, capacity=5)
    assert under_test.capacity == 5
    assert len(under_test) == 1


def test_a_full_channel_takes_nothing(channel: Make) -> None:
    under_test = channel(1, 2)
    assert not under_test.try_send(3)
    assert not under_test.send(3, timeout_seconds=SOON)
    assert not under_test.send(3, timeout_seconds=0)
    assert [under_test.receive(), under_test.receive(), under_test.try_receive()] == [1, 2, None]


def test_an_empty_channel_gives_nothing(channel: Make) -> None:
    under_test = channel()
    assert under_test.try_receive() is None
    assert under_test.receive(timeout_seconds=SOON) is None
    assert under_test.receive(timeout_seconds=0) is None


def test_a_sender_waits_until_there_is_room(channel: Make) -> None:
    under_test = channel(1, capacity=1)
    sender = start(lambda: under_test.send(2))
    sender.join(SOON)
    assert sender.is_alive()
    assert under_test.receive() == 1
    finish(sender)
    assert under_test.receive() == 2


def test_a_receiver_waits_until_there_is_something(channel: Make) -> None:
    under_test = channel()
    received: list[int | None] = []
    receiver = start(lambda: received.append(under_test.receive()))
    receiver.join(SOON)
    assert receiver.is_alive()
    assert under_test.try_send(7)
    finish(receiver)
    assert received == [7]


def test_a_closed_channel_takes_nothing_and_gives_out_what_it_holds(channel: Make) -> None:
    under_test = channel(1, 2)
    under_test.close()
    under_test.close()
    assert (under_test.is_closed, under_test.is_drained) == (True, False)
    for send in (under_test.send, under_test.try_send):
        with pytest.raises(ChannelClosedError, match="takes no more"):
            send(3)
    assert under_test.receive() == 1
    assert under_test.try_receive() == 2
    assert under_test.is_drained
    for receive in (under_test.receive, under_test.try_receive):
        with pytest.raises(ChannelClosedError, match="everything has been received"):
            receive()


def test_an_open_channel_is_not_drained_when_it_is_empty(channel: Make) -> None:
    under_test = channel()
    assert (under_test.is_closed, under_test.is_drained) == (False, False)


@pytest.mark.parametrize("waiting", [1, 3])
def test_closing_wakes_every_sender_that_waits(channel: Make, waiting: int) -> None:
    under_test = channel(1, capacity=1)
    outcomes: list[str] = []

    def send() -> None:
        try:
            under_test.send(2)
        except ChannelClosedError:
            outcomes.append("closed")

    senders = [start(send) for _ in range(waiting)]
    senders[0].join(SOON)
    under_test.close()
    for sender in senders:
        finish(sender)
    assert outcomes == ["closed"] * waiting
    assert list(under_test) == [1]


def test_closing_wakes_every_receiver_that_waits(channel: Make) -> None:
    under_test = channel()
    receivers = [start(lambda: list(under_test)) for _ in range(3)]
    receivers[0].join(SOON)
    under_test.close()
    for receiver in receivers:
        finish(receiver)


def test_iterating_ends_when_the_channel_is_drained(channel: Make) -> None:
    under_test = channel(1, 2)
    under_test.close()
    assert list(under_test) == [1, 2]


def test_a_receiver_that_gave_up_does_not_swallow_the_wakening_of_another(channel: Make) -> None:
    under_test = channel()
    assert under_test.receive(timeout_seconds=SOON) is None
    received: list[int | None] = []
    receiver = start(lambda: received.append(under_test.receive()))
    receiver.join(SOON)
    under_test.send(1)
    finish(receiver)
    assert received == [1]


@pytest.mark.parametrize("capacity", [0, -1])
def test_a_capacity_below_one_is_refused(channel: Make, capacity: int) -> None:
    with pytest.raises(ConfigurationError, match=f"the capacity of the channel is {capacity}; give at least 1"):
        channel(capacity=capacity)


def test_none_is_sent_and_received_but_not_iterated_over(channel: Make) -> None:
    under_test: Channel[Any] = channel(1, capacity=4)
    assert under_test.send(None)
    assert under_test.send(2)
    assert [under_test.receive(), under_test.receive()] == [1, None]
    assert under_test.send(None)
    under_test.close()
    assert list(under_test) == [2]


def test_it_goes_round_many_times(channel: Make) -> None:
    under_test = channel(-2, -1, capacity=3)
    for number in range(1_000):
        assert under_test.try_send(number)
        assert not under_test.try_send(number)
        assert under_test.try_receive() == number - 2
