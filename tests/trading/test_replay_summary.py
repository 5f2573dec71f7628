from __future__ import annotations

import io

from rich.console import Console

from trading.records import BookUpdate
from trading.replay_summary import Latency, ReplaySummary, print_tables, to_document

SUMMARY = ReplaySummary(
    symbol="ABC",
    events=3_000,
    trades=20,
    orders_sent=2,
    orders_refused={"price_collar": 0, "position_limit": 4},
    fills=2,
    filled_lots=15,
    position_lots=-5,
    realised_tick_lots=1_234,
    unrealised_tick_lots=-10,
    resting_orders=9,
    top=BookUpdate(7, 99, 10, 101, 20),
    duration_ns=1_500_000_000,
    latencies=(Latency("book", 3_000, 900, 4_000, 12_000),),
)


def printed(summary: ReplaySummary) -> str:
    stream = io.StringIO()
    print_tables(summary, Console(file=stream, width=100))
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines())


def test_the_document_keeps_all_that_differs_from_run_to_run_in_one_place() -> None:
    assert to_document(SUMMARY) == {
        "symbol": "ABC",
        "events": 3_000,
        "trades": 20,
        "orders": {"sent": 2, "refused": {"price_collar": 0, "position_limit": 4}},
        "fills": {"count": 2, "lots": 15},
        "position": {"lots": -5, "realised_tick_lots": 1_234, "unrealised_tick_lots": -10},
        "book": {
            "resting_orders": 9,
            "time_ns": 7,
            "bid_price_ticks": 99,
            "bid_quantity_lots": 10,
            "ask_price_ticks": 101,
            "ask_quantity_lots": 20,
        },
        "timing": {
            "duration_ns": 1_500_000_000,
            "events_per_second": 2_000,
            "latencies": [{"stage": "book", "calls": 3_000, "p50_ns": 900, "p99_ns": 4_000, "p999_ns": 12_000}],
        },
    }


def test_the_tables_say_everything() -> None:
    assert (
        printed(SUMMARY)
        == """\
events             3,000
trades             20
orders sent        2
orders refused     4 (position limit 4)
fills              2 (15 lots)
position           -5 lots
profit realised    1,234 tick lots
profit unrealised  -10 tick lots
best bid           10 lots at 99 ticks
best ask           20 lots at 101 ticks
resting orders     9
speed              2,000 events/s (timing included)

stage  calls  p50 ns  p99 ns  p99.9 ns
book   3,000     900   4,000    12,000"""
    )


def test_what_is_not_known_is_said_in_words() -> None:
    text = printed(SUMMARY._replace(unrealised_tick_lots=None, top=BookUpdate(7, 0, 0, 0, 0), latencies=()))
    assert "profit unrealised  unknown: the book has no price" in text
    assert "best bid           none" in text
    assert "stage" not in text
