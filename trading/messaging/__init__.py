"""Messages between threads: a bounded channel with back-pressure."""

from trading.messaging.interface import Channel
from trading.messaging.locked_channel import LockedChannel

__all__ = ["Channel", "LockedChannel"]
