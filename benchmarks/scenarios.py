"""Seeded workloads, the same for every commit. In: a scenario's name. Out: orders, events, updates, ready to be used.

The order flow comes from a small exchange of its own (price-time matching over deques and heaps), which shares no code
with the trading system: changing the system's feed or book leaves the workload as it was.
"""

from __future__ import annotations

import heapq
import random
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trading.records import BookUpdate, EventType, FeedEvent, Fill, Order, OrderType, Side, Trade

if TYPE_CHECKING:
    from collections.abc import Iterator

OPERATIONS = 1_200
"""Operations a replay, of which the probe counts nine in ten: enough for a p99 that rests on eleven of them. More would
cost time that is better spent on more processes: they differ more than replays do."""

MID_TICKS = 10_000


@dataclass(frozen=True, slots=True)
class Flow:
    """How a market behaves.

    Attributes
    ----------
    resting
        Orders in the book before the measured part.
    cancel_share, market_share
        Shares of events that are cancels and market orders; the rest are limit orders.
    spread_decay
        Parameter of the geometric distance from the opposite best price: larger is nearer.
    """

    resting: int
    cancel_share: float
    market_share: float
    spread_decay: float


FLOWS = {
    "steady": Flow(resting=1_000, cancel_share=0.42, market_share=0.05, spread_decay=0.12),
    "deep": Flow(resting=4_000, cancel_share=0.42, market_share=0.05, spread_decay=0.04),
    "thin": Flow(resting=60, cancel_share=0.30, market_share=0.12, spread_decay=0.30),
    "cancel_storm": Flow(resting=2_500, cancel_share=0.85, market_share=0.02, spread_decay=0.12),
}


class _Exchange:
    """A minimal matching market that remembers who is resting; correct and plain, its speed is not measured."""

    def __init__(self) -> None:
        self.queues: dict[tuple[int, int], deque[int]] = {}
        self.prices: dict[int, list[int]] = {1: [], -1: []}
        self.orders: dict[int, list[int]] = {}
        self.live: list[int] = []
        self.place: dict[int, int] = {}

    def best(self, side: int) -> int:
        """Best price of a side, 0 when it is empty."""
        heap = self.prices[side]
        while heap:
            queue = self.queues.get((side, -side * heap[0]))
            while queue and queue[0] not in self.orders:
                queue.popleft()
            if queue:
                return -side * heap[0]
            self.queues.pop((side, -side * heapq.heappop(heap)), None)
        return 0

    def forget(self, order_id: int) -> list[int]:
        """Remove an order; return its side, price and quantity."""
        place, last = self.place.pop(order_id), self.live.pop()
        if last != order_id:
            self.live[place] = last
            self.place[last] = place
        return self.orders.pop(order_id)

    def take(self, side: int, quantity: int, limit: int) -> int:
        """Match an incoming order; return what is left."""
        while quantity and (best := self.best(-side)) and (not limit or (best - limit) * side <= 0):
            front = self.queues[-side, best][0]
            traded = min(quantity, self.orders[front][2])
            quantity -= traded
            self.orders[front][2] -= traded
            if not self.orders[front][2]:
                self.forget(front)
        return quantity

    def rest(self, order_id: int, side: int, price: int, quantity: int) -> None:
        """Put an order at the end of its price's queue."""
        if (side, price) not in self.queues:
            self.queues[side, price] = deque()
            heapq.heappush(self.prices[side], -side * price)
        self.queues[side, price].append(order_id)
        self.orders[order_id] = [side, price, quantity]
        self.place[order_id] = len(self.live)
        self.live.append(order_id)


def market_events(scenario: str, seed: int = 1) -> tuple[list[FeedEvent], list[FeedEvent]]:
    """Make the events that fill a book and the events that are measured on it.

    Returns
    -------
    tuple of two lists
        Adds that leave ``FLOWS[scenario].resting`` orders resting, and ``OPERATIONS`` events of all kinds.
    """
    flow, generator, exchange = FLOWS[scenario], random.Random(f"{scenario} {seed}"), _Exchange()
    before: list[FeedEvent] = []
    measured: list[FeedEvent] = []
    for number in _time_stamps(generator):
        if len(measured) == OPERATIONS:
            break
        is_filling = not measured and len(exchange.live) < flow.resting
        event = _next_event(number, flow, generator, exchange, is_filling=is_filling)
        (before if is_filling else measured).append(event)
    return before, measured


def _next_event(
    time_ns: int, flow: Flow, generator: random.Random, exchange: _Exchange, *, is_filling: bool
) -> FeedEvent:
    draw = 1.0 if is_filling else generator.random()
    side = generator.choice((1, -1))
    quantity = max(1, round(generator.lognormvariate(3.5, 0.9)))
    if draw < flow.cancel_share and len(exchange.live) > 10:  # noqa: PLR2004 - a book that is never cancelled empty
        order_id = generator.choice(exchange.live)
        side, price, rest = exchange.forget(order_id)
        return FeedEvent(time_ns, EventType.DELETE, order_id, Side(side), price, rest)
    if draw < flow.cancel_share + flow.market_share and len(exchange.live) > 10:  # noqa: PLR2004 - the same
        exchange.take(side, quantity, 0)
        return FeedEvent(time_ns, EventType.MARKET, time_ns, Side(side), 0, quantity)
    distance = min(int(generator.expovariate(flow.spread_decay)) + 1, 2_000)
    opposite = exchange.best(-side) or MID_TICKS + side
    # A few limit orders cross the spread, as they do in every real market; none does while the book is filled.
    price = opposite + side if not is_filling and generator.random() < 0.04 else opposite - side * distance  # noqa: PLR2004
    rest = exchange.take(side, quantity, price)
    if rest:
        exchange.rest(time_ns, side, price, rest)
    return FeedEvent(time_ns, EventType.ADD, time_ns, Side(side), price, quantity)


def _time_stamps(generator: random.Random) -> Iterator[int]:
    """Yield rising nanoseconds, which serve as order ids too: bursts of a few microseconds, pauses of milliseconds."""
    now = 1_000_000
    while True:
        now += 1 + int(generator.expovariate(1 / (2_000 if generator.random() < 0.8 else 2_000_000)))  # noqa: PLR2004
        yield now


def order_of(event: FeedEvent) -> Order:
    """Turn an ADD or MARKET event into the order that it reports."""
    order_type = OrderType.MARKET if event.event_type is EventType.MARKET else OrderType.LIMIT
    return Order(event.order_id, event.side, order_type, event.price_ticks, event.quantity_lots, event.time_ns)


def resting_orders(count: int, seed: int = 1, first_id: int = 1) -> list[Order]:
    """Limit orders that never cross each other: bids below the middle, asks above it."""
    generator = random.Random(f"resting {seed}")
    orders = []
    for number in range(count):
        side = generator.choice((Side.BUY, Side.SELL))
        price = MID_TICKS - side * (1 + int(generator.expovariate(0.06)))
        order_id = first_id + number
        orders.append(Order(order_id, side, OrderType.LIMIT, price, generator.randrange(1, 200), order_id))
    return orders


def market_orders(count: int, seed: int = 1, first_id: int = 10_000_000) -> list[Order]:
    """Market orders with sizes from a heavy tail: most take part of one order, some sweep several levels."""
    generator = random.Random(f"market {seed}")
    return [
        Order(
            first_id + number,
            generator.choice((Side.BUY, Side.SELL)),
            OrderType.MARKET,
            0,
            min(int(20 * generator.paretovariate(1.3)), 2_000),
            first_id + number,
        )
        for number in range(count)
    ]


def book_updates(count: int = OPERATIONS, seed: int = 1) -> list[BookUpdate]:
    """Tops of book of a random walk: what signals and risk see."""
    generator = random.Random(f"updates {seed}")
    bid, updates = MID_TICKS, []
    for number in range(count):
        bid += generator.choice((-2, -1, -1, 0, 0, 0, 1, 1, 2))
        quantities = generator.randrange(1, 500), generator.randrange(1, 500)
        updates.append(BookUpdate(number * 1_000, bid, quantities[0], bid + generator.randrange(1, 4), quantities[1]))
    return updates


def own_orders(count: int = OPERATIONS, seed: int = 1) -> list[Order]:
    """Orders of our own near the middle, a few of them too large or too far away."""
    generator = random.Random(f"own {seed}")
    return [
        Order(
            number + 1,
            side := generator.choice((Side.BUY, Side.SELL)),
            OrderType.LIMIT,
            MID_TICKS + side * generator.randrange(-20, 5) if generator.random() < 0.97 else MID_TICKS * 2,  # noqa: PLR2004
            generator.randrange(1, 100) if generator.random() < 0.98 else 50_000,  # noqa: PLR2004
            number * 1_000,
        )
        for number in range(count)
    ]


def fills(count: int = OPERATIONS, seed: int = 1) -> list[Fill]:
    """Make fills of one symbol that open, enlarge, reduce, close and turn a position."""
    generator = random.Random(f"fills {seed}")
    return [
        Fill(
            number * 1_000,
            number + 1,
            generator.choice((Side.BUY, Side.SELL)),
            MID_TICKS + generator.randrange(-50, 50),
            generator.randrange(1, 40),
        )
        for number in range(count)
    ]


def trades(count: int, seed: int = 1) -> list[Trade]:
    """Trades of a session, whose price walks."""
    generator = random.Random(f"trades {seed}")
    price, made = MID_TICKS, []
    for number in range(count):
        price += generator.choice((-1, 0, 0, 1))
        side, quantity = generator.choice((Side.BUY, Side.SELL)), max(1, round(generator.lognormvariate(3.5, 0.9)))
        made.append(Trade(number * 1_000, number, count + number, side, price, quantity))
    return made
