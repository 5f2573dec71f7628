"""Records to JSON text and back. Reading validates: a document that does not fit its record is an error, no guess."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter

from tailgate.action_records import ActionTaken
from tailgate.flag_records import FlagEffect
from tailgate.records import Conditions, Failure, Fingerprint, Revision, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from _typeshed import DataclassInstance

    from tailgate.history_records import Fact

ACTION: Final = TypeAdapter(ActionTaken)
CONDITIONS: Final = TypeAdapter(Conditions)
FAILURE: Final = TypeAdapter(Failure)
FINGERPRINT: Final = TypeAdapter(Fingerprint)
FLAG_EFFECT: Final = TypeAdapter(FlagEffect)
REVISION: Final = TypeAdapter(Revision)
VERDICT: Final = TypeAdapter(Verdict)
PARAMETERS: Final = TypeAdapter(tuple[str, ...])


def to_document(record: DataclassInstance) -> str:
    """JSON of a record without arrays; NaN and infinities are written as Python's and pydantic's JSON read them."""
    return json.dumps(_storable(asdict(record)), sort_keys=True)


def effect_to_document(effect: FlagEffect) -> str:
    """JSON of an effect without its fingerprint, which many share: the store keeps it once, beside them."""
    content = asdict(effect) | {"measured_at": effect.measured_at.isoformat()}
    del content["fingerprint"]
    return json.dumps(_storable(content), sort_keys=True)


def effect_from_document(text: str, fingerprint: Fingerprint) -> FlagEffect:
    """Read what ``effect_to_document`` wrote."""
    return FLAG_EFFECT.validate_python(json.loads(text) | {"fingerprint": fingerprint})


def to_list(texts: tuple[str, ...]) -> str:
    """JSON of a list of texts."""
    return json.dumps([storable_text(text) for text in texts])


def to_facts(facts: Sequence[Fact]) -> str:
    """JSON of a list of named facts."""
    return json.dumps(_storable([asdict(fact) for fact in facts]), sort_keys=True)


def storable_text(text: str) -> str:
    r"""Make a text that every database takes: NUL and what is no Unicode (a Latin-1 commit message) become escapes."""
    return text.replace("\0", "\\x00").encode("utf-8", "backslashreplace").decode("utf-8")


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return storable_text(value)
    if isinstance(value, date):  # a moment is a date, too
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(item) for item in value]
    return value
