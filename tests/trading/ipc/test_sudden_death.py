"""A process is killed at any moment: the other end gets whole frames in their order, and then the truth."""

from __future__ import annotations

import os
import random
import signal
from itertools import count
from typing import TYPE_CHECKING

import pytest

from trading.errors import ChannelClosedError, PeerLostError

if TYPE_CHECKING:
    from tests.trading.ipc.process_channels import Kind, Sender

DEATHS = 100


def frame(number: int) -> bytes:
    return number.to_bytes(4, "little") * (number * 37 % 101 + 1)


def send_forever(sender: Sender) -> None:
    for number in count():
        sender.send(frame(number))


@pytest.mark.parametrize("seed", range(DEATHS))
def test_a_killed_sender_leaves_whole_frames_and_is_noticed(kind: Kind, seed: int) -> None:
    sender, receiver = kind.open()
    process_id = os.fork()
    if process_id == 0:
        try:
            receiver.close()
            send_forever(sender)
        finally:
            os._exit(1)
    sender.release()
    generator = random.Random(seed)
    frames = [receiver.receive() for _ in range(generator.randrange(400))]
    for _ in range(generator.randrange(20_000)):
        pass
    os.kill(process_id, signal.SIGKILL)
    with pytest.raises(PeerLostError, match="died without closing"):
        frames.extend(receiver)
    os.waitpid(process_id, 0)
    receiver.close()
    assert frames == [frame(number) for number in range(len(frames))]


@pytest.mark.parametrize("seed", range(DEATHS // 4))
def test_a_killed_receiver_is_noticed_by_a_sender_that_sends_or_waits(kind: Kind, seed: int) -> None:
    sender, receiver = kind.open()
    process_id = os.fork()
    if process_id == 0:
        try:
            sender.release()
            for number in range(random.Random(seed).randrange(2_000)):
                assert receiver.receive() == frame(number)
            os.kill(os.getpid(), signal.SIGKILL)
        finally:
            os._exit(1)
    receiver.close()
    with pytest.raises(ChannelClosedError, match="the receiver is gone"):
        send_forever(sender)
    _, status = os.waitpid(process_id, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    sender.release()
