from __future__ import annotations

from typing import Any

import pytest

from trading.errors import ConfigurationError
from trading.journal import SyncPolicy


def test_without_a_word_every_record_is_made_durable() -> None:
    assert SyncPolicy().every_records == 1


@pytest.mark.parametrize("value", [0, -1, 1.5, True, "5"])
def test_all_problems_come_at_once(value: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"every_records is .*; every_ns is .* whole number above 0, or None"):
        SyncPolicy(every_records=value, every_ns=value)
