from __future__ import annotations

from trading.records import EventType, Side
from trading.serialization.json_layout import LAYOUTS


def test_every_message_has_a_layout() -> None:
    records = {"Order", "Trade", "BookUpdate", "Signal", "Fill", "Position", "FeedEvent", "OperatorCommand"}
    assert set(LAYOUTS) == records


def test_a_layout_follows_the_fields_of_its_record() -> None:
    layout = LAYOUTS["FeedEvent"]
    assert layout.keys == ("type", *layout.record._fields)
    assert layout.value_types == (int,) * 6
    assert layout.members == ((1, {int(event): event for event in EventType}), (3, {1: Side.BUY, -1: Side.SELL}))
    assert layout.template == (
        '{"type":"FeedEvent","time_ns":%d,"event_type":%d,"order_id":%d,"side":%d,"price_ticks":%d,"quantity_lots":%d}'
    )
