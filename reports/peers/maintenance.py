"""Keeping a book true to a recorded market: adds, executions and cancels through ours and nautilus_trader's.

No matching: the recording says who traded. A peer gets each event in its own terms, made beforehand; it agrees if the
best prices are ours every so many events.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from reports.peers import recorded_stream
from reports.peers.admission import Admitted, admit
from reports.peers.order_flow import order_flow
from reports.peers.recorded_stream import RecordedEvent
from reports.peers.records import Absent, Comparison, Participant
from reports.peers.states import VERSION
from trading import assembly
from trading.book import PriceTimeBook, as_recorded
from trading.records import EventType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from reports.peers.records import Call
    from reports.peers.states import State
    from trading.records import FeedEvent

CHUNK_EVENTS = 500
NAMES = {EventType.ADD: "add", EventType.EXECUTE: "execution", EventType.DELETE: "cancel"}


class KeptBook(Protocol):
    """A book of whatever package behind one face."""

    def bind(self, events: Sequence[RecordedEvent]) -> list[Call]:
        """Make one call an event."""

    def best_prices(self) -> tuple[int, int]:
        """Best bid and best ask in ticks; 0 where there is none."""


@dataclass(frozen=True, slots=True)
class OurBook:
    """A book that the assembly built."""

    book: Any

    def bind(self, events: Sequence[RecordedEvent]) -> list[Call]:
        """Make one call an event."""
        apply = self.book.apply
        return [partial(apply, recorded.event) for recorded in events]

    def best_prices(self) -> tuple[int, int]:
        """Best bid and best ask in ticks."""
        return self.book.best_bid()[0], self.book.best_ask()[0]


class NautilusBook:
    """nautilus_trader's book of single orders (L3): Rust behind Cython."""

    def __init__(self) -> None:
        self._data = import_module("nautilus_trader.model.data")
        self._enums = import_module("nautilus_trader.model.enums")
        self._objects = import_module("nautilus_trader.model.objects")
        identifiers = import_module("nautilus_trader.model.identifiers")
        self._book = import_module("nautilus_trader.model.book").OrderBook(
            identifiers.InstrumentId.from_str("SYNTH.PEERS"), self._enums.BookType.L3_MBO
        )

    def bind(self, events: Sequence[RecordedEvent]) -> list[Call]:
        """Make one call an event, and the order that it takes: an execution is an update, or a delete at the end."""
        return [self._bound(*recorded) for recorded in events]

    def best_prices(self) -> tuple[int, int]:
        """Best bid and best ask in ticks."""
        bid, ask = self._book.best_bid_price(), self._book.best_ask_price()
        return int(bid.as_double()) if bid else 0, int(ask.as_double()) if ask else 0

    def _bound(self, event: FeedEvent, left_lots: int) -> Call:
        book, objects = self._book, self._objects
        change = book.update if left_lots else book.delete
        if event.event_type is EventType.ADD:
            change = book.add
        order = self._data.BookOrder(
            self._enums.OrderSide.BUY if event.side > 0 else self._enums.OrderSide.SELL,
            objects.Price.from_int(event.price_ticks),
            objects.Quantity.from_int(left_lots or event.quantity_lots),
            event.order_id,
        )
        return partial(change, order, event.time_ns)


def compare(states: Sequence[State | Absent], events: int) -> list[Comparison]:
    """Prepare both comparisons, over what an exchange would publish of the order flow."""
    recorded = list(recorded_flow(events))
    participants: list[Participant | Absent] = []
    for state in states:
        if isinstance(state, Absent):
            participants.append(state)
        else:
            participants.append(participant(state.name, VERSION, partial(_ours, state), recorded, is_ours=True))
    admitted = admit("nautilus_trader", _nautilus)
    if isinstance(admitted, Admitted):
        participants.append(participant(admitted.name, admitted.version, admitted.opened, recorded))
    else:
        participants.append(admitted)
    return [
        Comparison(
            kind="maintenance",
            title="Book kept true to a recording",
            note=f"{len(recorded):,} recorded events, no matching; ours answers each execution with a trade.",
            operations=tuple(NAMES[item.event.event_type] for item in recorded),
            participants=tuple(participants),
            difference=difference,
        ),
        recorded_stream.compare(states, recorded),
    ]


def recorded_flow(events: int) -> Iterator[RecordedEvent]:
    """Give out what an exchange would publish of the order flow."""
    left_of: dict[int, int] = {}
    for event in as_recorded(order_flow(events), PriceTimeBook()):
        if event.event_type is EventType.ADD:
            left_of[event.order_id] = event.quantity_lots
            yield RecordedEvent(event, event.quantity_lots)
            continue
        left_lots = left_of.pop(event.order_id) - event.quantity_lots
        if left_lots:
            left_of[event.order_id] = left_lots
        yield RecordedEvent(event, left_lots)


def participant(
    name: str, version: str, make: Callable[[], KeptBook], recorded: Sequence[RecordedEvent], *, is_ours: bool = False
) -> Participant:
    """Make a participant of whatever builds empty books."""

    def start() -> Iterator[list[Call]]:
        book = make()
        for first in range(0, len(recorded), CHUNK_EVENTS):
            yield book.bind(recorded[first : first + CHUNK_EVENTS])

    def answers() -> list[tuple[int, int]]:
        book = make()
        best_prices = []
        for first in range(0, len(recorded), CHUNK_EVENTS):
            for call in book.bind(recorded[first : first + CHUNK_EVENTS]):
                call()
            best_prices.append(book.best_prices())
        return best_prices

    return Participant(name, version, is_ours, start, answers)


def difference(ours: Sequence[tuple[int, int]], theirs: Sequence[tuple[int, int]]) -> str:
    """Say where the best prices differ first."""
    for number, (own, other) in enumerate(zip(ours, theirs, strict=True), start=1):
        if own != other:
            return f"best prices after {number * CHUNK_EVENTS:,} events: ours {own}, theirs {other}"
    return ""


def _ours(state: State) -> KeptBook:
    return OurBook(assembly.build_book(state.flags))


def _nautilus() -> Callable[[], KeptBook]:
    NautilusBook()  # imports everything that it needs, so that what is missing is found now
    return NautilusBook
