from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from tailgate.compare import differences
from tailgate.records import Fingerprint

FINGERPRINT = Fingerprint("host", "a processor", 2, "6.1", "3.11.2", "gcc 12", "0.1.0", "native", "deployed")


def test_equal_fingerprints_do_not_differ() -> None:
    assert differences(FINGERPRINT, replace(FINGERPRINT)) == ()


@pytest.mark.parametrize("name", [field.name for field in fields(Fingerprint)])
def test_each_field_that_differs_is_named_with_both_values(name: str) -> None:
    changes: dict[str, Any] = {name: 99}
    other = replace(FINGERPRINT, **changes)
    assert differences(FINGERPRINT, other) == (f"{name.replace('_', ' ')}: {getattr(FINGERPRINT, name)} against 99",)


def test_every_difference_is_named_at_once() -> None:
    assert len(differences(FINGERPRINT, replace(FINGERPRINT, python="3.12.1", kernel="6.9"))) == 2
