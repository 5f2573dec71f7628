"""A real day of one stock: the book after each message against the level-1 book that LOBSTER recorded beside it.

With one level recorded, nothing is known of an order behind the best price. So a message that takes the last lots of
the best level can be checked weakly only: the next level is worse, and the other side is unchanged. Every other message
must lead exactly to the recorded book.
"""

from __future__ import annotations

import lzma
import os
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.trading.book.books import BOOKS
from trading.book import RecordedMarket
from trading.feed import read_lobster
from trading.records import EventType, Side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trading.records import FeedEvent

DATA = os.environ.get("TAILGATE_REAL_DATA")

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(DATA is None, reason="TAILGATE_REAL_DATA names no folder"),
]

FILE = "lobster_amzn/AMZN_2012-06-21_34200000_57600000_{}_1.csv.xz"


class Row(NamedTuple):
    ask_price_ticks: int
    ask_quantity_lots: int
    bid_price_ticks: int
    bid_quantity_lots: int

    def of(self, side: Side) -> tuple[int, int]:
        return self[2:] if side == Side.BUY else self[:2]


def recorded_books(path: Path) -> Iterator[Row]:
    with lzma.open(path, "rt") as lines:
        for line in islice(lines, 1, None):
            yield Row(*map(int, line.split(",")))


def takes_the_last_of_the_best_level(event: FeedEvent, before: Row) -> bool:
    is_reduction = event.event_type in {EventType.REDUCE, EventType.DELETE, EventType.EXECUTE}
    price_ticks, quantity_lots = before.of(event.side)
    return is_reduction and event.price_ticks == price_ticks and event.quantity_lots == quantity_lots


@pytest.mark.parametrize("make", BOOKS)
def test_the_book_after_every_message_is_the_recorded_one(make: str) -> None:
    folder = Path(DATA or "")
    market = RecordedMarket(BOOKS[make]())
    best = {Side.BUY: market.book.best_bid, Side.SELL: market.book.best_ask}
    events = read_lobster(folder / FILE.format("message"))
    rows = recorded_books(folder / FILE.format("orderbook"))
    exactly = weakly = disagreements = adopted = 0
    before: Row | None = None
    for event, row in zip(events, rows, strict=True):
        market.apply(event)
        side = event.side
        if before is not None:
            is_right = best[side.opposite]() == row.of(side.opposite)
            if takes_the_last_of_the_best_level(event, before):
                weakly += 1
                is_right &= market.book.queue(side, event.price_ticks) == []
                is_right &= (row.of(side)[0] - event.price_ticks) * side < 0
            else:
                exactly += 1
                is_right &= best[side]() == row.of(side)
            disagreements += not is_right
        for one_side in Side:
            if best[one_side]() != row.of(one_side):
                market.adopt_level(one_side, *row.of(one_side), event.time_ns)
                adopted += before is not None
        before = row

    assert disagreements == 0
    assert (exactly, weakly) == (43_561, 13_953)
    # Of the weak ones, the book knew the next level by itself in the others.
    assert adopted == 8_167
    assert market.unseen_orders == 0
