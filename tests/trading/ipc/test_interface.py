"""What the interface promises, held against every kind of channel between processes."""

from __future__ import annotations

import resource
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trading.ipc.process_channels import KINDS
from trading.errors import ChannelClosedError, PeerLostError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.trading.ipc.process_channels import Ends, Kind, Sender

SOON = 0.01
LONG = 30.0

# With its length this fills a page of a pipe's buffer to the last byte.
PAGE = b"x" * 4_092


def fill(sender: Sender) -> list[bytes]:
    """Send until there is no room at all; return the frames that are in."""
    frames: list[bytes] = []
    for frame in (PAGE, b""):
        while sender.try_send(frame):
            frames.append(frame)
    return frames


def test_frames_come_out_as_they_went_in(ends: Ends) -> None:
    sender, receiver = ends
    frames = [b"first", b"", b"\0" * 4_092, b"\xff\xff\xff\xff"]
    assert [sender.send(frame) for frame in frames] == [True] * 4
    assert [receiver.receive() for _ in frames] == frames
    assert receiver.try_receive() is None
    assert receiver.receive(SOON) is None
    assert receiver.receive(0) is None


@pytest.mark.parametrize("name", KINDS)
@given(st.lists(st.tuples(st.booleans(), st.binary(max_size=9_000)), max_size=40))
def test_whatever_the_interleaving_nothing_is_lost_doubled_or_reordered(
    name: str, steps: list[tuple[bool, bytes]]
) -> None:
    sender, receiver = KINDS[name].open()
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


def test_a_full_channel_takes_nothing_until_something_is_received(ends: Ends) -> None:
    sender, receiver = ends
    frames = fill(sender)
    assert len(frames) > 1
    assert not sender.send(b"more", SOON)
    assert not sender.send(PAGE, 0)
    for frame in frames:
        assert receiver.try_receive() == frame
    assert receiver.try_receive() is None
    assert sender.try_send(b"more")
    assert receiver.receive() == b"more"


def test_a_sender_waits_until_there_is_room(ends: Ends) -> None:
    sender, receiver = ends
    frames = fill(sender)
    thread = Thread(target=sender.send, args=(b"late" * 1_000,), daemon=True)
    thread.start()
    thread.join(SOON)
    assert thread.is_alive()
    assert [receiver.receive(LONG) for _ in frames] == frames
    assert receiver.receive(LONG) == b"late" * 1_000
    thread.join(LONG)
    assert not thread.is_alive()


def test_a_frame_that_is_too_long_is_refused(ends: Ends) -> None:
    with pytest.raises(ValueError, match=r"a frame has 1048577 bytes; send at most \d+"):
        ends[0].send(bytes((1 << 20) + 1))


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


def test_a_receiver_that_is_gone_closes_the_channel(ends: Ends) -> None:
    sender, receiver = ends
    sender.send(b"lost")
    receiver.close()
    uses: list[Callable[[], object]] = [lambda: sender.send(b""), lambda: sender.try_send(b"")]
    for use in uses:
        with pytest.raises(ChannelClosedError, match="the receiver is gone"):
            use()
    sender.close()


def test_a_sender_that_is_gone_is_not_taken_for_one_that_closed(ends: Ends) -> None:
    sender, receiver = ends
    sender.send(b"whole")
    sender.release()
    frames = iter(receiver)
    assert next(frames) == b"whole"
    uses: list[Callable[[], object]] = [lambda: next(frames), receiver.receive, receiver.try_receive]
    for use in uses:
        with pytest.raises(PeerLostError, match="the sender's process died without closing its end"):
            use()


def test_closing_wakes_a_receiver_that_waits(ends: Ends) -> None:
    sender, receiver = ends
    received: list[list[bytes]] = []
    thread = Thread(target=lambda: received.append(list(receiver)), daemon=True)
    thread.start()
    thread.join(SOON)
    assert thread.is_alive()
    sender.send(b"last")
    sender.close()
    thread.join(LONG)
    assert received == [[b"last"]]


def test_no_descriptor_is_left_behind(kind: Kind) -> None:
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    for _ in range(min(limit, 2_000)):
        sender, receiver = kind.open()
        sender.close()
        receiver.close()
