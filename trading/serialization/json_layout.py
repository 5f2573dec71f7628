"""How each message looks as a JSON object, derived from the annotations of its record.

Record types come in; one :class:`JsonLayout` a type goes out. The object holds ``"type"`` and then the fields in their
order; whole numbers and enumerations are numbers, and NaN, which JSON lacks, is ``null``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

from trading.serialization.interface import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

TYPE_KEY = "type"

_PLACEHOLDERS = {int: "%d", float: "%r", str: "%s"}


@dataclass(frozen=True, slots=True)
class JsonLayout:
    """The JSON object of one type of message.

    Attributes
    ----------
    record
        The type of message.
    keys
        All keys of the object in their order; the first one is ``"type"``.
    value_types
        What a JSON reader makes of each field, in the order of the record.
    members
        Position of each field that is an enumeration, and the enumeration's members by value.
    template
        The whole object, with a placeholder of the ``%`` operator for each field.
    """

    record: type[Any]
    keys: tuple[str, ...]
    value_types: tuple[type, ...]
    members: tuple[tuple[int, Mapping[int, IntEnum]], ...]
    template: str


def _layout(record: type[Any]) -> JsonLayout:
    annotations = get_type_hints(record)
    fields = tuple(annotations)
    members = tuple(
        (position, {int(member): member for member in annotation})
        for position, annotation in enumerate(annotations.values())
        if issubclass(annotation, IntEnum)
    )
    value_types = tuple(int if issubclass(annotation, IntEnum) else annotation for annotation in annotations.values())
    parts = [f'"{field}":{_PLACEHOLDERS[kind]}' for field, kind in zip(fields, value_types, strict=True)]
    return JsonLayout(
        record=record,
        keys=(TYPE_KEY, *fields),
        value_types=value_types,
        members=members,
        template=f'{{"{TYPE_KEY}":"{record.__name__}",' + ",".join(parts) + "}",
    )


LAYOUTS: dict[str, JsonLayout] = {record.__name__: _layout(record) for record in get_args(Message)}
"""The layout of each message by the value of its ``"type"``."""
