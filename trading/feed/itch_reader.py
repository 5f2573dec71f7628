"""Reads NASDAQ TotalView-ITCH 5.0 files: binary messages of all stocks come in, feed events of one stock go out.

An execution, a cancel or a delete names an order and nothing else, so the reader keeps the live orders of its stock;
memory is theirs. A replacement becomes a delete and an add: the new order has its own id and joins the end of a queue.
An execution at another price than the order's (message C) is given out at the order's price, where the visible book
changes. A cross trade has no side: it is given out as a buy.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from trading.errors import ConfigurationError, CorruptInputError
from trading.feed import itch_messages as layout
from trading.feed.packed_files import UNPACKING_ERRORS, open_packed
from trading.records import EventType, FeedEvent, Side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO, TypeAlias

    _Handler: TypeAlias = Callable[[int, bytes], tuple[FeedEvent, ...]]

_ADD, _REDUCE, _DELETE, _EXECUTE = EventType.ADD, EventType.REDUCE, EventType.DELETE, EventType.EXECUTE
_SIDES = {indicator: Side(sign) for indicator, sign in layout.SIDES.items()}
_BODY_START = layout.HEADER.size
_NAMES_A_STOCK = {
    b"R": (layout.STOCK_DIRECTORY, 0),
    b"H": (layout.TRADING_ACTION, 0),
    b"A": (layout.ADD_ORDER, 3),
    b"F": (layout.ADD_ORDER_ATTRIBUTED, 3),
}
"""Where a message that may be the first one about a stock names it."""
_NO_EVENTS: tuple[FeedEvent, ...] = ()


class ItchReader:
    """The events of one stock in one file, in order of time; iterate over it, once at a time.

    Parameters
    ----------
    path
        The file; ``.xz``, ``.gz`` and ``.zst`` are unpacked while reading.
    symbol
        The stock; it may be left out for a file with orders of one stock only.

    Attributes
    ----------
    symbol
        The stock, once it is known.
    skipped_messages
        How many messages of each type were skipped because nothing here needs that type.
    other_stocks_messages
        How many messages were about other stocks.
    """

    def __init__(self, path: Path | str, symbol: str | None = None) -> None:
        self._path = Path(path)
        self._chosen_symbol = symbol
        self._handlers: dict[bytes, _Handler] = {
            b"H": self._trading_action,
            b"A": self._add,
            b"F": self._add,
            b"E": self._executed,
            b"C": self._executed,
            b"X": self._cancelled,
            b"D": self._deleted,
            b"U": self._replaced,
            b"P": self._trade,
            b"Q": self._cross,
        }
        self._reset()

    def __iter__(self) -> Iterator[FeedEvent]:
        """Read event by event.

        Raises
        ------
        CorruptInputError
            A message or the packing is broken; every event before it was given out. The message names the file and the
            byte of the unpacked data at which the broken message begins.
        ConfigurationError
            No stock was chosen, and the file has orders of several.
        MissingPackageError
            The file ends in ``.zst`` and the package for it is not installed.
        OSError
            The file cannot be opened or read.
        """
        self._reset()
        offset = 0
        with open_packed(self._path) as stream:
            try:
                for offset, message in _messages(stream):  # noqa: B007 - named when the message is broken
                    yield from self._events_of(message)
            except _BrokenFrameError as error:
                raise CorruptInputError(f"{self._path}, byte {error.offset}: {error}") from error
            except ValueError as error:
                raise CorruptInputError(f"{self._path}, byte {offset}: {error}") from error
            except UNPACKING_ERRORS as error:
                raise CorruptInputError(f"{self._path}: broken after the message at byte {offset}: {error}") from error

    def _reset(self) -> None:
        self.symbol = self._chosen_symbol
        self.skipped_messages: Counter[str] = Counter()
        self.other_stocks_messages = 0
        self._locate = -1
        self._has_orders = False
        self._live: dict[int, tuple[Side, int, int]] = {}  # order id -> side, ticks, lots
        self._last_time_ns = 0

    def _events_of(self, message: bytes) -> tuple[FeedEvent, ...]:
        message_type, locate, _, time_high, time_low = layout.HEADER.unpack_from(message)
        if message_type not in layout.LENGTHS:
            if not message_type.isalpha():
                raise ValueError(f"{message_type!r} is no message type")
            self.skipped_messages[message_type.decode("ascii")] += 1
            return _NO_EVENTS
        if len(message) != layout.LENGTHS[message_type]:
            raise ValueError(
                f"message {message_type.decode('ascii')} has {len(message)} bytes instead of"
                f" {layout.LENGTHS[message_type]}"
            )
        if message_type == b"S":
            return _NO_EVENTS
        if locate != self._locate and not self._is_first_of_the_stock(message_type, locate, message):
            self.other_stocks_messages += 1
            return _NO_EVENTS
        time_ns = (time_high << layout.TIME_SHIFT) | time_low
        if time_ns < self._last_time_ns:
            raise ValueError("the time is before that of the message before")
        self._last_time_ns = time_ns
        handler = self._handlers.get(message_type)
        return handler(time_ns, message) if handler is not None else _NO_EVENTS

    def _is_first_of_the_stock(self, message_type: bytes, locate: int, message: bytes) -> bool:
        """Learn from a message that names a stock, under which number the stock's other messages come."""
        if message_type not in _NAMES_A_STOCK:
            return False
        symbol = _stock_of(message_type, message)
        is_order = message_type in {b"A", b"F"}
        if self._chosen_symbol is None and symbol != self.symbol:
            if is_order and self._has_orders:
                raise ConfigurationError(
                    f"{self._path} has orders of several stocks, {self.symbol} and {symbol} among them; choose one"
                )
            if is_order or self.symbol is None:
                self.symbol = symbol
        if symbol != self.symbol:
            return False
        self._locate = locate
        return True

    def _add(self, time_ns: int, message: bytes) -> tuple[FeedEvent, ...]:
        order_id, indicator, lots, _, price_ticks = layout.ADD_ORDER.unpack_from(message, _BODY_START)
        self._has_orders = True
        return (self._enter(time_ns, order_id, _side_of(indicator), price_ticks, lots),)

    def _executed(self, time_ns: int, message: bytes) -> tuple[FeedEvent, ...]:
        order_id, lots, _ = layout.ORDER_EXECUTED.unpack_from(message, _BODY_START)
        side, price_ticks = self._take(order_id, lots)
        return (FeedEvent(time_ns, _EXECUTE, order_id, side, price_ticks, lots),)

    def _cancelled(self, time_ns: int, message: bytes) -> tuple[FeedEvent, ...]:
        order_id, lots = layout.ORDER_CANCEL.unpack_from(message, _BODY_START)
        side, price_ticks = self._take(order_id, lots)
        return (FeedEvent(time_ns, _REDUCE, order_id, side, price_ticks, lots),)

    def _deleted(self, time_ns: int, message: bytes) -> tuple[FeedEvent, ...]:
        (order_id,) = layout.ORDER_DELETE.unpack_from(message, _BODY_START)
        return (self._leave(time_ns, order_id),)

    def _replaced(self, time_ns: int, message: bytes) -> tuple[FeedEvent, ...]:
        order_id, new_id, lots, price_ticks = layout.ORDER_REPLACE.unpack_from(message, _BODY_START)
        if new_id in self._live:
            raise ValueError(f"order {new_id} is live already")
        deleted = self._leave(time_ns, order_id)
        return deleted, self._enter(time_ns, new_id, deleted.side, price_ticks, lots)

    def _trade(self, time_ns: int, message: bytes) -> tuple[FeedEvent, ...]:
        order_id, indicator, lots, _, price_ticks, _ = layout.TRADE.unpack_from(message, _BODY_START)
        side = _side_of(indicator)
        return (FeedEvent(time_ns, EventType.HIDDEN_EXECUTE, order_id, side, price_ticks, lots),)

    def _cross(self, time_ns: int, message: bytes) -> tuple[FeedEvent, ...]:
        lots, _, price_ticks, _, _ = layout.CROSS_TRADE.unpack_from(message, _BODY_START)
        return (FeedEvent(time_ns, EventType.CROSS, 0, Side.BUY, price_ticks, lots),)

    def _trading_action(self, time_ns: int, message: bytes) -> tuple[FeedEvent, ...]:
        _, state, _, _ = layout.TRADING_ACTION.unpack_from(message, _BODY_START)
        if state not in layout.TRADING_STATES:
            raise ValueError(f"{state!r} is no trading state")
        return (FeedEvent(time_ns, EventType.HALT, 0, Side.SELL, layout.TRADING_STATES[state], 0),)

    def _enter(self, time_ns: int, order_id: int, side: Side, price_ticks: int, lots: int) -> FeedEvent:
        if not (order_id and price_ticks and lots):
            raise ValueError("order id, shares and price must be greater than zero")
        if order_id in self._live:
            raise ValueError(f"order {order_id} is live already")
        self._live[order_id] = (side, price_ticks, lots)
        return FeedEvent(time_ns, _ADD, order_id, side, price_ticks, lots)

    def _leave(self, time_ns: int, order_id: int) -> FeedEvent:
        live = self._live.pop(order_id, None)
        if live is None:
            raise ValueError(f"order {order_id} is not live")
        return FeedEvent(time_ns, _DELETE, order_id, *live)

    def _take(self, order_id: int, lots: int) -> tuple[Side, int]:
        """Take lots off a live order and return its side and price."""
        live = self._live.get(order_id)
        if live is None:
            raise ValueError(f"order {order_id} is not live")
        side, price_ticks, live_lots = live
        if not 0 < lots <= live_lots:
            raise ValueError(f"cannot take {lots} shares off order {order_id}, which has {live_lots}")
        if lots == live_lots:
            del self._live[order_id]
        else:
            self._live[order_id] = (side, price_ticks, live_lots - lots)
        return side, price_ticks


class _BrokenFrameError(ValueError):
    """The bytes end inside a message, or a message is too short to be one."""

    def __init__(self, offset: int, text: str) -> None:
        super().__init__(text)
        self.offset = offset


def _messages(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Give out each message, and the byte at which the length before it stands."""
    read = stream.read
    prefix_bytes = layout.LENGTH_PREFIX.size
    offset = 0
    while prefix := read(prefix_bytes):
        if len(prefix) < prefix_bytes:
            raise _BrokenFrameError(offset, "the file ends inside the length of a message")
        length = int.from_bytes(prefix, "big")
        if length == 0:
            if read(1):
                raise _BrokenFrameError(offset, "there is more after the end of the session")
            return
        message = read(length)
        if len(message) < length:
            raise _BrokenFrameError(offset, f"the file ends after {len(message)} of the {length} bytes of a message")
        if length < layout.HEADER.size:
            raise _BrokenFrameError(offset, f"{length} bytes are too few for a message")
        yield offset, message
        offset += prefix_bytes + length


def _stock_of(message_type: bytes, message: bytes) -> str:
    body, place = _NAMES_A_STOCK[message_type]
    stock: bytes = body.unpack_from(message, _BODY_START)[place]
    return stock.decode("ascii").rstrip(" ")


def _side_of(indicator: bytes) -> Side:
    side = _SIDES.get(indicator)
    if side is None:
        raise ValueError(f"{indicator!r} is no buy/sell indicator")
    return side
