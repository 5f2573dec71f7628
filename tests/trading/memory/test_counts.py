from __future__ import annotations

from trading.memory import AllocationCounts


def test_what_was_not_given_back_is_live() -> None:
    assert AllocationCounts(acquired=5, released=3, allocated=4).live == 2
