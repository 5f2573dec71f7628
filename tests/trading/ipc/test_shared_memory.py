"""The channel in shared memory beyond the interface: views, going round, what is torn or broken, who holds an end."""

from __future__ import annotations

import os
import signal
import time
from threading import Event, Thread, main_thread
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trading.ipc.process_channels import KERNELS
from trading.errors import ChannelClosedError, ConfigurationError, CorruptInputError, PeerLostError, TradingError
from trading.ipc import open_shared_memory
from trading.ipc.shared_memory import HEAD_BYTES, MAGIC

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trading.ipc import SharedMemoryReceiver, SharedMemorySender

SOON = 0.01
CAPACITY = 256
LONGEST = CAPACITY // 2 - 16
RECEIVER_POSITION = 128
"""Where the head has it."""


class Channel:
    """Both ends of a small channel, and the memory itself."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self.sender: SharedMemorySender
        self.receiver: SharedMemoryReceiver
        self.sender, self.receiver = open_shared_memory(KERNELS, capacity)
        # A description of its own: it holds neither end.
        self._memory = os.open(f"/proc/self/fd/{self.sender.fileno()}", os.O_RDWR)
        self._size = HEAD_BYTES + capacity

    def read(self) -> bytes:
        return os.pread(self._memory, self._size, 0)

    def write(self, data: bytes, offset: int = 0) -> None:
        assert os.pwrite(self._memory, data, offset) == len(data)

    def go_round(self, count: int, length: int) -> None:
        """Send and receive, so that the next frame begins further on."""
        for _ in range(count):
            assert self.sender.try_send(b"y" * length)
            assert self.receiver.try_receive() == b"y" * length

    def next_word(self) -> int:
        """Return the offset of the word that the receiver looks at."""
        position = int.from_bytes(self.read()[RECEIVER_POSITION:][:8], "little")
        return HEAD_BYTES + position % (self._size - HEAD_BYTES)

    def close(self) -> None:
        self.sender.release()
        self.receiver.close()
        os.close(self._memory)


@pytest.fixture
def channel() -> Iterator[Channel]:
    opened = Channel()
    yield opened
    opened.close()


def fill(sender: SharedMemorySender, frame: bytes = b"frame") -> int:
    """Send until there is no room; return how many frames are in."""
    count = 0
    while sender.try_send(frame):
        count += 1
    return count


def test_the_memory_is_there_before_a_frame_comes_to_it() -> None:
    capacity = 1 << 20
    channel = Channel(capacity)
    assert os.fstat(channel.sender.fileno()).st_blocks * 512 >= HEAD_BYTES + capacity
    channel.close()


@given(st.lists(st.binary(max_size=LONGEST), max_size=200))
def test_frames_of_any_length_go_round_the_end_of_the_memory(frames: list[bytes]) -> None:
    channel = Channel()
    for frame in frames:
        assert channel.sender.try_send(frame)
        assert channel.receiver.try_receive() == frame
    channel.close()


@given(st.integers(0, CAPACITY // 8), st.integers(0, LONGEST))
def test_the_longest_frame_fits_an_empty_channel_wherever_it_begins(before: int, length: int) -> None:
    channel = Channel()
    channel.go_round(before, 0)
    channel.go_round(1, length)
    channel.go_round(1, LONGEST)
    channel.close()


def test_anything_with_a_buffer_is_a_frame_and_nothing_else_is(channel: Channel) -> None:
    for frame in (bytearray(b"one"), memoryview(b"two"), np.arange(3)):
        assert channel.sender.send(frame)  # type: ignore[arg-type]
    assert [channel.receiver.receive() for _ in range(3)] == [b"one", b"two", np.arange(3).tobytes()]
    with pytest.raises(TypeError):
        channel.sender.send("text")  # type: ignore[arg-type]


def test_a_view_shows_the_frame_where_it_lies_until_the_next_is_received(channel: Channel) -> None:
    numbers = np.arange(8, dtype=np.int64)
    channel.sender.send(numbers.tobytes())
    view = channel.receiver.receive_view()
    assert view is not None
    assert view.readonly
    array = np.frombuffer(view, dtype=np.int64)
    assert array.tolist() == numbers.tolist()
    # Nothing was copied: what is written to the memory shows.
    word = channel.next_word()
    channel.write((77).to_bytes(8, "little"), word + 8)
    assert array[0] == 77
    channel.sender.send(b"second")
    assert channel.receiver.try_receive() == b"second"


def test_the_room_of_a_frame_in_view_is_kept_until_the_view_is_released(channel: Channel) -> None:
    sender, receiver = channel.sender, channel.receiver
    fill(sender, b"z" * 24)
    view = receiver.try_receive_view()
    assert view is not None
    assert bytes(view) == b"z" * 24
    assert not sender.try_send(b"z" * 24)
    receiver.release_view()
    receiver.release_view()
    assert sender.try_send(b"z" * 24)
    while (view := receiver.try_receive_view()) is not None:
        assert bytes(view) == b"z" * 24
    assert receiver.receive_view(SOON) is None
    with pytest.raises(BufferError, match="no frame in view"):
        memoryview(receiver)  # type: ignore[arg-type]


def test_a_view_outlives_the_end_that_it_is_of(channel: Channel) -> None:
    channel.sender.send(b"kept")
    view = channel.receiver.receive_view()
    channel.receiver.close()
    channel.receiver = open_shared_memory(KERNELS, CAPACITY)[1]
    assert view is not None
    assert bytes(view) == b"kept"


def test_closing_never_waits_for_room(channel: Channel) -> None:
    sent = fill(channel.sender, b"")
    channel.sender.close()
    assert list(channel.receiver) == [b""] * sent


def written_by_sending(channel: Channel, frame: bytes) -> tuple[bytes, dict[int, bytes]]:
    """Send, and return the memory before it, and each word that it changed."""
    before = channel.read()
    assert channel.sender.try_send(frame)
    after = channel.read()
    changed = {at: after[at : at + 8] for at in range(0, len(after), 8) if after[at : at + 8] != before[at : at + 8]}
    return before, changed


@given(before=st.integers(0, 40), length=st.integers(0, LONGEST), data=st.data())
def test_a_frame_of_which_anything_but_the_committing_word_was_written_is_never_seen(
    before: int, length: int, data: st.DataObject
) -> None:
    channel = Channel()
    channel.go_round(before, 24)
    commit = channel.next_word()
    memory, changed = written_by_sending(channel, b"t" * length)
    committing = changed.pop(commit)
    torn = data.draw(st.sets(st.sampled_from(sorted(changed)))) if changed else set()
    channel.write(memory)
    for at in torn:
        channel.write(changed[at], at)
    assert channel.receiver.try_receive() is None
    for at, word in changed.items():
        channel.write(word, at)
    assert channel.receiver.try_receive() is None
    channel.write(committing, commit)
    assert channel.receiver.try_receive() == b"t" * length
    channel.close()


def test_a_sender_that_dies_while_it_writes_is_lost_and_its_frame_unseen(channel: Channel) -> None:
    channel.sender.send(b"whole")
    commit = channel.next_word() + 16
    memory, changed = written_by_sending(channel, b"torn")
    channel.write(memory)
    for at in changed.keys() - {commit}:
        channel.write(changed[at], at)
    channel.sender.release()
    assert channel.receiver.receive() == b"whole"
    with pytest.raises(PeerLostError, match="died without closing"):
        channel.receiver.receive()


@pytest.mark.parametrize("word", [1, 5, 1 << 32, (1 << 64) - 1, 0x3154_5448_2F20_5445])
def test_what_is_no_frame_is_refused(channel: Channel, word: int) -> None:
    channel.go_round(1, 0)
    channel.write(word.to_bytes(8, "little"), channel.next_word())
    for receive in (channel.receiver.receive, channel.receiver.try_receive):
        with pytest.raises(CorruptInputError, match=f"no frame begins with {word:#018x}"):
            receive()


def test_a_frame_that_would_run_over_the_end_of_the_memory_is_refused(channel: Channel) -> None:
    channel.sender.send(b"abc")
    at = channel.next_word()
    word = int.from_bytes(channel.read()[at : at + 8], "little")
    channel.write((word ^ 3 ^ (LONGEST + 1)).to_bytes(8, "little"), at)
    with pytest.raises(CorruptInputError):
        channel.receiver.receive()


@pytest.mark.parametrize("position", [3, CAPACITY * 4, 1 << 63])
def test_a_sender_refuses_a_position_that_the_receiver_cannot_have_reached(channel: Channel, position: int) -> None:
    channel.write(position.to_bytes(8, "little"), RECEIVER_POSITION)
    with pytest.raises(CorruptInputError, match="the memory is broken"):
        fill(channel.sender)


@given(st.lists(st.tuples(st.integers(0, (HEAD_BYTES + CAPACITY) // 8 - 1), st.integers(0, 2**64 - 1)), max_size=20))
def test_whatever_is_written_to_the_memory_nothing_worse_happens_than_an_error(writes: list[tuple[int, int]]) -> None:
    channel = Channel()
    channel.go_round(5, 24)
    channel.sender.try_send(b"frame")
    for index, word in writes:
        channel.write(word.to_bytes(8, "little"), index * 8)
    for _ in range(40):
        try:
            frame = channel.receiver.try_receive()
            assert frame is None or len(frame) <= LONGEST
            channel.sender.try_send(b"frame")
        except TradingError:
            break
    channel.close()


@pytest.mark.parametrize("end", [KERNELS.NativeFrameSender, KERNELS.NativeFrameReceiver])
def test_what_is_no_channel_is_refused(end: type, channel: Channel) -> None:
    pipe = os.pipe()
    memory = os.memfd_create("other")
    for descriptor in (pipe[0], memory):
        with pytest.raises(CorruptInputError, match=f"the descriptor {descriptor} is of no channel"):
            end(descriptor)
    os.truncate(memory, HEAD_BYTES + CAPACITY)
    for head in (b"", MAGIC, MAGIC + (CAPACITY * 2).to_bytes(8, "little")):
        os.pwrite(memory, head, 0)
        with pytest.raises(CorruptInputError):
            end(memory)
    for descriptor in (*pipe, memory):
        os.close(descriptor)
    with pytest.raises(OSError, match="Bad file descriptor"):
        end(memory)


def test_an_end_has_one_holder(channel: Channel) -> None:
    with pytest.raises(BlockingIOError):
        KERNELS.NativeFrameSender(channel._memory)
    with pytest.raises(BlockingIOError):
        KERNELS.NativeFrameReceiver(channel.sender.fileno())


def test_an_end_that_is_dropped_lets_go(channel: Channel) -> None:
    channel.sender.send(b"whole")
    del channel.sender
    assert channel.receiver.receive() == b"whole"
    with pytest.raises(PeerLostError):
        channel.receiver.receive()
    channel.sender = open_shared_memory(KERNELS, CAPACITY)[0]


def test_a_second_holder_keeps_an_end_alive(channel: Channel) -> None:
    second = os.dup(channel.sender.fileno())
    channel.sender.release()
    assert channel.receiver.receive(SOON) is None
    sender = KERNELS.NativeFrameSender(second)
    sender.send(b"from the second")
    assert channel.receiver.receive() == b"from the second"
    sender.close()
    with pytest.raises(ChannelClosedError, match="the sender closed its end"):
        channel.receiver.receive()


def interrupt_main_thread(has_begun: Event) -> None:
    target = main_thread().ident
    assert target is not None
    has_begun.wait()
    # By then it waits; if it does not yet, it is interrupted all the same.
    time.sleep(SOON)
    signal.pthread_kill(target, signal.SIGINT)


@pytest.mark.parametrize("end", ["send", "receive"])
def test_a_signal_ends_the_waiting(channel: Channel, end: str) -> None:
    if end == "send":
        fill(channel.sender, b"x" * 40)
    has_begun = Event()
    interrupt = Thread(target=interrupt_main_thread, args=(has_begun,))
    interrupt.start()
    with pytest.raises(KeyboardInterrupt):  # noqa: PT012 - a signal that came before would end the whole run
        has_begun.set()
        channel.sender.send(b"x" * 40) if end == "send" else channel.receiver.receive()
    interrupt.join()
    assert channel.receiver.try_receive() == (b"x" * 40 if end == "send" else None)


@pytest.mark.parametrize("capacity", [0, 32, 96, -64])
def test_a_capacity_that_is_no_power_of_two_is_refused(capacity: int) -> None:
    with pytest.raises(ConfigurationError, match=f"the capacity of the channel is {capacity} bytes"):
        open_shared_memory(KERNELS, capacity)


def test_another_system_gets_a_clear_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    with pytest.raises(ConfigurationError, match='need Linux, and this is darwin; set the flag "shared-memory-ipc" to'):
        open_shared_memory(KERNELS)
