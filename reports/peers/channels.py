"""Channels between processes: frames through ours and through those of PyPI and the standard library.

Two comparisons. *One way* is half of a round trip through another process that sends every frame back; it waits as the
package itself waits. *Own cost* is a frame sent and received by one process: no change of process, only the channel.
"""

from __future__ import annotations

import itertools
import os
import signal
from contextlib import closing
from typing import TYPE_CHECKING, Any, TypeAlias

from reports.peers.admission import Admitted, admit, admit_standard
from reports.peers.channel_peers import PEERS, STANDARD, our_wire
from reports.peers.records import Absent, Comparison, Participant
from reports.peers.states import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from reports.peers.channel_peers import ReceivingEnd, SendingEnd, Wire
    from reports.peers.records import Call
    from reports.peers.states import State

Trips: TypeAlias = "Generator[list[Callable[[], bytes]], None, None]"
"""Bound trips of one frame each, a short list at a time; closing it ends what it started."""

FRAME_BYTES = 64
CHUNK_FRAMES = 500
"""Trips that are bound at a time. While they are, nobody sends, and who polls goes to sleep: the first frame after that
has to wake the other process. One in a hundred of those would be the p99."""
_PAUSES = f"Before every {CHUNK_FRAMES}th frame nobody sends for a while."
_STOP = b"stop"


def compare(states: Sequence[State | Absent], events: int) -> list[Comparison]:
    """Prepare both comparisons, over a fortieth as many frames as the order flow has events."""
    frames = [number.to_bytes(FRAME_BYTES, "little") for number in range(max(events // 40, 1_000))]
    note = f"{len(frames):,} frames of {FRAME_BYTES} bytes."
    return [
        Comparison(
            kind="channels",
            title="A frame to another process, one way",
            note=f"{note} Half of a round trip; whoever waits does it as the package does. {_PAUSES}",
            operations=("one way",) * len(frames),
            participants=_participants(states, frames, through_another_process),
            difference=difference,
            share=0.5,
        ),
        Comparison(
            kind="channels",
            title="A frame sent and received by one process",
            note=f"{note} What the channel itself costs.",
            operations=("send and receive",) * len(frames),
            participants=_participants(states, frames, through_this_process),
            difference=difference,
        ),
    ]


def through_another_process(open_wire: Callable[[], Wire], frames: Sequence[bytes]) -> Trips:
    """Bind round trips through a process that sends everything back; it is gone when the generator is closed."""
    there, back = open_wire(), open_wire()
    process_id = os.fork()
    if process_id == 0:
        _echo(there, back)
    try:
        ends = there.sending(), back.receiving()
        yield from _bound(ends[0].send, ends[1].receive, frames)
        ends[0].send(_STOP)
        os.waitpid(process_id, 0)
        process_id = 0
    finally:
        if process_id:
            os.kill(process_id, signal.SIGKILL)
            os.waitpid(process_id, 0)
        for wire in (there, back):
            wire.close()


def through_this_process(open_wire: Callable[[], Wire], frames: Sequence[bytes]) -> Trips:
    """Bind sending and receiving at both ends of one channel."""
    wire = open_wire()
    try:
        sending, receiving = wire.both()
        yield from _bound(sending.send, receiving.receive, frames)
    finally:
        wire.close()


def participant(
    name: str,
    version: str,
    start: Callable[[], Trips],
    *,
    is_ours: bool = False,
) -> Participant:
    """Make a participant of bound trips."""

    def answers() -> list[bytes]:
        return [call() for call in itertools.chain.from_iterable(start())]

    def calls() -> Iterator[list[Call]]:
        with closing(start()) as trips:
            yield from map(list, trips)

    return Participant(name, version, is_ours, calls, answers)


def difference(ours: Sequence[bytes], theirs: Sequence[bytes]) -> str:
    """Say which frame did not come back as it went."""
    for number, (own, other) in enumerate(zip(ours, theirs, strict=True)):
        if bytes(own) != bytes(other):
            return f"frame {number} came back as {bytes(other)!r}, from ours as {bytes(own)!r}"
    return ""


def _participants(
    states: Sequence[State | Absent], frames: Sequence[bytes], bind: Callable[..., Any]
) -> tuple[Participant | Absent, ...]:
    found: list[Participant | Absent] = []
    for state in states:
        if isinstance(state, Absent):
            found.append(state)
        else:
            found.append(participant(state.name, VERSION, _starter(bind, our_wire(state.flags), frames), is_ours=True))
    admissions = [(name, admit_standard(name, open_module)) for name, open_module in STANDARD]
    admissions += [(name, admit(name, open_package)) for name, open_package in PEERS]
    for name, admitted in admissions:
        if isinstance(admitted, Admitted):
            found.append(participant(name, admitted.version, _starter(bind, admitted.opened, frames)))
        else:
            found.append(admitted)
    return tuple(found)


def _starter(bind: Callable[..., Any], open_wire: Callable[[], Wire], frames: Sequence[bytes]) -> Callable[[], Trips]:
    return lambda: bind(open_wire, frames)


def _bound(send: Callable[[bytes], object], receive: Callable[[], bytes], frames: Sequence[bytes]) -> Trips:
    def trip(frame: bytes) -> Callable[[], bytes]:
        def go() -> bytes:
            send(frame)
            return receive()

        return go

    for first in range(0, len(frames), CHUNK_FRAMES):
        yield [trip(frame) for frame in frames[first : first + CHUNK_FRAMES]]


def _echo(there: Wire, back: Wire) -> None:
    """Send everything back until told to stop; what runs this process ends with it."""
    try:
        receiving: ReceivingEnd = there.receiving()
        sending: SendingEnd = back.sending()
        while (frame := receiving.receive()) != _STOP:
            sending.send(frame)
    finally:
        # Whatever happened, this copy of the command must not go on.
        os._exit(0)
