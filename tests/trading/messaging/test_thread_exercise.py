from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from typing_extensions import override

from tests.trading.messaging.channel_kinds import CHANNELS
from trading.messaging import LockedChannel, exercise

if TYPE_CHECKING:
    from trading.messaging import Channel


class Swapping(LockedChannel[tuple[int, int]]):
    """Gives out one pair of messages the wrong way round."""

    __slots__ = ("_held",)

    def __init__(self) -> None:
        super().__init__(10)
        self._held: tuple[int, int] | None = None

    @override
    def send(self, message: tuple[int, int], timeout_seconds: float | None = None) -> bool:
        if message[1] == 3:
            self._held = message
            return True
        was_sent = super().send(message, timeout_seconds)
        if message[1] == 4 and self._held is not None:
            super().send(self._held, timeout_seconds)
        return was_sent


class Losing(LockedChannel[tuple[int, int]]):
    """Takes one message and never gives it out."""

    __slots__ = ()

    @override
    def send(self, message: tuple[int, int], timeout_seconds: float | None = None) -> bool:
        return message[1] == 3 or super().send(message, timeout_seconds)


@pytest.mark.parametrize("name", CHANNELS)
def test_every_message_is_accounted_for(name: str) -> None:
    channel: Channel[tuple[int, int]] = CHANNELS[name](5)
    result = exercise(channel, 1 if "single" in name else 3, 200)
    assert (result.received, result.misplaced) == (200 if "single" in name else 600, 0)
    assert result.elapsed_ns > 0
    assert channel.is_drained


def test_messages_that_change_places_or_are_lost_show() -> None:
    swapped = exercise(Swapping(), 1, 10)
    assert swapped.received == 10
    assert swapped.misplaced > 0
    lost = exercise(Losing(10), 1, 10)
    assert lost.received == 9
    assert lost.misplaced > 0
