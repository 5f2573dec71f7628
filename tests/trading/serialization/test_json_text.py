from __future__ import annotations

import json
from math import inf, isnan, nan
from typing import TYPE_CHECKING, Any

import pytest

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
    from trading.serialization import Message, Serializer

MESSAGES: dict[str, Message] = {
    '{"type":"Order","order_id":7,"side":-1,"order_type":0,"price_ticks":100,"quantity_lots":5,"time_ns":34,'
    '"symbol":"SYNTH","account":"HOUSE"}': Order(7, Side.SELL, OrderType.LIMIT, 100, 5, 34),
    '{"type":"Trade","time_ns":34,"resting_order_id":1,"aggressor_order_id":2,"aggressor_side":1,"price_ticks":100,'
    '"quantity_lots":5}': Trade(34, 1, 2, Side.BUY, 100, 5),
    '{"type":"BookUpdate","time_ns":34,"bid_price_ticks":99,"bid_quantity_lots":1,"ask_price_ticks":101,'
    '"ask_quantity_lots":2}': BookUpdate(34, 99, 1, 101, 2),
    '{"type":"Signal","time_ns":34,"relative_strength_index":50.5,"macd":-0.1,"macd_signal":1e-07,'
    '"bollinger_lower":99.0,"bollinger_middle":100.25,"bollinger_upper":101.5,"imbalance":-1.0}': Signal(
        34, 50.5, -0.1, 1e-7, 99.0, 100.25, 101.5, -1.0
    ),
    '{"type":"Fill","time_ns":34,"order_id":7,"side":1,"price_ticks":100,"quantity_lots":5,"symbol":"A\\"B\\u00e9"}': (
        Fill(34, 7, Side.BUY, 100, 5, 'A"Bé')
    ),
    '{"type":"Position","symbol":"SYNTH","quantity_lots":-5,"cost_tick_lots":-500,"realised_tick_lots":12}': Position(
        "SYNTH", -5, -500, 12
    ),
    '{"type":"FeedEvent","time_ns":34,"event_type":5,"order_id":0,"side":1,"price_ticks":100,"quantity_lots":5}': (
        FeedEvent(34, EventType.HIDDEN_EXECUTE, 0, Side.BUY, 100, 5)
    ),
    '{"type":"OperatorCommand","time_ns":34,"action":1,"operator":"A. N. Other","reason":"\\"fat finger\\""}': (
        OperatorCommand(34, OperatorAction.ENGAGE_KILL_SWITCH, "A. N. Other", '"fat finger"')
    ),
}
FILL = {"type": "Fill", "time_ns": 1, "order_id": 2, "side": 1, "price_ticks": 3, "quantity_lots": 4, "symbol": "S"}
SIGNAL = {"type": "Signal", **dict.fromkeys(Signal._fields, 1)}


@pytest.fixture(params=["reference", "native"])
def serializer(request: pytest.FixtureRequest) -> Serializer:
    return JsonSerializer() if request.param == "reference" else native.load("plain").NativeJsonSerializer()


@pytest.mark.parametrize(
    ("text", "message"), MESSAGES.items(), ids=[type(message).__name__ for message in MESSAGES.values()]
)
def test_each_message_has_one_text_and_comes_back_from_it(serializer: Serializer, text: str, message: Message) -> None:
    assert serializer.encode(message) == text.encode("ascii")
    decoded = serializer.decode(text.encode("ascii"))
    assert decoded == message
    assert type(decoded) is type(message)
    assert [type(value) for value in decoded] == [type(value) for value in message]


@pytest.mark.parametrize("message", MESSAGES.values(), ids=lambda message: type(message).__name__)
def test_the_text_is_what_the_standard_library_writes(serializer: Serializer, message: Message) -> None:
    expected = json.dumps({"type": type(message).__name__, **message._asdict()}, separators=(",", ":"))
    assert serializer.encode(message).decode() == expected


def test_nan_is_null_and_comes_back_as_nan(serializer: Serializer) -> None:
    data = serializer.encode(Signal(1, nan, nan, 2.0, nan, nan, nan, 0.5))
    assert b'"relative_strength_index":null,"macd":null,"macd_signal":2.0' in data
    decoded = serializer.decode(data)
    assert isinstance(decoded, Signal)
    assert [isnan(value) for value in decoded] == [False, True, True, False, True, True, True, False]


def test_floats_that_are_finite_but_whose_sum_is_not_are_written(serializer: Serializer) -> None:
    signal = Signal(1, 1e308, 1e308, 1e308, 0.0, 0.0, 0.0, 0.0)
    assert serializer.decode(serializer.encode(signal)) == signal


def test_whole_numbers_beyond_64_bits_and_beyond_doubles_survive(serializer: Serializer) -> None:
    for time_ns in (2**64, 10**400):
        signal = Signal(time_ns, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)
        assert serializer.decode(serializer.encode(signal)) == signal


@pytest.mark.parametrize("value", [inf, -inf])
def test_infinity_is_refused_when_written(serializer: Serializer, value: float) -> None:
    with pytest.raises(CorruptInputError, match='infinite "macd"'):
        serializer.encode(Signal(1, nan, value, 1.0, 1.0, 1.0, 1.0, 1.0))


@pytest.mark.parametrize("value", [(1, 2), "Order", None, Side.BUY])
def test_what_is_no_message_is_refused_when_written(serializer: Serializer, value: Any) -> None:
    with pytest.raises(TypeError, match="is not a message; encode one of Order, "):
        serializer.encode(value)


def test_keys_may_stand_in_any_order_and_be_spaced(serializer: Serializer) -> None:
    data = json.dumps(dict(reversed(FILL.items())), indent=1).encode()
    assert serializer.decode(data) == Fill(1, 2, Side.BUY, 3, 4, "S")


def test_whole_numbers_in_float_fields_become_floats(serializer: Serializer) -> None:
    decoded = serializer.decode(json.dumps(SIGNAL).encode())
    assert [type(value) for value in decoded] == [int] + [float] * 7


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        (b"", "not JSON at character 0"),
        (b"{", "not JSON at character 1"),
        (b'{"type":"Fill"} {}', "not JSON at character 16"),
        (b'{"type":"Fi\xffll"}', "not UTF-8 at byte 11"),
        (b"\xef\xbb\xbf{}", "not JSON at character 0"),
        (b"[" * 100_000, "holds what no message has"),
        (b'{"type":"Signal","macd":NaN}', "holds what no message has: NaN is not JSON"),
        (b'{"type":"Fill","time_ns":' + b"9" * 5_000 + b"}", "holds what no message has"),
        (b"[]", "not an object"),
        (b'[["type","Fill"]]', "not an object"),
        (b"null", "not an object"),
        (b"{}", 'has no "type"'),
        (b'{"type":"Fil"}', "unknown type 'Fil'"),
        (b'{"type":["Fill"]}', "unknown type"),
        (b'{"type":"Fill","time_ns":1,"extra":2}', 'lacks "order_id"; lacks "side"'),
        (b'{"type":"Fill","time_ns":1,"extra":2}', 'has the unknown key "extra"'),
    ],
)
def test_what_is_no_message_is_refused_when_read(serializer: Serializer, data: bytes, cause: str) -> None:
    with pytest.raises(CorruptInputError, match=r"^message ") as refused:
        serializer.decode(data)
    assert cause in str(refused.value)


def test_a_repeated_key_is_refused(serializer: Serializer) -> None:
    data = json.dumps(FILL).encode()[:-1] + b',"side":-1}'
    with pytest.raises(CorruptInputError, match="message Fill repeats a key"):
        serializer.decode(data)


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("time_ns", 1.0, 'has 1.0 for "time_ns"; expected a value of type int'),
        ("time_ns", True, "a value of type int"),
        ("time_ns", None, "a value of type int"),
        ("time_ns", "1", "a value of type int"),
        ("time_ns", [1], "a value of type int"),
        ("time_ns", {"a": 1}, "a value of type int"),
        ("symbol", 1, "a value of type str"),
        ("side", 0, 'has 0 for "side"; expected one of 1, -1'),
        ("side", True, "a value of type int"),
    ],
)
def test_a_value_that_does_not_fit_is_named(serializer: Serializer, field: str, value: object, expected: str) -> None:
    with pytest.raises(CorruptInputError, match=r"^message Fill has ") as refused:
        serializer.decode(json.dumps(FILL | {field: value}).encode())
    assert expected in str(refused.value)


@pytest.mark.parametrize(
    ("text", "expected"), [("1e999", "infinite"), ("1" + "0" * 400, "range of a double"), ('"1"', "float")]
)
def test_a_number_that_no_double_holds_is_refused(serializer: Serializer, text: str, expected: str) -> None:
    data = json.dumps(SIGNAL).replace('"macd": 1', f'"macd": {text}').encode()
    with pytest.raises(CorruptInputError, match=expected):
        serializer.decode(data)
