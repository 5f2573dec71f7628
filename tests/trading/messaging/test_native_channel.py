"""What a native channel owes the interpreter: references, cycles, signals."""

from __future__ import annotations

import gc
import signal
import sys
import time
import weakref
from threading import Event, Thread, main_thread
from typing import TYPE_CHECKING, Any

import pytest

from tests.trading.messaging.channel_kinds import KERNELS, NATIVE
from trading.errors import ChannelClosedError, ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable

    from trading.messaging import Channel

SOON = 0.01


class Message:
    """Something that can be watched."""


@pytest.fixture(params=NATIVE)
def make(request: pytest.FixtureRequest) -> Callable[[int], Channel[Any]]:
    return lambda capacity: KERNELS.NativeChannel(capacity, **NATIVE[request.param]._asdict())


def test_a_message_is_held_while_it_is_inside_and_let_go_with_its_receiver(make: Callable[[int], Channel[Any]]) -> None:
    channel = make(2)
    message = Message()
    watch = weakref.ref(message)
    channel.send(message)
    del message
    assert watch() is not None
    received = channel.receive()
    assert received is watch()
    del received
    assert watch() is None


def test_references_are_counted_however_an_attempt_ends(make: Callable[[int], Channel[Any]]) -> None:
    channel = make(1)
    message = Message()
    before = sys.getrefcount(message)
    for _ in range(3):
        assert channel.try_send(message)
        assert not channel.try_send(message)
        assert not channel.send(message, SOON)
        assert channel.receive() is message
        assert channel.try_receive() is None
    channel.close()
    for send in (channel.send, channel.try_send):
        with pytest.raises(ChannelClosedError):
            send(message)
    assert sys.getrefcount(message) == before


def test_what_is_left_over_is_let_go_with_the_channel(make: Callable[[int], Channel[Any]]) -> None:
    channel = make(3)
    messages = [Message() for _ in range(3)]
    watches = [weakref.ref(message) for message in messages]
    for message in messages:
        channel.send(message)
    channel.receive()
    messages.clear()
    del message, channel
    assert [watch() for watch in watches] == [None] * 3


def test_a_channel_that_holds_itself_is_collected(make: Callable[[int], Channel[Any]]) -> None:
    gc.collect()
    message = Message()
    watch = weakref.ref(message)
    channel = make(4)
    message.reply_to = channel  # type: ignore[attr-defined]
    channel.send(channel)
    channel.send(message)
    del message, channel
    assert watch() is not None
    gc.collect()
    assert watch() is None


def test_the_collector_sees_what_is_inside(make: Callable[[int], Channel[Any]]) -> None:
    channel = make(3)
    messages = [Message(), Message()]
    for message in messages:
        channel.send(message)
    assert gc.is_tracked(channel)
    assert [found for found in gc.get_referents(channel) if isinstance(found, Message)] == messages


def interrupt_main_thread(has_begun: Event) -> None:
    target = main_thread().ident
    assert target is not None
    has_begun.wait()
    # By then it waits; if it does not yet, it is interrupted all the same.
    time.sleep(SOON)
    signal.pthread_kill(target, signal.SIGINT)


@pytest.mark.parametrize("end", ["send", "receive"])
def test_a_signal_ends_the_waiting(make: Callable[[int], Channel[Any]], end: str) -> None:
    channel = make(1)
    if end == "send":
        channel.send("first")
    has_begun = Event()
    interrupt = Thread(target=interrupt_main_thread, args=(has_begun,))
    interrupt.start()
    with pytest.raises(KeyboardInterrupt):  # noqa: PT012 - a signal that came before would end the whole run
        has_begun.set()
        channel.send("second") if end == "send" else channel.receive()
    interrupt.join()
    # Nothing of the interrupted attempt is left.
    assert channel.try_receive() == ("first" if end == "send" else None)
    assert channel.try_receive() is None
    assert channel.try_send("third")


def test_a_time_that_is_no_number_is_refused(make: Callable[[int], Channel[Any]]) -> None:
    channel = make(1)
    with pytest.raises(TypeError):
        channel.receive("soon")  # type: ignore[arg-type]
    assert channel.receive(-1.0) is None


@pytest.mark.parametrize(("lock", "ring"), [("spin", "none"), ("mutex", "square")])
def test_an_unknown_kind_is_refused(lock: str, ring: str) -> None:
    with pytest.raises(ConfigurationError, match=f'no channel with the ring "{ring}" and the lock "{lock}"'):
        KERNELS.NativeChannel(1, lock=lock, ring=ring)


def test_a_ring_of_more_slots_than_memory_has_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="give at most 1073741824"):
        KERNELS.NativeChannel(1 << 40, ring="many_producers")
    assert KERNELS.NativeChannel(1 << 40).capacity == 1 << 40
