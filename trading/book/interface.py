"""What every order book promises: orders and feed events come in; trades and the state of both sides go out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from trading.records import BookUpdate, FeedEvent, Order, Side, Trade


class OrderBook(Protocol):
    """A limit order book of one symbol that matches by price, then by time of arrival.

    Every technique honours this contract and agrees, call for call, with the plain reference in
    :mod:`trading.book.price_time_book`. Prices are ticks and quantities lots, both integers greater than zero and at
    most :data:`~trading.records.MAXIMUM_PRICE_TICKS` and :data:`~trading.records.MAXIMUM_QUANTITY_LOTS`. Order ids are
    integers of 64 bits with a sign; a native book refuses others. A call that raises leaves the book as it was.
    """

    def submit(self, order: Order) -> list[Trade]:
        """Match an incoming order; what a limit order leaves over rests, what a market order leaves over is dropped.

        Raises
        ------
        BookError
            The order id is resting already, or the quantity or a limit price is out of range.
        """

    def cancel(self, order_id: int) -> int:
        """Take a resting order out of the book and return the lots it still had.

        Raises
        ------
        BookError
            No such order is resting.
        """

    def reduce(self, order_id: int, quantity_lots: int) -> int:
        """Take lots off a resting order, which keeps its priority, and return the lots that remain; 0 removes it.

        Raises
        ------
        BookError
            No such order is resting, or it has fewer lots than that.
        """

    def execute(self, order_id: int, quantity_lots: int, time_ns: int = 0) -> Trade:
        """Trade lots of one named resting order, as a recorded feed reports it, whatever its place in the queue.

        The aggressor of such a trade is anonymous: its order id is 0.

        Raises
        ------
        BookError
            No such order is resting, or it has fewer lots than that.
        """

    def apply(self, event: FeedEvent) -> list[Trade]:
        """Apply one feed event and return the trades that it caused on the visible book.

        Raises
        ------
        BookError
            As the operation that the event stands for.
        """

    def best_bid(self) -> tuple[int, int]:
        """Price in ticks and total lots of the highest bid level; ``(0, 0)`` when there is none."""

    def best_ask(self) -> tuple[int, int]:
        """Price in ticks and total lots of the lowest ask level; ``(0, 0)`` when there is none."""

    def top(self, time_ns: int) -> BookUpdate:
        """Best bid and best ask together, stamped with the time of the event that led to them."""

    def imbalance(self, levels: int) -> float:
        """(bid lots - ask lots) / (bid lots + ask lots) over that many best levels, at least one.

        The value is in -1..1, and 0 for an empty book.
        """

    def depth(self, side: Side, levels: int) -> list[tuple[int, int]]:
        """Price in ticks and total lots of the best levels of one side, best first."""

    def queue(self, side: Side, price_ticks: int) -> list[tuple[int, int]]:
        """Order id and lots of every order at one price, first in priority first; empty when there is none."""

    def quantity_of(self, order_id: int) -> int:
        """Lots that a resting order still has; 0 when no such order is resting."""

    def __len__(self) -> int:
        """Count the resting orders."""

    def __contains__(self, order_id: int) -> bool:
        """Tell whether an order of that id is resting."""


class NativeOrderBook(OrderBook, Protocol):
    """What a native book offers beyond the contract.

    Several threads may use one book, and the interpreter is unlocked during ``run``. Where the flag ``lock-free-book``
    is on, only one thread may write, and only that one may ask for single orders (``queue``, ``quantity_of``, ``len``,
    ``in``); the others read the top, which waits for nobody, and the depth and the imbalance, which wait out a change
    that is being made.
    """

    def run(self, events: bytes | memoryview) -> int:
        """Apply packed events (:func:`trading.book.packed_events.pack_events`); return how many trades they led to.

        Raises
        ------
        BookError
            An event is impossible; the message says which. Those before it are applied, and stay so.
        ValueError
            The bytes are no whole number of events.
        """

    def run_beside_readers(
        self, events: bytes | memoryview, readers: int, *, looks: int = 0, levels: int = 5, notes: int = 0
    ) -> tuple[int, int, list[bytes]]:
        """Apply packed events while other native threads read, until the last one is applied: for tests and benchmarks.

        Parameters
        ----------
        events
            As for :meth:`run`, which raises the same.
        readers
            How many threads read.
        looks
            How many times each of them reads at least.
        levels
            How many levels are read where not only the top is.
        notes
            How many looks each reader may note. With 0 it looks at the top only, as fast as it can.

        Returns
        -------
        tuple
            Trades, looks of all readers together, and the notes of each reader: for each look seven integers of 8
            bytes. What was looked at (0 the top, 1 lots of the best levels, 2 depth of bids, 3 of asks), how many
            events were finished before it, how many were begun after it, and four for what was seen: a top is four
            numbers, lots are two, a depth is the number of levels and a checksum.
        """

    def counts(self) -> tuple[int, int, int]:
        """Count orders and levels handed out, those given back, and pieces of memory asked of the system."""
