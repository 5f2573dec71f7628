"""What every serialization offers: a message in and bytes out, bytes in and an equal message out."""

from __future__ import annotations

from typing import Protocol, TypeAlias

from trading.records import BookUpdate, FeedEvent, Fill, OperatorCommand, Order, Position, Signal, Trade

Message: TypeAlias = Order | Trade | BookUpdate | Signal | Fill | Position | FeedEvent | OperatorCommand
"""Every record that is written down or sent."""


class Serializer(Protocol):
    """Encodes and decodes one message at a time; what was encoded is decoded exactly, NaN included."""

    @property
    def format_name(self) -> str:
        """Name of the bytes' format and its version: whoever stores bytes notes it beside them."""
        ...

    def encode(self, message: Message) -> bytes:
        """Write one message. Hot path.

        Raises
        ------
        CorruptInputError
            A value cannot be written, such as an infinite one; a fixed layout has no room for numbers of more than 64
            bits, nor for texts of more than 65,535 bytes.
        """
        ...

    def decode(self, data: bytes) -> Message:
        """Read one message; nothing but one whole message is accepted. Hot path.

        Raises
        ------
        CorruptInputError
            The bytes are no message; the text names the place and what was expected.
        """
        ...
