"""A whole recorded stream in one call, through ours and hftbacktest.

Each gets the stream in the form that it likes best, made beforehand: ours packed, or events for a loop of Python where
a book takes no packed ones. hftbacktest keeps prices and their quantities only (L2), twice, as the exchange and as the
trader sees them, and is driven by a clock: one call lets all the time of the stream pass. What is told is the time an
event.
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np

from reports.peers.admission import Admitted, admit
from reports.peers.records import Absent, Comparison, Participant
from reports.peers.states import VERSION
from trading import assembly
from trading.book import PriceTimeBook, pack_events
from trading.records import Side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from reports.peers.records import Call
    from reports.peers.states import State
    from trading.book import NativeOrderBook, OrderBook
    from trading.records import FeedEvent

CALLS_A_ROUND = 5


class RecordedEvent(NamedTuple):
    """An event, and what is left of its order after it: some packages want the one, some the other."""

    event: FeedEvent
    left_lots: int


class Driven(NamedTuple):
    """A book, the call that takes it through the whole stream, and its best prices after that."""

    call: Call
    best_prices: Callable[[], tuple[int, int]]


class LevelChange(NamedTuple):
    """What a price level holds after an event."""

    side: Side
    price_ticks: int
    level_lots: int


def compare(states: Sequence[State | Absent], recorded: Sequence[RecordedEvent]) -> Comparison:
    """Prepare the comparison over recorded events."""
    events = [item.event for item in recorded]
    packed = pack_events(events)
    participants: list[Participant | Absent] = []
    for state in states:
        if isinstance(state, Absent):
            participants.append(state)
        else:
            participants.append(participant(state.name, VERSION, partial(_ours, state, events, packed), is_ours=True))
    admitted = admit("hftbacktest", partial(_hftbacktest, events))
    if isinstance(admitted, Admitted):
        participants.append(participant(admitted.name, admitted.version, admitted.opened))
    else:
        participants.append(admitted)
    return Comparison(
        kind="maintenance",
        title="Whole recording in one go",
        note=(
            f"{len(events):,} events a call; nanoseconds an event. hftbacktest keeps price levels only, as the "
            "exchange and as the trader see them; ours keeps every order."
        ),
        operations=("event",) * CALLS_A_ROUND,
        participants=tuple(participants),
        difference=difference,
        share=1 / len(events),
    )


def participant(name: str, version: str, make: Callable[[], Driven], *, is_ours: bool = False) -> Participant:
    """Make a participant of whatever makes books that are driven through the whole stream."""

    def start() -> Iterator[list[Call]]:
        for _ in range(CALLS_A_ROUND):
            yield [make().call]

    def answers() -> tuple[int, int]:
        driven = make()
        driven.call()
        return driven.best_prices()

    return Participant(name, version, is_ours, start, answers)


def difference(ours: tuple[int, int], theirs: tuple[int, int]) -> str:
    """Say whether the best prices at the end differ."""
    return "" if ours == theirs else f"best prices at the end: ours {ours}, theirs {theirs}"


def level_changes(events: Sequence[FeedEvent]) -> Iterator[LevelChange]:
    """Tell of each event what its price level holds after it."""
    book = PriceTimeBook()
    for event in events:
        book.apply(event)
        lots = sum(lots for _, lots in book.queue(event.side, event.price_ticks))
        yield LevelChange(event.side, event.price_ticks, lots)


def _ours(state: State, events: Sequence[FeedEvent], packed: bytes) -> Driven:
    book = assembly.build_book(state.flags)
    if state.flags.is_on("native-core"):
        call: Call = partial(cast("NativeOrderBook", book).run, packed)
    else:
        call = partial(_apply_all, book, events)
    return Driven(call, lambda: (book.best_bid()[0], book.best_ask()[0]))


def _apply_all(book: OrderBook, events: Sequence[FeedEvent]) -> None:
    apply = book.apply
    for event in events:
        apply(event)


def _hftbacktest(events: Sequence[FeedEvent]) -> Callable[[], Driven]:
    package = import_module("hftbacktest")
    stream = _as_depth_events(package, events)
    duration_ns = int(stream["exch_ts"][-1] - stream["exch_ts"][0]) + 1_000

    def make() -> Driven:
        asset = (
            package.BacktestAsset()
            .data([stream])
            .linear_asset(1.0)
            .constant_order_latency(0, 0)
            .risk_adverse_queue_model()
            .no_partial_fill_exchange()
            .trading_value_fee_model(0.0, 0.0)
            .tick_size(1.0)
            .lot_size(1.0)
        )
        backtest = package.HashMapMarketDepthBacktest([asset])

        def best_prices() -> tuple[int, int]:
            depth = backtest.depth(0)
            return int(depth.best_bid), int(depth.best_ask)

        return Driven(partial(backtest.elapse, duration_ns), best_prices)

    make()  # what does not fit is found now
    return make


def _as_depth_events(package: Any, events: Sequence[FeedEvent]) -> Any:
    stream = np.zeros(len(events), package.event_dtype)
    everywhere = package.DEPTH_EVENT | package.EXCH_EVENT | package.LOCAL_EVENT
    for place, change in enumerate(level_changes(events)):
        side = package.BUY_EVENT if change.side is Side.BUY else package.SELL_EVENT
        # The clock must stand above 0, and each event has its own nanosecond.
        time_ns = 1_000 + place
        stream[place] = (everywhere | side, time_ns, time_ns, change.price_ticks, change.level_lots, 0, 0, 0.0)
    return stream
