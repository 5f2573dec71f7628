"""What every order book promises: orders and feed events come in; trades and the state of both sides go out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from trading.records import BookUpdate, FeedEvent, Order, Side, Trade


class OrderBook(Protocol):
    """A limit order book of one symbol that matches by price, then by time of arrival.

    Every technique honours this contract and agrees, call for call, with the plain reference in
    :mod:`trading.book.price_time_book`. Prices are ticks and quantities lots, both integers greater than zero.
    A call that raises leaves the book as it was.
    """

    def submit(self, order: Order) -> list[Trade]:
        """Match an incoming order; what a limit order leaves over rests, what a market order leaves over is dropped.

        Raises
        ------
        BookError
            The order id is resting already, the quantity is not positive, or a limit price is not positive.
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
