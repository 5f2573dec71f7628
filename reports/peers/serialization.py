"""Serialization of an order: encoding and decoding by ours and by packages of PyPI and the standard library.

Each package gets an order in the form that it likes best, made beforehand, and may give it back in that form. It agrees
if all fields come back with the same values.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from reports.peers.admission import Admitted, admit, admit_standard
from reports.peers.records import Absent, Comparison, Participant
from reports.peers.states import VERSION
from trading import assembly
from trading.records import Order, OrderType, Side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from reports.peers.records import Call
    from reports.peers.states import State

CHUNK_ORDERS = 500
"""Orders that are shaped and bound at a time, right before they are timed: whoever encodes, finds them in the cache."""
_FIELD_TYPES = (int, int, int, int, int, int, str, str)


@dataclass(frozen=True, slots=True)
class Codec:
    """What one package does.

    Attributes
    ----------
    shape
        Turns an order into what the package encodes.
    bind
        Makes the call that encodes one such thing, which is what is timed.
    decode
        Timed as well.
    fields
        Turns what was decoded into the fields of the order.
    """

    shape: Callable[[Order], Any]
    bind: Callable[[Any], Callable[[], bytes]]
    decode: Callable[[bytes], Any]
    fields: Callable[[Any], tuple[Any, ...]]


def orders(count: int) -> list[Order]:
    """Make seeded orders."""
    generator = random.Random("orders")  # noqa: S311 - reproducible, not secret
    return [
        Order(
            number,
            generator.choice((Side.BUY, Side.SELL)),
            OrderType.LIMIT,
            10_000 + generator.randrange(-500, 500),
            generator.randrange(1, 1_000),
            1_700_000_000_000_000_000 + 1_000 * number,
        )
        for number in range(1, count + 1)
    ]


def compare(states: Sequence[State | Absent], events: int) -> list[Comparison]:
    """Prepare the comparisons of encoding and of decoding, over a tenth as many orders as the flow has events."""
    some = orders(max(events // 10, 2_000))
    note = f"{len(some):,} orders of {len(Order._fields)} fields, one call an order."
    return [
        Comparison(
            kind="serialization",
            title=f"{'Decoding' if is_decoding else 'Encoding'} an order",
            note=note,
            operations=("decode" if is_decoding else "encode",) * len(some),
            participants=_participants(states, some, is_decoding=is_decoding),
            difference=difference,
        )
        for is_decoding in (False, True)
    ]


def participant(
    name: str, version: str, codec: Codec, some: Sequence[Order], *, is_decoding: bool, is_ours: bool = False
) -> Participant:
    """Make a participant of a codec."""

    def start() -> Iterator[list[Call]]:
        for first in range(0, len(some), CHUNK_ORDERS):
            shaped = [codec.shape(order) for order in some[first : first + CHUNK_ORDERS]]
            if is_decoding:
                yield [partial(codec.decode, codec.bind(item)()) for item in shaped]
            else:
                yield [codec.bind(item) for item in shaped]

    def answers() -> list[tuple[Any, ...]]:
        return [codec.fields(codec.decode(codec.bind(codec.shape(order))())) for order in some]

    return Participant(name, version, is_ours, start, answers)


def difference(ours: Sequence[tuple[Any, ...]], theirs: Sequence[tuple[Any, ...]]) -> str:
    """Say which order came back otherwise."""
    for own, other in zip(ours, theirs, strict=True):
        if tuple(own) != tuple(other):
            return f"order {own[0]} came back as {other!r}, from ours as {tuple(own)!r}"
    return ""


def _participants(
    states: Sequence[State | Absent], some: Sequence[Order], *, is_decoding: bool
) -> tuple[Participant | Absent, ...]:
    found: list[Participant | Absent] = []
    for state in states:
        if isinstance(state, Absent):
            found.append(state)
        else:
            codec = _our_codec(state)
            found.append(participant(state.name, VERSION, codec, some, is_decoding=is_decoding, is_ours=True))
    for name, admitted in (
        ("msgspec, MessagePack array", admit("msgspec", partial(_msgspec, "msgpack"))),
        ("msgspec, JSON array", admit("msgspec", partial(_msgspec, "json"))),
        ("orjson", admit("orjson", _orjson)),
        ("struct", admit_standard("struct", _struct)),
        ("json", admit_standard("json", _json)),
    ):
        if isinstance(admitted, Admitted):
            found.append(participant(name, admitted.version, admitted.opened, some, is_decoding=is_decoding))
        else:
            found.append(Absent(name, admitted.reason))
    return tuple(found)


def _our_codec(state: State) -> Codec:
    serializer = assembly.build_serializer(state.flags)
    return Codec(shape=Order._make, bind=_taking_one(serializer.encode), decode=serializer.decode, fields=tuple)


def _taking_one(encode: Callable[[Any], bytes]) -> Callable[[Any], Callable[[], bytes]]:
    """Bind a function that takes the whole thing as its only argument."""
    return partial(partial, encode)


def _plain(order: Order) -> dict[str, Any]:
    return {name: kind(value) for name, kind, value in zip(Order._fields, _FIELD_TYPES, order, strict=True)}


def _msgspec(layout: str) -> Codec:
    package = import_module("msgspec")
    record = package.defstruct(
        "PeerOrder", list(zip(Order._fields, _FIELD_TYPES, strict=True)), array_like=True, frozen=True, gc=False
    )
    module = getattr(package, layout)
    return Codec(
        shape=lambda order: record(**_plain(order)),
        bind=_taking_one(module.Encoder().encode),
        decode=module.Decoder(record).decode,
        fields=package.structs.astuple,
    )


def _orjson() -> Codec:
    package = import_module("orjson")
    return Codec(shape=_plain, bind=_taking_one(package.dumps), decode=package.loads, fields=_values)


def _json() -> Codec:
    package = import_module("json")
    encode = package.JSONEncoder(separators=(",", ":")).encode
    return Codec(
        shape=_plain, bind=_taking_one(lambda item: encode(item).encode()), decode=package.loads, fields=_values
    )


def _values(item: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(item[name] for name in Order._fields)


def _struct() -> Codec:
    """Pack the numbers as they are, and names into eight bytes each."""
    layout = import_module("struct").Struct("<qbbqqq8s8s")

    def shape(order: Order) -> tuple[Any, ...]:
        return (*map(int, order[:6]), order.symbol.encode(), order.account.encode())

    return Codec(
        shape=shape,
        bind=lambda item: partial(layout.pack, *item),
        decode=layout.unpack,
        fields=lambda item: (*item[:6], *(name.rstrip(b"\0").decode() for name in item[6:])),
    )
