"""Every message comes back exactly from its bytes, and bytes that are no message only ever raise the typed error."""

from __future__ import annotations

import contextlib
import json
from math import isnan
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from trading.errors import CorruptInputError
from trading.records import (
    BookUpdate,
    EventType,
    FeedEvent,
    Fill,
    OperatorAction,
    OperatorCommand,
    Order,
    OrderType,
    Position,
    Side,
    Signal,
    Trade,
)
from trading.serialization import JsonSerializer

if TYPE_CHECKING:
    from trading.serialization import Message

WHOLE = st.integers(-(2**70), 2**70)
FLOATS = st.floats(allow_infinity=False)
TEXT = st.text(max_size=20)
SIDES = st.sampled_from(Side)
MESSAGES: st.SearchStrategy[Any] = st.one_of(
    st.builds(Order, WHOLE, SIDES, st.sampled_from(OrderType), WHOLE, WHOLE, WHOLE, TEXT, TEXT),
    st.builds(Trade, WHOLE, WHOLE, WHOLE, SIDES, WHOLE, WHOLE),
    st.builds(BookUpdate, WHOLE, WHOLE, WHOLE, WHOLE, WHOLE),
    st.builds(Signal, WHOLE, FLOATS, FLOATS, FLOATS, FLOATS, FLOATS, FLOATS, FLOATS),
    st.builds(Fill, WHOLE, WHOLE, SIDES, WHOLE, WHOLE, TEXT),
    st.builds(Position, TEXT, WHOLE, WHOLE, WHOLE),
    st.builds(FeedEvent, WHOLE, st.sampled_from(EventType), WHOLE, SIDES, WHOLE, WHOLE),
    st.builds(OperatorCommand, WHOLE, st.sampled_from(OperatorAction), TEXT, TEXT),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)

serializer = JsonSerializer()


def identity(message: Message) -> list[tuple[type, str]]:
    """Tell apart what ``==`` does not: types, NaN and the sign of zero."""
    return [(type(message), "")] + [
        (type(value), "nan" if isinstance(value, float) and isnan(value) else repr(value)) for value in message
    ]


@given(MESSAGES)
def test_what_was_encoded_is_decoded_exactly(message: Message) -> None:
    assert identity(serializer.decode(serializer.encode(message))) == identity(message)


@given(MESSAGES)
def test_the_bytes_are_one_line_of_json_that_any_parser_reads(message: Message) -> None:
    data = serializer.encode(message)
    assert b"\n" not in data

    def refuse(name: str) -> None:
        raise AssertionError(name)

    assert json.loads(data, parse_constant=refuse)["type"] == type(message).__name__


@given(st.binary(max_size=60))
def test_random_bytes_raise_nothing_but_the_typed_error(data: bytes) -> None:
    with contextlib.suppress(CorruptInputError):
        serializer.decode(data)


@given(MESSAGES, st.data())
def test_a_message_with_a_changed_byte_is_a_message_or_the_typed_error(message: Message, data: st.DataObject) -> None:
    encoded = bytearray(serializer.encode(message))
    encoded[data.draw(st.integers(0, len(encoded) - 1))] = data.draw(st.integers(0, 255))
    try:
        decoded = serializer.decode(bytes(encoded))
    except CorruptInputError:
        return
    assert identity(serializer.decode(serializer.encode(decoded))) == identity(decoded)


@given(MESSAGES, JSON, st.data())
def test_a_message_with_a_changed_value_is_a_message_or_the_typed_error(
    message: Message, value: Any, data: st.DataObject
) -> None:
    content = json.loads(serializer.encode(message))
    content[data.draw(st.sampled_from(sorted(content)))] = value
    with contextlib.suppress(CorruptInputError):
        serializer.decode(json.dumps(content).encode())
