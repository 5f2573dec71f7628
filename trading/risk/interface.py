"""What every risk check offers: what happens feeds its state, an order gets an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from trading.records import BookUpdate, Fill, OperatorCommand, Order
    from trading.risk.refusal import Refusal, RefusalReason


class RiskCheck(Protocol):
    """Stands between a decision and the market, for one strategy on one symbol.

    Whoever sends an order asks first, and reports at once that it was sent: what is not reported is not counted. The
    kill switch stops what has not been sent; taking resting orders back is the order manager's part.
    """

    def check(self, order: Order) -> Refusal | None:
        """Answer why an order may not be sent, or None when it may. Counts the refusal. Hot path."""
        ...

    def on_update(self, update: BookUpdate) -> None:
        """Take the top of the book, from which the reference price comes. Hot path."""
        ...

    def on_sent(self, order: Order) -> None:
        """Take an order that left for the market; until it is closed, all of it may execute."""
        ...

    def on_fill(self, fill: Fill) -> None:
        """Take an execution of one of our orders, which moves the position."""
        ...

    def on_closed(self, order_id: int) -> None:
        """Take the end of an own order, filled, cancelled or rejected; an unknown one is no error."""
        ...

    def on_command(self, command: OperatorCommand) -> None:
        """Take a person's decision to stop all orders, to let them leave again, or to enable the strategy again."""
        ...

    @property
    def refusal_counts(self) -> dict[RefusalReason, int]:
        """How often each reason has been given since construction; every reason is a key."""
        ...
