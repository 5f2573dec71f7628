"""Every message comes back exactly from its bytes, and bytes that are no message only ever raise the typed error."""

from __future__ import annotations

import contextlib
import json
from math import isnan
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trading import native
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
    from collections.abc import Callable

    from trading.serialization import Message, Serializer

KERNELS = native.load("plain")
REFERENCE = JsonSerializer()
NATIVE_JSON = KERNELS.NativeJsonSerializer()
BINARY = KERNELS.BinarySerializer()
SERIALIZERS = [REFERENCE, NATIVE_JSON, BINARY]
JSON_SERIALIZERS = [REFERENCE, NATIVE_JSON]

FLOATS = st.floats(allow_infinity=False)
TEXT = st.one_of(st.text("ABCDEFG", max_size=20), st.text(max_size=20))
# Halves of surrogate pairs included: JSON text cannot tell two halves from the whole.
ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=20)
SIDES = st.sampled_from(Side)


def messages(
    whole: st.SearchStrategy[Any], real: st.SearchStrategy[Any] = FLOATS, text: st.SearchStrategy[Any] = TEXT
) -> st.SearchStrategy[Any]:
    """Make messages of every type from values of each kind."""
    return st.one_of(
        st.builds(Order, whole, SIDES, st.sampled_from(OrderType), whole, whole, whole, text, text),
        st.builds(Trade, whole, whole, whole, SIDES, whole, whole),
        st.builds(BookUpdate, whole, whole, whole, whole, whole),
        st.builds(Signal, whole, real, real, real, real, real, real, real),
        st.builds(Fill, whole, whole, SIDES, whole, whole, text),
        st.builds(Position, text, whole, whole, whole),
        st.builds(FeedEvent, whole, st.sampled_from(EventType), whole, SIDES, whole, whole),
        st.builds(OperatorCommand, whole, st.sampled_from(OperatorAction), text, text),
    )


MESSAGES = messages(st.integers(-(2**63), 2**63 - 1))
WIDE_MESSAGES = messages(st.integers(-(2**70), 2**70))
# Values that no annotation allows: what becomes of them must be the same all the same.
WRONG = st.one_of(st.integers(), st.booleans(), st.floats(), st.none(), st.text(max_size=3), SIDES)
WRONG_MESSAGES = messages(WRONG, WRONG, WRONG)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def each(serializers: list[Serializer]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("serializer", serializers, ids=lambda serializer: type(serializer).__name__)


def identity(message: Message) -> list[tuple[type, str]]:
    """Tell apart what ``==`` does not: types, NaN and the sign of zero."""
    return [(type(message), "")] + [
        (type(value), "nan" if isinstance(value, float) and isnan(value) else repr(value)) for value in message
    ]


def outcome(function: Callable[[Any], Any], argument: object) -> object:
    """Return what a function returns, or the type and the text of what it raises."""
    try:
        result = function(argument)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is compared
        return type(error), str(error)
    return result if isinstance(result, bytes) else identity(result)


@each(SERIALIZERS)
@given(message=MESSAGES)
def test_what_was_encoded_is_decoded_exactly(serializer: Serializer, message: Message) -> None:
    assert identity(serializer.decode(serializer.encode(message))) == identity(message)


@each(JSON_SERIALIZERS)
@given(message=WIDE_MESSAGES)
def test_json_holds_whole_numbers_of_any_size(serializer: Serializer, message: Message) -> None:
    assert identity(serializer.decode(serializer.encode(message))) == identity(message)


@given(WIDE_MESSAGES)
def test_the_binary_layout_refuses_exactly_the_numbers_that_it_has_no_room_for(message: Message) -> None:
    numbers = [value for value in message if isinstance(value, int)]
    if all(-(2**63) <= number < 2**63 for number in numbers):
        assert identity(BINARY.decode(BINARY.encode(message))) == identity(message)
    else:
        with pytest.raises(CorruptInputError, match="more than 64 bits"):
            BINARY.encode(message)


@given(ANY_TEXT)
def test_the_binary_layout_holds_every_str(text: str) -> None:
    assert BINARY.decode(BINARY.encode(Position(text, 1, 2, 3))) == Position(text, 1, 2, 3)


@given(WIDE_MESSAGES | WRONG_MESSAGES | messages(st.integers(), text=ANY_TEXT))
def test_native_json_is_that_of_the_reference_byte_for_byte(message: Message) -> None:
    assert outcome(NATIVE_JSON.encode, message) == outcome(REFERENCE.encode, message)


@given(WIDE_MESSAGES)
def test_the_bytes_are_one_line_of_json_that_any_parser_reads(message: Message) -> None:
    data = REFERENCE.encode(message)
    assert b"\n" not in data

    def refuse(name: str) -> None:
        raise AssertionError(name)

    assert json.loads(data, parse_constant=refuse)["type"] == type(message).__name__


@each(SERIALIZERS)
@given(data=st.binary(max_size=60))
def test_random_bytes_raise_nothing_but_the_typed_error(serializer: Serializer, data: bytes) -> None:
    try:
        message = serializer.decode(data)
    except CorruptInputError:
        return
    # What is accepted is a message: it can be written, and is read again as the same.
    written = serializer.encode(message)
    assert serializer.encode(serializer.decode(written)) == written


@given(st.integers(0x11, 0x18), st.binary(max_size=90))
def test_random_bytes_behind_a_tag_are_the_one_encoding_of_a_message_or_the_typed_error(tag: int, rest: bytes) -> None:
    data = bytes([tag]) + rest
    with contextlib.suppress(CorruptInputError):
        assert BINARY.encode(BINARY.decode(data)) == data


@each(SERIALIZERS)
@given(message=MESSAGES, data=st.data())
def test_a_message_with_a_changed_byte_is_a_message_or_the_typed_error(
    serializer: Serializer, message: Message, data: st.DataObject
) -> None:
    encoded = bytearray(serializer.encode(message))
    encoded[data.draw(st.integers(0, len(encoded) - 1))] = data.draw(st.integers(0, 255))
    try:
        decoded = serializer.decode(bytes(encoded))
    except CorruptInputError:
        return
    assert identity(serializer.decode(serializer.encode(decoded))) == identity(decoded)
    if serializer is BINARY:
        assert serializer.encode(decoded) == encoded


@each(SERIALIZERS)
@given(message=MESSAGES, data=st.data())
def test_a_message_that_is_cut_or_longer_is_refused(
    serializer: Serializer, message: Message, data: st.DataObject
) -> None:
    encoded = serializer.encode(message)
    for wrong in (encoded[: data.draw(st.integers(0, len(encoded) - 1))], encoded + b"}"):
        with pytest.raises(CorruptInputError):
            serializer.decode(wrong)


@given(WIDE_MESSAGES, st.data())
@example(Fill(-1, 0, Side.BUY, 10, 2, "A"), None)
def test_native_json_reads_changed_text_as_the_reference_does(message: Message, data: st.DataObject | None) -> None:
    encoded = REFERENCE.encode(message)
    if data is None:
        variants = [
            encoded[:place] + bytes([byte]) + encoded[place:] for place in range(len(encoded)) for byte in b'0-.e" '
        ]
        variants += [encoded[:place] + encoded[place + 1 :] for place in range(len(encoded))]
    else:
        place = data.draw(st.integers(0, len(encoded) - 1))
        kept = data.draw(st.integers(0, 1))
        variants = [encoded[:place] + data.draw(st.binary(max_size=2)) + encoded[place + kept :]]
    for variant in variants:
        assert outcome(NATIVE_JSON.decode, variant) == outcome(REFERENCE.decode, variant)


@given(WIDE_MESSAGES, JSON, st.data())
def test_a_message_with_a_changed_value_is_read_alike_by_both_json_serializers(
    message: Message, value: Any, data: st.DataObject
) -> None:
    content = json.loads(REFERENCE.encode(message))
    content[data.draw(st.sampled_from(sorted(content)))] = value
    text = json.dumps(content, separators=(",", ":")).encode()
    assert outcome(NATIVE_JSON.decode, text) == outcome(REFERENCE.decode, text)
    with contextlib.suppress(CorruptInputError):
        REFERENCE.decode(text)
