"""What a replay came to: counts, money and latencies in; a document for machines or tables out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.table import Table

if TYPE_CHECKING:
    from rich.console import Console

    from trading.records import BookUpdate

_NANOSECONDS_A_SECOND = 1_000_000_000


class Latency(NamedTuple):
    """How long the calls of one stage took."""

    stage: str
    calls: int
    p50_ns: int
    p99_ns: int
    p999_ns: int


class ReplaySummary(NamedTuple):
    """The state of a pipeline after a replay. Money is in ticks times lots.

    Everything but `duration_ns` and `latencies` is the same in every run over the same events.
    """

    symbol: str
    events: int
    trades: int
    orders_sent: int
    orders_refused: dict[str, int]
    fills: int
    filled_lots: int
    position_lots: int
    realised_tick_lots: int
    unrealised_tick_lots: int | None
    """None when the side of the book on which the position would be closed is empty."""
    resting_orders: int
    top: BookUpdate
    duration_ns: int
    latencies: tuple[Latency, ...]

    @property
    def events_per_second(self) -> int:
        """Events a second of wall-clock time; 0 when the time is not known."""
        return self.events * _NANOSECONDS_A_SECOND // self.duration_ns if self.duration_ns else 0


def to_document(summary: ReplaySummary) -> dict[str, object]:
    """Turn a summary into what JSON can hold; everything that differs from run to run is below ``timing``."""
    return {
        "symbol": summary.symbol,
        "events": summary.events,
        "trades": summary.trades,
        "orders": {"sent": summary.orders_sent, "refused": summary.orders_refused},
        "fills": {"count": summary.fills, "lots": summary.filled_lots},
        "position": {
            "lots": summary.position_lots,
            "realised_tick_lots": summary.realised_tick_lots,
            "unrealised_tick_lots": summary.unrealised_tick_lots,
        },
        "book": {"resting_orders": summary.resting_orders, **summary.top._asdict()},
        "timing": {
            "duration_ns": summary.duration_ns,
            "events_per_second": summary.events_per_second,
            "latencies": [latency._asdict() for latency in summary.latencies],
        },
    }


def print_tables(summary: ReplaySummary, console: Console) -> None:
    """Print a summary for people."""
    refused = {reason: count for reason, count in summary.orders_refused.items() if count}
    reasons = ", ".join(f"{reason.replace('_', ' ')} {count:,}" for reason, count in refused.items())
    unrealised = summary.unrealised_tick_lots
    _, bid_price, bid_lots, ask_price, ask_lots = summary.top
    rows = {
        "events": f"{summary.events:,}",
        "trades": f"{summary.trades:,}",
        "orders sent": f"{summary.orders_sent:,}",
        "orders refused": f"{sum(refused.values()):,}" + (f" ({reasons})" if reasons else ""),
        "fills": f"{summary.fills:,} ({summary.filled_lots:,} lots)",
        "position": f"{summary.position_lots:,} lots",
        "profit realised": f"{summary.realised_tick_lots:,} tick lots",
        "profit unrealised": "unknown: the book has no price" if unrealised is None else f"{unrealised:,} tick lots",
        "best bid": f"{bid_lots:,} lots at {bid_price:,} ticks" if bid_lots else "none",
        "best ask": f"{ask_lots:,} lots at {ask_price:,} ticks" if ask_lots else "none",
        "resting orders": f"{summary.resting_orders:,}",
        "speed": f"{summary.events_per_second:,} events/s" + (" (timing included)" if summary.latencies else ""),
    }
    results = Table(box=None, show_header=False, pad_edge=False)
    for label, value in rows.items():
        results.add_row(label, value)
    console.print(results)
    if summary.latencies:
        console.print()
        console.print(_latency_table(summary.latencies))


def _latency_table(latencies: tuple[Latency, ...]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("stage")
    for heading in ("calls", "p50 ns", "p99 ns", "p99.9 ns"):
        table.add_column(heading, justify="right")
    for stage, *figures in latencies:
        table.add_row(stage, *(f"{figure:,}" for figure in figures))
    return table
