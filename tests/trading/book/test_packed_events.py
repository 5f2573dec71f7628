from __future__ import annotations

import pytest

from trading.book import pack_events
from trading.records import EventType, FeedEvent, Side

EVENT = FeedEvent(1, EventType.DELETE, -2, Side.SELL, 4, 5)


def test_each_field_is_eight_bytes_in_the_order_of_the_machine() -> None:
    assert memoryview(pack_events([EVENT, EVENT])).cast("q").tolist() == 2 * [1, 3, -2, -1, 4, 5]


def test_a_field_beyond_64_bits_is_refused() -> None:
    with pytest.raises(OverflowError):
        pack_events([EVENT._replace(order_id=2**63)])
