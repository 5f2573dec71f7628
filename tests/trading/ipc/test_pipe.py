from __future__ import annotations

import os
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from trading.errors import CorruptInputError, PeerLostError
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


def test_closing_gives_up_on_a_receiver_that_does_not_receive(ends: Ends) -> None:
    sender, receiver = ends
    count = fill(sender)
    sender.close(SOON)
    assert [receiver.receive() for _ in range(count)] == [PAGE] * count
    with pytest.raises(PeerLostError):
        receiver.receive()


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
