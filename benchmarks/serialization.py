"""Serialization: one message at a time, both ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks import scenarios
from trading import assembly

if TYPE_CHECKING:
    from collections.abc import Callable


class Message:
    """The messages that cross processes most often."""

    params = ("order", "book_update", "fill")
    param_names = ("message",)

    def setup(self, message: str) -> None:
        """Make the messages and their bytes."""
        makers: dict[str, Callable[[], list[Any]]] = {
            "order": scenarios.own_orders,
            "book_update": scenarios.book_updates,
            "fill": scenarios.fills,
        }
        self.messages = makers[message]()
        self.serializer = assembly.build_serializer()
        self.encoded = [self.serializer.encode(item) for item in self.messages]

    def latency_encode(self, _message: str) -> tuple[Callable[[Any], bytes], list[Any]]:
        """Time each encoding."""
        return self.serializer.encode, self.messages

    def latency_decode(self, _message: str) -> tuple[Callable[[bytes], Any], list[bytes]]:
        """Time each decoding."""
        return self.serializer.decode, self.encoded

    def time_round_trip(self, _message: str) -> None:
        """Throughput: all messages, there and back."""
        encode, decode = self.serializer.encode, self.serializer.decode
        for message in self.messages:
            decode(encode(message))

    def track_bytes_a_message(self, _message: str) -> float:
        """Mean size on the wire."""
        return sum(map(len, self.encoded)) / len(self.encoded)

    track_bytes_a_message.unit = "bytes"  # type: ignore[attr-defined]
