"""Messages as bytes and back: what is written to a file or sent to another process."""

from trading.serialization.interface import Message, Serializer
from trading.serialization.json_text import JsonSerializer

__all__ = ["JsonSerializer", "Message", "Serializer"]
