"""What every risk check offers: book updates and fills feed its state, an order gets an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from trading.records import BookUpdate, Fill, Order
    from trading.risk.refusal import Refusal, RefusalReason


class RiskCheck(Protocol):
    """Stands between a decision and the market, for one symbol."""

    def check(self, order: Order) -> Refusal | None:
        """Answer why an order may not be sent, or None when it may. Counts the refusal. Hot path."""
        ...

    def on_update(self, update: BookUpdate) -> None:
        """Take the top of the book, from which the reference price comes. Hot path."""
        ...

    def on_fill(self, fill: Fill) -> None:
        """Take an execution of one of our orders, which moves the position."""
        ...

    @property
    def refusal_counts(self) -> dict[RefusalReason, int]:
        """How often each reason has been given since construction; every reason is a key."""
        ...
