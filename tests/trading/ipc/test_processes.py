"""Two real processes, one of which may die at any moment."""

from __future__ import annotations

import subprocess
import sys
from itertools import count
from threading import Timer
from typing import TYPE_CHECKING

import pytest

from trading.errors import ChannelClosedError, PeerLostError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.trading.ipc.process_channels import Ends, Kind

    Start = Callable[..., subprocess.Popen[str]]

LONG = 30.0

SEND = """
import sys
sender = Sender(int(sys.argv[1]))
for number in range(int(sys.argv[2])):
    sender.send(b"%d," % number * (number % 7 * 300 + 1))
sender.close()
"""
RECEIVE = """
import sys
receiver = Receiver(int(sys.argv[1]))
for number, frame in enumerate(receiver):
    assert frame == b"%d," % number * (number % 7 * 300 + 1)
print(number + 1)
"""
SEND_WITHOUT_END = """
import sys
sender = Sender(int(sys.argv[1]))
number = 0
while True:
    sender.send(b"%d," % number * 3_000)
    number += 1
"""
RECEIVE_ONE = """
import signal, sys
receiver = Receiver(int(sys.argv[1]))
receiver.receive()
print("received", flush=True)
signal.pause()
"""


@pytest.fixture
def start(kind: Kind) -> Start:
    """Return what starts a program with the end of a descriptor."""

    def run(program: str, descriptor: int, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", kind.imports + program, str(descriptor), *arguments],
            pass_fds=[descriptor],
            stdout=subprocess.PIPE,
            text=True,
        )

    return run


def test_a_thousand_frames_between_two_processes(ends: Ends, start: Start) -> None:
    sender, receiver = ends
    with start(SEND, sender.fileno(), "1000") as sending, start(RECEIVE, receiver.fileno()) as receiving:
        sender.release()
        receiver.close()
        output, _ = receiving.communicate(timeout=LONG)
        assert output == "1000\n"
        assert sending.wait(LONG) == receiving.returncode == 0


def test_a_slow_receiver_holds_the_sender_back(ends: Ends, start: Start) -> None:
    sender, receiver = ends
    # More than any of the channels holds.
    with start(SEND, sender.fileno(), "3000") as sending:
        sender.release()
        assert receiver.receive(LONG) == b"0,"
        with pytest.raises(subprocess.TimeoutExpired):
            sending.wait(0.1)
        frames = list(receiver)
        assert len(frames) == 2_999
        assert sending.wait(LONG) == 0


def test_a_sender_that_is_killed_is_noticed_after_its_last_whole_frame(ends: Ends, start: Start) -> None:
    sender, receiver = ends
    with start(SEND_WITHOUT_END, sender.fileno()) as sending:
        sender.release()
        frames = [receiver.receive(LONG) for _ in range(5)]
        sending.kill()
        sending.wait(LONG)
        with pytest.raises(PeerLostError, match="died without closing its end"):
            frames.extend(receiver)
    assert frames == [b"%d," % number * 3_000 for number in range(len(frames))]


def test_a_receiver_that_is_killed_ends_the_sending(ends: Ends, start: Start) -> None:
    sender, receiver = ends
    with start(RECEIVE_ONE, receiver.fileno()) as receiving:
        receiver.close()
        sender.send(b"first")
        assert receiving.stdout is not None
        assert receiving.stdout.readline() == "received\n"
        receiving.kill()
        receiving.wait(LONG)
        with pytest.raises(ChannelClosedError, match="the receiver is gone"):
            sender.send(b"second")


def test_a_sender_that_waits_for_room_is_woken_when_the_receiver_is_killed(ends: Ends, start: Start) -> None:
    sender, receiver = ends
    with start(RECEIVE_ONE, receiver.fileno()) as receiving:
        receiver.close()
        while sender.try_send(b"x" * 4_000):
            pass
        # Once this thread waits in send; if it does not yet, it finds the receiver gone all the same.
        killer = Timer(0.1, receiving.kill)
        killer.start()
        # Whatever the receiver has made room for is filled first: it takes one frame, and no more room is made.
        with pytest.raises(ChannelClosedError, match="the receiver is gone"):
            all(sender.send(b"x" * 16_000) for _ in count())
        killer.join()
        receiving.wait(LONG)
