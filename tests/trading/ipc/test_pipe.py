from __future__ import annotations

import os
import resource
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trading.errors import ChannelClosedError, CorruptInputError, PeerLostError
from trading.ipc import PipeReceiver, PipeSender, open_pipe
from trading.ipc.framing import MAXIMUM_FRAME_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

SOON = 0.01
LONG = 30.0
Ends = tuple[PipeSender, PipeReceiver]


@pytest.fixture
def ends() -> Iterator[Ends]:
    sender, receiver = open_pipe()
    yield sender, receiver
    sender.release()
    receiver.close()


# With its length this fills a page of the pipe's buffer to the last byte.
PAGE = b"x" * 4_092


def fill(sender: PipeSender) -> int:
    """Send until there is no room at all; return how many frames are in."""
    count = 0
    while sender.try_send(PAGE):
        count += 1
    return count


def test_frames_come_out_as_they_went_in(ends: Ends) -> None:
    sender, receiver = ends
    frames = [b"first", b"", b"\0" * 4_092, b"\xff\xff\xff\xff"]
    assert [sender.send(frame) for frame in frames] == [True] * 4
    assert [receiver.receive() for _ in frames] == frames
    assert receiver.try_receive() is None
    assert receiver.receive(SOON) is None
    assert receiver.receive(0) is None


@given(st.lists(st.tuples(st.booleans(), st.binary(max_size=9_000)), max_size=40))
def test_whatever_the_interleaving_nothing_is_lost_doubled_or_reordered(steps: list[tuple[bool, bytes]]) -> None:
    sender, receiver = open_pipe()
    sent: list[bytes] = []
    received: list[bytes] = []
    for is_sending, frame in steps:
        if is_sending:
            if sender.try_send(frame):
                sent.append(frame)
        elif (arrived := receiver.try_receive()) is not None:
            received.append(arrived)
    closing = Thread(target=sender.close)
    closing.start()
    received += receiver
    closing.join(LONG)
    receiver.close()
    assert received == sent


def test_a_full_pipe_takes_nothing_until_something_is_received(ends: Ends) -> None:
    sender, receiver = ends
    count = fill(sender)
    assert count > 1
    assert not sender.send(b"more", SOON)
    assert not sender.send(PAGE, 0)
    for _ in range(count):
        assert receiver.try_receive() == PAGE
    assert receiver.try_receive() is None
    assert sender.try_send(b"more")
    assert receiver.receive() == b"more"


def test_a_sender_waits_until_there_is_room(ends: Ends) -> None:
    sender, receiver = ends
    count = fill(sender)
    thread = Thread(target=sender.send, args=(b"late" * 1_000,), daemon=True)
    thread.start()
    thread.join(SOON)
    assert thread.is_alive()
    assert [receiver.receive(LONG) for _ in range(count)] == [PAGE] * count
    assert receiver.receive(LONG) == b"late" * 1_000
    thread.join(LONG)
    assert not thread.is_alive()


def test_a_frame_that_the_pipe_cannot_hold_goes_through_in_parts(ends: Ends) -> None:
    sender, receiver = ends
    frame = bytes(range(256)) * (MAXIMUM_FRAME_BYTES // 256)
    assert sender.try_send(frame)
    # The rest of it is still here, so there is no room for another one.
    assert not sender.try_send(b"second")
    assert not sender.flush(SOON)
    assert receiver.try_receive() is None
    thread = Thread(target=sender.send, args=(b"second",), daemon=True)
    thread.start()
    assert receiver.receive(LONG) == frame
    assert receiver.receive(LONG) == b"second"
    thread.join(LONG)
    assert sender.flush(0)


def test_a_long_frame_whose_time_is_up_half_way_is_in(ends: Ends) -> None:
    sender, receiver = ends
    frame = b"y" * 200_000
    assert sender.send(frame, SOON)
    assert not sender.send(b"second", SOON)
    while (arrived := receiver.try_receive()) is None:
        sender.flush(0)
    assert arrived == frame


def test_a_frame_that_is_too_long_is_refused(ends: Ends) -> None:
    with pytest.raises(ValueError, match="a frame has 1048577 bytes; send at most 1048576"):
        ends[0].send(bytes(MAXIMUM_FRAME_BYTES + 1))


def test_what_was_sent_before_closing_is_received(ends: Ends) -> None:
    sender, receiver = ends
    sender.send(b"last")
    sender.close()
    sender.close()
    assert list(receiver) == [b"last"]
    for _ in range(2):
        with pytest.raises(ChannelClosedError, match="the sender closed its end, and everything") as closed:
            receiver.receive()
        assert not isinstance(closed.value, PeerLostError)


def test_a_closed_end_does_nothing_more(ends: Ends) -> None:
    sender, receiver = ends
    sender.close()
    receiver.close()
    receiver.close()
    assert (sender.fileno(), receiver.fileno()) == (-1, -1)
    for use in (lambda: sender.send(b""), lambda: sender.try_send(b""), sender.flush, receiver.receive):
        with pytest.raises(ChannelClosedError, match="this end is closed"):
            use()


def test_closing_gives_up_on_a_receiver_that_does_not_receive(ends: Ends) -> None:
    sender, receiver = ends
    count = fill(sender)
    sender.close(SOON)
    assert [receiver.receive() for _ in range(count)] == [PAGE] * count
    with pytest.raises(PeerLostError):
        receiver.receive()


def test_a_receiver_that_is_gone_closes_the_channel(ends: Ends) -> None:
    sender, receiver = ends
    receiver.close()
    with pytest.raises(ChannelClosedError, match="the receiver is gone"):
        sender.send(b"")
    sender.close()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", r"died without closing its end$"),
        (b"\x05\0\0", "in the middle of a frame of which 3 bytes had come"),
        (b"\x05\0\0\0four", "in the middle of a frame of which 8 bytes had come"),
    ],
)
def test_a_sender_that_is_gone_is_not_taken_for_one_that_closed(data: bytes, message: str) -> None:
    receiving, sending = os.pipe()
    receiver = PipeReceiver(receiving)
    os.write(sending, b"\x05\0\0\0whole" + data)
    os.close(sending)
    frames = iter(receiver)
    assert next(frames) == b"whole"
    with pytest.raises(PeerLostError, match=message):
        next(frames)
    receiver.close()


def test_what_is_no_frame_is_refused() -> None:
    receiving, sending = os.pipe()
    receiver = PipeReceiver(receiving)
    os.write(sending, b"GET / HTTP/1.1")
    os.close(sending)
    with pytest.raises(CorruptInputError, match="a frame of 542393671 bytes is announced"):
        receiver.receive()
    receiver.close()


def test_no_descriptor_is_left_behind() -> None:
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    for _ in range(min(limit, 2_000)):
        sender, receiver = open_pipe()
        sender.close()
        receiver.close()
