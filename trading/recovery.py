"""A pipeline that writes a journal, and that can be put back into the state a journal leads to.

Events, commands and a function that keeps messages come in; what happened goes out through that function, in order:
each event and each command before it is applied, each own order before it is sent, each fill after it. The system is
deterministic, so events and commands alone lead to the same state; the orders and fills between them prove that they
did, and a difference is an error.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from trading.errors import BookError, JournalError
from trading.pipeline import Pipeline
from trading.records import FeedEvent, OperatorCommand

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeAlias

    from trading.orders import OrderManager, OrderState
    from trading.pipeline import Components
    from trading.records import BookUpdate, Fill, Order
    from trading.serialization import Message

    Keep: TypeAlias = Callable[[Message], object]


class JournaledPipeline:
    """Runs events and commands, and keeps everything that happens.

    Parameters
    ----------
    components
        The parts, in the state of a system that has not run.
    keep
        Takes each message that happens. What it raises stops the system: what cannot be kept must not happen.

    Attributes
    ----------
    pipeline
        The pipeline itself, for its summary. Events that go to it directly are applied and not kept.
    """

    def __init__(self, components: Components, keep: Keep) -> None:
        self._keep = keep
        self._risk = components.risk
        self._orders = _WitnessedOrders(components.orders, keep)
        self.pipeline = Pipeline(replace(components, orders=self._orders))

    def run(self, events: Iterable[FeedEvent]) -> None:
        """Process events to the end of the feed."""
        for event in events:
            self.on_event(event)

    def on_event(self, event: FeedEvent) -> list[Fill]:
        """Keep and process one event, and return the fills of the own order that it led to."""
        self._keep(event)
        return self.pipeline.on_event(event)

    def on_command(self, command: OperatorCommand) -> None:
        """Keep and carry out a person's decision."""
        self._keep(command)
        self._risk.on_command(command)

    def restore(self, messages: Iterable[Message]) -> int:
        """Bring a system that has not run into the state that these messages led to.

        Orders and fills of the last event that are missing at the end, because the system died in the middle of it, are
        made up for and kept; afterwards messages and state are those of a system that never stopped.

        Parameters
        ----------
        messages
            Everything that was kept so far.

        Returns
        -------
        int
            How many feed events there were: where the feed goes on.

        Raises
        ------
        JournalError
            An order or fill is not the one that the replay led to: code, flags or limits have changed since.
        """
        events = 0
        happened: deque[Message] = deque()
        self._orders.keep = happened.append
        for number, message in enumerate(messages, start=1):
            if isinstance(message, FeedEvent | OperatorCommand):
                if happened:
                    raise _difference(number, message, happened[0])
                events += isinstance(message, FeedEvent)
                self._repeat(message)
            else:
                expected = happened.popleft() if happened else None
                if message != expected:
                    raise _difference(number, message, expected)
        for message in happened:
            self._keep(message)
        self._orders.keep = self._keep
        return events

    def _repeat(self, message: FeedEvent | OperatorCommand) -> None:
        if isinstance(message, OperatorCommand):
            self._risk.on_command(message)
            return
        try:
            self.pipeline.on_event(message)
        except BookError:
            # An event that the book refused when it happened is refused again, and changes nothing again.
            return


def rebuild(messages: Iterable[Message], components: Components) -> Pipeline:
    """Put components that have not run into the state that a journal's messages led to; nothing is written.

    Raises
    ------
    JournalError
        As :meth:`JournaledPipeline.restore`.
    """
    journaled = JournaledPipeline(components, lambda _: None)
    journaled.restore(messages)
    return journaled.pipeline


class _WitnessedOrders:
    """An order manager that tells of each order before it is sent, and of its fills."""

    def __init__(self, orders: OrderManager, keep: Keep) -> None:
        self._orders = orders
        self.keep = keep

    def send(self, order: Order, quote: BookUpdate) -> list[Fill]:
        self.keep(order)
        fills = self._orders.send(order, quote)
        for fill in fills:
            self.keep(fill)
        return fills

    def state_of(self, order_id: int) -> OrderState:
        return self._orders.state_of(order_id)

    def filled_lots_of(self, order_id: int) -> int:
        return self._orders.filled_lots_of(order_id)

    def __len__(self) -> int:
        return len(self._orders)


def _difference(number: int, message: Message, expected: Message | None) -> JournalError:
    return JournalError(
        f"record {number} of the journal is {message}, where the replay leads to {expected or 'no order or fill'};"
        " replay it with the code, flags and limits that wrote it"
    )
