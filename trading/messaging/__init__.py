"""Messages between threads: a bounded channel with back-pressure."""

from trading.messaging.interface import Channel
from trading.messaging.locked_channel import LockedChannel
from trading.messaging.thread_exercise import Throughput, exercise

__all__ = ["Channel", "LockedChannel", "Throughput", "exercise"]
