"""The glossary and the vocabulary of records are one: no term undefined, no definition unused."""

from __future__ import annotations

import inspect
import re
from enum import StrEnum
from pathlib import Path
from typing import Final

import pytest

from tailgate import action_records, flag_records, history_records, night_records, records, series_records

GLOSSARY: Final = (Path(__file__).parents[1] / "docs" / "glossary.md").read_text(encoding="utf-8")
# Heading of a record and everything up to the next heading.
ENTRIES: Final = re.findall(r"^### `(\w+)`\n(.*?)(?=^##|\Z)", GLOSSARY, re.MULTILINE | re.DOTALL)
WORDS: Final = re.findall(r"^\| (?!term|-)([^|]+?) \|", GLOSSARY, re.MULTILINE)
CLASSES: Final = {
    name: kind
    for module in (records, flag_records, action_records, history_records, night_records, series_records)
    for name, kind in vars(module).items()
    if inspect.isclass(kind) and kind.__module__ == module.__name__ and not name.startswith("_")
}
CLOSED_SETS: Final = {name: kind for name, kind in CLASSES.items() if issubclass(kind, StrEnum)}


def test_every_record_is_defined_and_every_definition_is_a_record() -> None:
    assert sorted(name for name, _ in ENTRIES) == sorted(CLASSES)


@pytest.mark.parametrize("name", sorted(CLOSED_SETS))
def test_every_member_of_a_closed_set_is_defined_and_nothing_else(name: str) -> None:
    defined = re.findall(r"^- `([\w. -]+)`: ", dict(ENTRIES)[name], re.MULTILINE)
    assert defined == [member.value for member in CLOSED_SETS[name]]


def test_every_definition_says_something() -> None:
    assert [name for name, text in ENTRIES if len(text.split()) < 5] == []


def test_other_words_are_defined_once_in_alphabetical_order() -> None:
    assert len(WORDS) > 10
    assert sorted(set(WORDS)) == WORDS
