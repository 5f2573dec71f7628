from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from tests.trading.book.books import LOCKS, NATIVE_BOOKS
from tests.trading.legal_flags import resolved
from trading import assembly, native
from trading.book import PriceTimeBook, pack_events
from trading.errors import BookError, ConfigurationError
from trading.records import EventType, FeedEvent, Order, OrderType, Side

if TYPE_CHECKING:
    from trading.book import NativeOrderBook

PLAIN = native.load("plain")


def limit(order_id: int, side: Side, price_ticks: int, quantity_lots: int) -> Order:
    return Order(order_id, side, OrderType.LIMIT, price_ticks, quantity_lots, 0)


@pytest.fixture(params=NATIVE_BOOKS)
def book(request: pytest.FixtureRequest) -> NativeOrderBook:
    return NATIVE_BOOKS[request.param]()


def test_a_native_lock_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ConfigurationError, match='no lock "spin" for a book; use one of mutex, fast, sequence'):
        PLAIN.NativeBook(lock="spin")


@pytest.mark.parametrize("order_id", [2**63, -(2**63) - 1, 2**70])
def test_a_native_book_refuses_ids_beyond_64_bits(book: NativeOrderBook, order_id: int) -> None:
    with pytest.raises(BookError, match=f"order id {order_id} does not fit 64 bits"):
        book.submit(limit(order_id, Side.BUY, 5, 5))
    with pytest.raises(BookError, match="does not fit 64 bits"):
        book.apply(FeedEvent(0, EventType.ADD, order_id, Side.BUY, 5, 5))
    assert order_id not in book
    assert book.quantity_of(order_id) == 0


@pytest.mark.parametrize("bad", [None, (1, 2), "order", FeedEvent(0, EventType.ADD, 1, Side.BUY, 1, 1)])
def test_a_native_book_refuses_what_is_no_order(book: NativeOrderBook, bad: object) -> None:
    with pytest.raises(TypeError, match="Order expected, with 8 fields"):
        book.submit(bad)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        book.apply(None)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        book.submit(limit(1, Side.BUY, "5", 5))  # type: ignore[arg-type]
    assert len(book) == 0


def test_a_native_batch_refuses_bytes_that_are_no_whole_number_of_events(book: NativeOrderBook) -> None:
    with pytest.raises(ValueError, match="47 bytes are no whole number of events; each has 48"):
        book.run(bytes(47))
    with pytest.raises(ValueError, match="no whole number"):
        book.run_beside_readers(bytes(49), 1)
    assert book.run(b"") == 0


def test_a_native_batch_may_start_at_any_byte(book: NativeOrderBook) -> None:
    events = [FeedEvent(0, EventType.ADD, number, Side.BUY, 5 + number, 5) for number in range(9)]
    assert book.run(memoryview(b"x" + pack_events(events))[1:]) == 0
    assert book.best_bid() == (13, 5)
    with pytest.raises(BookError, match="event 0 of the buffer: order 0 is resting already"):
        book.run(memoryview(b"x" + pack_events(events))[1:])


def test_a_native_book_with_thousands_of_levels_and_orders_is_swept_as_the_reference_is(book: NativeOrderBook) -> None:
    generator = random.Random(3)
    reference = PriceTimeBook()
    for order_id in range(6_000):
        side = generator.choice(list(Side))
        order = limit(order_id, side, 10_000 - side * generator.randrange(1, 3_000), generator.randrange(1, 50))
        assert book.submit(order) == reference.submit(order) == []
    for levels in (1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 64, 1_000, 10_000):
        assert book.imbalance(levels) == reference.imbalance(levels)
        assert book.depth(Side.BUY, levels) == reference.depth(Side.BUY, levels)
    for order_id in generator.sample(range(6_000), 4_000):
        assert book.cancel(order_id) == reference.cancel(order_id)
    for side in Side:
        sweep = Order(10_000, side, OrderType.MARKET, 0, 10**9, 7)
        assert book.submit(sweep) == reference.submit(sweep)
    assert len(book) == len(reference) == 0


def test_a_native_queue_keeps_its_order_while_most_of_it_is_cancelled_and_it_grows(book: NativeOrderBook) -> None:
    generator = random.Random(4)
    expected: dict[int, int] = {}
    for order_id in range(3_000):
        book.submit(limit(order_id, Side.SELL, 7, 1 + order_id % 9))
        expected[order_id] = 1 + order_id % 9
        while len(expected) > 5 and generator.random() < 0.5:
            gone = generator.choice(list(expected)[generator.choice((0, 1, -1, -2)) :][:3])
            assert book.cancel(gone) == expected.pop(gone)
        if order_id % 100 == 0:
            assert book.queue(Side.SELL, 7) == list(expected.items())
    assert book.queue(Side.SELL, 7) == list(expected.items())


def test_native_ids_that_lie_in_one_slot_are_found_and_forgotten(book: NativeOrderBook) -> None:
    """The ids are multiples of the hash's inverse: neighbours in the table, and many of them with one home."""
    inverse = pow(0x9E3779B97F4A7C15, -1, 2**64)
    ids = [(number * inverse + 2**63) % 2**64 - 2**63 for number in range(1_500)]
    generator = random.Random(5)
    for order_id in ids:
        book.submit(limit(order_id, Side.BUY, 9, 1))
    gone = set(generator.sample(ids, 1_000))
    for order_id in gone:
        assert book.cancel(order_id) == 1
    assert [order_id for order_id in ids if order_id in book] == [one for one in ids if one not in gone]


def traffic(book: NativeOrderBook) -> tuple[int, int, int]:
    """Open and close levels with a few orders each, over and over."""
    for start in range(0, 40_000, 40):
        for number in range(40):
            book.submit(limit(start + number, Side.BUY, 100 + number % 10, 1))
        for number in range(40):
            book.cancel(start + number)
    return book.counts()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_native_free_list_and_small_vectors_save_allocations(lock: str) -> None:
    plain, small, pooled, both = (
        traffic(NATIVE_BOOKS[f"native-{lock}{make}"]())
        for make in ("", "-small_vectors", "-order_pool", "-small_vectors-order_pool")
    )
    # 40,000 orders and 10,000 levels, each of which takes room for 8 places at once.
    assert plain[:2] == small[:2] == pooled[:2] == both[:2] == (50_000, 50_000)
    fixed = 1 + 2 * 4
    assert plain[2] == 50_000 + 10_000 + fixed
    assert small[2] == 50_000 + fixed
    assert pooled[2] == 2 + 10_000 + fixed
    assert both[2] == 2 + fixed


@pytest.mark.parametrize(
    ("flags", "make"),
    [
        (["native-core"], {"lock": "mutex"}),
        (["fast-lock"], {"lock": "fast"}),
        (["fast-lock", "lock-free-book"], {"lock": "sequence"}),
        (["small-vectors", "order-pool"], {"small_vectors": True, "order_pool": True}),
        (["prefetch", "simd-imbalance"], {"prefetch": True, "simd": True}),
    ],
)
def test_flags_choose_the_native_book(flags: list[str], make: dict[str, Any]) -> None:
    assert repr(assembly.build_book(resolved(flags))) == repr(PLAIN.NativeBook(**make))


def test_a_native_book_says_what_it_is_made_of() -> None:
    assert repr(PLAIN.NativeBook(lock="fast", order_pool=True)) == (
        "NativeBook(lock='fast', small_vectors=False, order_pool=True, prefetch=False, simd=False)"
    )
