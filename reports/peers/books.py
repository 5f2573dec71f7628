"""Matching books: the order flow through ours and through those of PyPI; one row an operation.

What is timed is the call that takes an order or a cancel: orders are made beforehand in whatever form a book wants
them. A book agrees if it reports the same trades, and the same best prices every so many events; one that does not
report trades is held to the prices alone.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from reports.peers.admission import Admitted, admit
from reports.peers.book_peers import PEERS
from reports.peers.matching_book import RestingFill
from reports.peers.order_flow import NAMES, order_flow, order_of
from reports.peers.records import Absent, Comparison, Participant
from reports.peers.states import VERSION, State
from trading import assembly
from trading.records import EventType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from reports.peers.matching_book import MatchingBook
    from reports.peers.records import Call
    from trading.book import OrderBook
    from trading.records import FeedEvent, Trade

CHUNK_EVENTS = 500
"""Operations that are bound at a time, right before they are timed: their arguments are in the cache, as those of a
real system are, which were received just now."""


class BookAnswers(NamedTuple):
    """What came of the order flow."""

    fills: list[RestingFill] | None
    best_prices: list[tuple[int, int]]


class OurBook:
    """A book that the assembly built."""

    tells_trades = True

    def __init__(self, book: OrderBook) -> None:
        self._book = book

    def bind(self, events: Sequence[FeedEvent]) -> list[Call]:
        """Make one call an event."""
        submit, cancel = self._book.submit, self._book.cancel
        return [
            partial(cancel, event.order_id)
            if event.event_type is EventType.DELETE
            else partial(submit, order_of(event))
            for event in events
        ]

    def fills(self, result: object) -> list[RestingFill]:
        """Read the trades out of what a call returned: a list of them, or the lots that were cancelled."""
        trades: list[Trade] = result if isinstance(result, list) else []
        return [RestingFill(trade.resting_order_id, trade.price_ticks, trade.quantity_lots) for trade in trades]

    def best_prices(self) -> tuple[int, int]:
        """Best bid and best ask in ticks."""
        return self._book.best_bid()[0], self._book.best_ask()[0]


def compare(states: Sequence[State | Absent], events: int) -> list[Comparison]:
    """Prepare the comparison of matching books.

    Parameters
    ----------
    states
        Those of our own system.
    events
        Length of the order flow.
    """
    flow = order_flow(events)
    participants: list[Participant | Absent] = []
    for state in states:
        if isinstance(state, Absent):
            participants.append(state)
        else:
            participants.append(participant(state.name, VERSION, _our_maker(state), flow, is_ours=True))
    for distribution, open_package in PEERS:
        admitted = admit(distribution, open_package)
        if isinstance(admitted, Admitted):
            participants.append(participant(admitted.name, admitted.version, admitted.opened, flow))
        else:
            participants.append(admitted)
    return [
        Comparison(
            kind="books",
            title="Matching book",
            note=(
                f"The same {events:,} events for all. A package that takes no cancels, market orders or integers as "
                "they are is given what it wants beforehand, outside the timed part."
            ),
            operations=tuple(NAMES[event.event_type] for event in flow),
            participants=tuple(participants),
            difference=difference,
        )
    ]


def participant(
    name: str, version: str, make: Callable[[], MatchingBook], flow: Sequence[FeedEvent], *, is_ours: bool = False
) -> Participant:
    """Make a participant of whatever builds empty books."""

    def start() -> Iterator[list[Call]]:
        book = make()
        for events in _chunks(flow):
            yield book.bind(events)

    def answers() -> BookAnswers:
        book = make()
        fills: list[RestingFill] = []
        best_prices = []
        for events in _chunks(flow):
            for call in book.bind(events):
                fills += book.fills(call())
            best_prices.append(book.best_prices())
        return BookAnswers(fills if book.tells_trades else None, best_prices)

    return Participant(name, version, is_ours, start, answers)


def difference(ours: BookAnswers, theirs: BookAnswers) -> str:
    """Say where the first trade or the first best price differs."""
    if theirs.fills is not None and theirs.fills != ours.fills:
        expected = ours.fills or []
        for number, (own, other) in enumerate(zip(expected, theirs.fills, strict=False)):
            if own != other:
                return f"trade {number}: ours {own}, theirs {other}"
        return f"{len(theirs.fills):,} trades, ours {len(expected):,}"
    for number, (own_prices, other_prices) in enumerate(zip(ours.best_prices, theirs.best_prices, strict=True), 1):
        if own_prices != other_prices:
            return f"best prices after {number * CHUNK_EVENTS:,} events: ours {own_prices}, theirs {other_prices}"
    return ""


def _chunks(flow: Sequence[FeedEvent]) -> Iterator[Sequence[FeedEvent]]:
    for start in range(0, len(flow), CHUNK_EVENTS):
        yield flow[start : start + CHUNK_EVENTS]


def _our_maker(state: State) -> Callable[[], MatchingBook]:
    return lambda: OurBook(assembly.build_book(state.flags))
