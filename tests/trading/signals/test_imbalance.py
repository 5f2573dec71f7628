from __future__ import annotations

import pytest

from trading.signals import imbalance


@pytest.mark.parametrize(("bid", "ask", "expected"), [(0, 0, 0.0), (5, 0, 1.0), (0, 5, -1.0), (3, 1, 0.5), (7, 7, 0.0)])
def test_it_compares_what_is_bid_with_what_is_offered(bid: int, ask: int, expected: float) -> None:
    assert imbalance(bid, ask) == expected
