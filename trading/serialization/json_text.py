"""Messages as JSON objects in UTF-8: the plain-Python reference of serialization.

A record comes in and a compact JSON object goes out, or the other way round. Objects are written by filling a template
that was made once a type, 4 times faster than ``json.dumps`` of a dictionary and to the same bytes; they are read by
the standard library's parser and checked strictly.
"""

from __future__ import annotations

import json
from json.encoder import encode_basestring_ascii as quote
from math import isfinite, nan
from typing import TYPE_CHECKING, Any, NoReturn, cast

from trading.errors import CorruptInputError
from trading.records import BookUpdate, FeedEvent, Fill, OperatorCommand, Order, Position, Signal, Trade
from trading.serialization.json_layout import LAYOUTS, TYPE_KEY

if TYPE_CHECKING:
    from collections.abc import Callable

    from trading.serialization.interface import Message
    from trading.serialization.json_layout import JsonLayout

_ORDER = LAYOUTS["Order"].template
_TRADE = LAYOUTS["Trade"].template
_BOOK_UPDATE = LAYOUTS["BookUpdate"].template
_SIGNAL = LAYOUTS["Signal"].template
_SIGNAL_WITH_NULLS = _SIGNAL.replace("%r", "%s")
_FILL = LAYOUTS["Fill"].template
_POSITION = LAYOUTS["Position"].template
_FEED_EVENT = LAYOUTS["FeedEvent"].template
_OPERATOR_COMMAND = LAYOUTS["OperatorCommand"].template

_new_tuple = tuple.__new__


class JsonSerializer:
    """Encodes and decodes every message as one JSON object without line breaks. Has no state."""

    __slots__ = ()

    @property
    def format_name(self) -> str:
        """Name of the bytes' format."""
        return "json"

    def encode(self, message: Message) -> bytes:
        """Write one message.

        Parameters
        ----------
        message
            One of the records of :data:`~trading.serialization.interface.Message`, with values of the annotated types.

        Returns
        -------
        bytes
            ASCII only: other characters are escaped.

        Raises
        ------
        CorruptInputError
            A float of a signal is infinite.
        TypeError
            It is no message, or a value cannot be written as its field's type.
        """
        encode = _ENCODERS.get(type(message))
        if encode is None:
            raise TypeError(f"{type(message).__name__} is not a message; encode one of {', '.join(LAYOUTS)}")
        return encode(message).encode("ascii")

    def decode(self, data: bytes) -> Message:
        """Read one message.

        Parameters
        ----------
        data
            One JSON object in UTF-8; keys may stand in any order, but each exactly once and no other one.

        Raises
        ------
        CorruptInputError
            The bytes are no message.
        """
        try:
            pairs = _parse(data.decode("utf-8"))
        except UnicodeDecodeError as error:
            raise CorruptInputError(f"message is not UTF-8 at byte {error.start}") from error
        except json.JSONDecodeError as error:
            raise CorruptInputError(f"message is not JSON at character {error.pos}: {error.msg}") from error
        except (ValueError, RecursionError) as error:
            raise CorruptInputError(f"message holds what no message has: {error}") from error
        if type(pairs) is not tuple:
            raise CorruptInputError("message is JSON, but not an object")
        layout = _layout_of(pairs)
        keys, values = zip(*pairs, strict=True)
        if keys != layout.keys:
            values = _in_order(pairs, layout)
        fields = list(values[1:])
        if tuple(map(type, fields)) != layout.value_types:
            _adapt(fields, layout)
        for position, members in layout.members:
            member = members.get(fields[position])
            if member is None:
                _refuse_value(layout, position, fields[position], f"one of {', '.join(map(str, members))}")
            fields[position] = member
        if layout.record is Signal and not all(map(isfinite, fields[1:])):
            _refuse_infinity(fields)
        return cast("Message", _new_tuple(layout.record, fields))


def _encode_order(message: Order) -> str:
    order_id, side, order_type, price_ticks, quantity_lots, time_ns, symbol, account = message
    return _ORDER % (order_id, side, order_type, price_ticks, quantity_lots, time_ns, quote(symbol), quote(account))


def _encode_trade(message: Trade) -> str:
    return _TRADE % message


def _encode_book_update(message: BookUpdate) -> str:
    return _BOOK_UPDATE % message


def _encode_signal(message: Signal) -> str:
    # The sum is finite only if every value is; a sum that overflows takes the slow way, which looks at each value.
    if isfinite(sum(message[1:])):
        return _SIGNAL % message
    _refuse_infinity(message)
    return _SIGNAL_WITH_NULLS % (
        message.time_ns,
        *("null" if value != value else repr(value) for value in message[1:]),  # noqa: PLR0124 - true for NaN only
    )


def _encode_fill(message: Fill) -> str:
    time_ns, order_id, side, price_ticks, quantity_lots, symbol = message
    return _FILL % (time_ns, order_id, side, price_ticks, quantity_lots, quote(symbol))


def _encode_position(message: Position) -> str:
    symbol, quantity_lots, cost_tick_lots, realised_tick_lots = message
    return _POSITION % (quote(symbol), quantity_lots, cost_tick_lots, realised_tick_lots)


def _encode_feed_event(message: FeedEvent) -> str:
    return _FEED_EVENT % message


def _encode_operator_command(message: OperatorCommand) -> str:
    time_ns, action, operator, reason = message
    return _OPERATOR_COMMAND % (time_ns, action, quote(operator), quote(reason))


_ENCODERS: dict[type, Callable[[Any], str]] = {
    Order: _encode_order,
    Trade: _encode_trade,
    BookUpdate: _encode_book_update,
    Signal: _encode_signal,
    Fill: _encode_fill,
    Position: _encode_position,
    FeedEvent: _encode_feed_event,
    OperatorCommand: _encode_operator_command,
}


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON; write null for NaN")


# Objects become tuples of pairs, which keeps repeated keys visible, and which no JSON array becomes.
_parse = json.JSONDecoder(object_pairs_hook=tuple, parse_constant=_refuse_constant).decode


def _layout_of(pairs: tuple[tuple[str, Any], ...]) -> JsonLayout:
    for key, value in pairs:
        if key == TYPE_KEY:
            layout = LAYOUTS.get(value) if isinstance(value, str) else None
            if layout is None:
                raise CorruptInputError(f"message has the unknown type {value!r}; expected one of {', '.join(LAYOUTS)}")
            return layout
    raise CorruptInputError(f'message has no "{TYPE_KEY}"')


def _in_order(pairs: tuple[tuple[str, Any], ...], layout: JsonLayout) -> tuple[Any, ...]:
    """Put the values in the order of the layout, or say which keys are missing, unknown or repeated."""
    values = dict(pairs)
    name = layout.record.__name__
    faults = [f'lacks "{key}"' for key in layout.keys if key not in values]
    faults += [f'has the unknown key "{key}"' for key in values if key not in layout.keys]
    if len(values) != len(pairs):
        faults.append("repeats a key")
    if faults:
        raise CorruptInputError(f"message {name} {'; '.join(faults)}")
    return tuple(values[key] for key in layout.keys)


def _adapt(fields: list[Any], layout: JsonLayout) -> None:
    """Turn null and whole numbers in float fields into floats in place; refuse every other type that does not fit."""
    for position, (value, expected) in enumerate(zip(fields, layout.value_types, strict=True)):
        if type(value) is expected:
            continue
        if expected is float and value is None:
            fields[position] = nan
        elif expected is float and type(value) is int:
            try:
                fields[position] = float(value)
            except OverflowError:
                _refuse_value(layout, position, value, "a number in the range of a double")
        else:
            _refuse_value(layout, position, value, f"a value of type {expected.__name__}")


def _refuse_value(layout: JsonLayout, position: int, value: object, expected: str) -> NoReturn:
    name, field = layout.record.__name__, layout.keys[position + 1]
    raise CorruptInputError(f'message {name} has {value!r:.60} for "{field}"; expected {expected}')


def _refuse_infinity(values: list[Any] | Signal) -> None:
    for field, value in zip(Signal._fields, values, strict=True):
        if value in {float("inf"), float("-inf")}:
            raise CorruptInputError(f'message Signal has an infinite "{field}"; expected a finite number or NaN')
