"""One writer and readers in real threads: whatever a reader sees is the book as it was at some moment of the look."""

from __future__ import annotations

import struct
from threading import Event, Thread
from typing import NamedTuple

import pytest

from tests.trading.book.books import NATIVE_BOOKS
from trading.book import NativeOrderBook, OrderBook, PriceTimeBook, pack_events
from trading.errors import BookError
from trading.feed import MarketParameters, generate
from trading.records import EventType, FeedEvent, Side

LEVELS = 5
NOTES = 20_000
NOTE = struct.Struct("=7q")
JOIN_SECONDS = 60.0

# Market orders that sweep whole levels, and a book that is thin enough for it: many changes of many numbers at once.
SWEEPING = MarketParameters(live_orders=60, market_share=0.2, quantity_log_mean=5.0)


class State(NamedTuple):
    """What can be seen of a book, in the order of the looks (beside_readers.hpp)."""

    top: tuple[int, ...]
    lots: tuple[int, ...]
    bids: tuple[int, ...]
    asks: tuple[int, ...]


def checksum(levels: list[tuple[int, int]]) -> int:
    total = 0
    for level in levels:
        for number in level:
            total = (total * 1_000_003 + number) % 2**64
    return total - 2**64 if total >= 2**63 else total


def state(book: OrderBook) -> State:
    bids, asks = (book.depth(side, LEVELS) for side in Side)
    lots = tuple(sum(lots for _, lots in levels) for levels in (bids, asks))
    return State(
        (*book.best_bid(), *book.best_ask()),
        (*lots, 0, 0),
        (len(bids), checksum(bids), 0, 0),
        (len(asks), checksum(asks), 0, 0),
    )


def sweeping_feed(events: int, seed: int) -> list[FeedEvent]:
    return list(generate(events, seed, market=SWEEPING))


def states_after(events: list[FeedEvent]) -> list[State]:
    book = PriceTimeBook()
    states = [state(book)]
    for event in events:
        book.apply(event)
        states.append(state(book))
    return states


@pytest.mark.parametrize("make", NATIVE_BOOKS)
def test_every_look_beside_a_native_writer_is_a_state_between_its_begin_and_its_end(make: str) -> None:
    events = sweeping_feed(12_000, seed=5)
    states = states_after(events)
    book = NATIVE_BOOKS[make]()
    _, looks, notes_of_readers = book.run_beside_readers(pack_events(events), 2, looks=200, levels=LEVELS, notes=NOTES)
    assert state(book) == states[-1]
    assert looks >= 400
    for notes in notes_of_readers:
        last = 0
        for look, finished, begun, *seen in NOTE.iter_unpack(notes):
            possible = states[finished : begun + 1]
            assert any(state[look] == tuple(seen) for state in possible), (look, finished, begun, seen)
            # Looks of one reader do not go back in time.
            assert finished >= last
            last = finished
        assert notes


@pytest.mark.parametrize("lock", ["mutex", "fast", "sequence"])
def test_readers_in_python_see_no_mixture_while_a_native_batch_runs_without_the_interpreter(lock: str) -> None:
    """Each order at the best price has the price as its lots, on both sides: any mixture of two states shows."""
    events = []
    for number in range(60_000):
        price = 1_000 + number % 500
        events.append(FeedEvent(0, EventType.ADD, 2 * number, Side.BUY, price, price))
        events.append(FeedEvent(0, EventType.DELETE, 2 * number, Side.BUY, price, price))
    book: NativeOrderBook = NATIVE_BOOKS[f"native-{lock}"]()
    is_done = Event()
    mixtures: list[object] = []

    def read() -> None:
        while not is_done.is_set():
            seen = [book.best_bid(), *book.depth(Side.BUY, 3), book.top(1)[1:3]]
            mixtures.extend(pair for pair in seen if pair[0] != pair[1])

    readers = [Thread(target=read, daemon=True) for _ in range(2)]
    for reader in readers:
        reader.start()
    book.run(pack_events(events))
    is_done.set()
    for reader in readers:
        reader.join(JOIN_SECONDS)
        assert not reader.is_alive()
    assert mixtures == []
    assert len(book) == 0


@pytest.mark.parametrize("lock", ["mutex", "fast"])
def test_several_native_writers_take_turns_where_there_is_a_lock(lock: str) -> None:
    book = NATIVE_BOOKS[f"native-{lock}"]()

    def write(first_id: int, side: Side) -> None:
        price = 1_000 - side * (1 + first_id // 100_000)
        adds = [FeedEvent(0, EventType.ADD, first_id + number, side, price, 1) for number in range(20_000)]
        deletes = [FeedEvent(0, EventType.DELETE, first_id + number, side, price, 1) for number in range(19_990)]
        book.run(pack_events(adds + deletes))

    writers = [Thread(target=write, args=arguments, daemon=True) for arguments in ((0, Side.BUY), (100_000, Side.SELL))]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(JOIN_SECONDS)
        assert not writer.is_alive()
    assert book.top(0) == (0, 999, 10, 1_002, 10)
    assert len(book) == 20


def test_a_bad_event_ends_a_native_run_beside_readers_and_is_named() -> None:
    events = [FeedEvent(0, EventType.ADD, 1, Side.BUY, 5, 5), FeedEvent(0, EventType.DELETE, 2, Side.BUY, 5, 5)]
    for notes in (0, 10):
        book = NATIVE_BOOKS["native-sequence"]()
        with pytest.raises(BookError, match=r"event 1 of the buffer: order 2 is not resting"):
            book.run_beside_readers(pack_events(events), 2, notes=notes)
        assert book.best_bid() == (5, 5)
