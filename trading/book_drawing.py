"""A book for people and machines to look at: a book comes in; a table with bars, or a document for JSON, goes out."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from rich.table import Table

from trading.book import LevelView, OrderView, level_views, microprice, order_views
from trading.records import BookUpdate, Side

if TYPE_CHECKING:
    from rich.console import Console

    from trading.book import OrderBook

_BAR_COLUMNS = 20
_NANOSECONDS_A_SECOND = 1_000_000_000


class BookPicture(NamedTuple):
    """What is shown of a book: both sides best first."""

    events: int
    top: BookUpdate
    imbalance: float
    resting_orders: int
    bids: list[LevelView]
    asks: list[LevelView]
    bid_orders: list[OrderView] | None
    """None when single orders were not asked for."""
    ask_orders: list[OrderView] | None

    @classmethod
    def of(cls, book: OrderBook, events: int, time_ns: int, levels: int, *, has_orders: bool) -> BookPicture:
        """Take the picture of a book after that many events, the last one at that time."""
        return cls(
            events=events,
            top=book.top(time_ns),
            imbalance=book.imbalance(levels),
            resting_orders=len(book),
            bids=level_views(book, Side.BUY, levels),
            asks=level_views(book, Side.SELL, levels),
            bid_orders=order_views(book, Side.BUY, levels) if has_orders else None,
            ask_orders=order_views(book, Side.SELL, levels) if has_orders else None,
        )


def to_document(picture: BookPicture) -> dict[str, object]:
    """Turn a picture into what JSON can hold."""
    document: dict[str, object] = {
        "events": picture.events,
        **picture.top._asdict(),
        "microprice_ticks": microprice(picture.top),
        "imbalance": picture.imbalance,
        "resting_orders": picture.resting_orders,
        "bids": [level._asdict() for level in picture.bids],
        "asks": [level._asdict() for level in picture.asks],
    }
    if picture.bid_orders is not None and picture.ask_orders is not None:
        document["bid_orders"] = [order._asdict() for order in picture.bid_orders]
        document["ask_orders"] = [order._asdict() for order in picture.ask_orders]
    return document


def draw(picture: BookPicture, console: Console) -> None:
    """Print the book with its best levels on top, bids on the left, asks on the right, bars by quantity."""
    top = picture.top
    price = microprice(top)
    spread = f"{top.ask_price_ticks - top.bid_price_ticks:,} ticks" if price is not None else "none"
    facts = Table(box=None, show_header=False, pad_edge=False)
    facts.add_row("after event", f"{picture.events:,} at {_clock_time(top.time_ns)}")
    facts.add_row("spread", spread)
    facts.add_row("microprice", f"{price:,.2f} ticks" if price is not None else "none")
    facts.add_row("imbalance", f"{picture.imbalance:+.3f} over {max(len(picture.bids), len(picture.asks))} levels")
    facts.add_row("resting orders", f"{picture.resting_orders:,}")
    console.print(facts)
    console.print()
    console.print(_level_table(picture))
    for heading, orders in (("bid orders", picture.bid_orders), ("ask orders", picture.ask_orders)):
        if orders is not None:
            console.print()
            console.print(_order_table(heading, orders))


def _level_table(picture: BookPicture) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("orders", "lots", "", "bid"):
        table.add_column(heading, justify="right", no_wrap=True)
    for heading in ("ask", "", "lots", "orders"):
        table.add_column(heading, justify="left", no_wrap=True)
    most_lots = max((level.quantity_lots for level in (*picture.bids, *picture.asks)), default=1)
    for bid, ask in zip_longest(picture.bids, picture.asks):
        left = _cells(bid, most_lots)
        right = _cells(ask, most_lots)
        table.add_row(left[3], left[2], f"[green]{left[1]}[/]", left[0], right[0], f"[red]{right[1]}[/]", *right[2:])
    return table


def _cells(level: LevelView | None, most_lots: int) -> tuple[str, str, str, str]:
    """Price, bar, lots and orders of a level; empty where a side has no more levels."""
    if level is None:
        return "", "", "", ""
    bar = "█" * max(1, round(level.quantity_lots / most_lots * _BAR_COLUMNS))
    return f"{level.price_ticks:,}", bar, f"{level.quantity_lots:,}", f"{level.orders:,}"


def _order_table(heading: str, orders: list[OrderView]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in (heading, "price", "lots", "place"):
        table.add_column(column, justify="right")
    for order in orders:
        table.add_row(str(order.order_id), f"{order.price_ticks:,}", f"{order.quantity_lots:,}", str(order.place))
    return table


def _clock_time(time_ns: int) -> str:
    seconds, nanoseconds = divmod(time_ns, _NANOSECONDS_A_SECOND)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02d}:{minute:02d}:{second:02d}.{nanoseconds:09d}"
