"""What the profile-guided build is trained on: a native module and a number of events come in, work is done with it."""

from __future__ import annotations

import random
import sys
from array import array
from itertools import product
from math import nan
from typing import TYPE_CHECKING

from trading.book import pack_events
from trading.feed import generate
from trading.ipc import open_shared_memory
from trading.records import BookUpdate, Order, OrderType, Side, Signal, Trade
from trading.risk import RiskLimits
from trading.strategy import StrategyParameters

if TYPE_CHECKING:
    from trading.native.interface import Kernels
    from trading.orders import OrderManager
    from trading.positions import Positions
    from trading.records import FeedEvent

_SEED = 20_261_122
_SYMBOLS = 64


def replay(kernels: Kernels, events: int) -> None:
    """Put every kernel to work as a replay of a recorded feed does."""
    _replay_books(kernels, list(generate(events // 6, _SEED)))
    for has_pool in (False, True):
        for lock in ("mutex", "fast", "sharded"):
            orders = kernels.NativeOrderLedger(order_pool=has_pool)
            _trade(kernels, orders, kernels.NativePositions(lock=lock, aligned=has_pool), events // 6)
    _run_systems(kernels, list(generate(events, _SEED)))
    _serialize(kernels, events)
    _use_memory(kernels, events)
    _send_between_threads(kernels, events // 24)
    _send_between_processes(kernels, events // 6)
    _compute_signals(kernels, events)


def _trade(kernels: Kernels, orders: OrderManager, positions: Positions, events: int) -> None:
    """Answer every event with an own order: check it, send it, book what it brings; now and then a limit is met."""
    risk = kernels.NativeRisk(RiskLimits(maximum_position_lots=2_000))
    fills = []
    for number, event in enumerate(generate(events, _SEED)):
        price_ticks = event.price_ticks or 1
        top = BookUpdate(event.time_ns, price_ticks - 1, event.quantity_lots, price_ticks, event.quantity_lots)
        risk.on_update(top)
        lots = number % 97 + 1 if number % 50 else 50_000
        order = Order(number, event.side, OrderType(number % 2), price_ticks, lots, event.time_ns)
        if risk.check(order) is not None:
            continue
        risk.on_sent(order)
        for fill in orders.send(order, top):
            positions.apply(fill)
            risk.on_fill(fill)
            fills.append(fill)
        risk.on_closed(order.order_id)
    positions.apply_streams([fills, [fill._replace(symbol="OTHER") for fill in fills]])


def _replay_books(kernels: Kernels, feed: list[FeedEvent]) -> None:
    """Let each make of the book see the feed event by event, read as a system reads, and once more in one batch."""
    packed = pack_events(feed)
    for lock in ("mutex", "fast", "sequence"):
        for is_plain in (True, False):
            others = {"small_vectors": not is_plain, "order_pool": not is_plain, "prefetch": not is_plain}
            book = kernels.NativeBook(lock=lock, simd=not is_plain, **others)
            for event in feed:
                book.apply(event)
                book.top(event.time_ns)
                book.imbalance(5)
            for number, side in enumerate(Side):
                for price_ticks, _ in book.depth(side, 10):
                    book.submit(Order(-1 - number, side, OrderType.LIMIT, price_ticks, 10, 0))
                    book.reduce(-1 - number, 4)
                    book.execute(-1 - number, 2)
                    book.cancel(-1 - number)
            kernels.NativeBook(lock=lock, simd=not is_plain, **others).run(packed)


def _run_systems(kernels: Kernels, feed: list[FeedEvent]) -> None:
    """Run whole systems: fused, event by event and in a batch, and with the loop over the components in Python."""
    packed = pack_events(feed)
    for lock in ("mutex", "fast", "sequence"):
        for is_driven in (False, True):
            book = kernels.NativeBook(lock=lock)
            signals, risk = kernels.NativeSignalEngine(), kernels.NativeRisk(RiskLimits())
            strategy = kernels.NativeMeanReversion(StrategyParameters(), "SYNTH")
            orders, positions = kernels.NativeOrderLedger(), kernels.NativePositions()
            system = kernels.NativePipeline(book, signals, strategy, risk, orders, positions, "SYNTH")
            if not is_driven:
                system.run(feed)
                continue
            half = len(feed) // 2
            for event in feed[:half]:
                system.on_event(event)
                top = book.top(event.time_ns)
                strategy.decide(signals.on_update(top), top)
            system.run_packed(packed[len(packed) // len(feed) * half :])


def _serialize(kernels: Kernels, events: int) -> None:
    """Write and read what crosses processes most: events, orders, and now and then a signal."""
    signal = Signal(0, 48.75, -0.25, 0.125, 9_990.5, 10_000.0, 10_009.5, nan)
    for serializer in (kernels.NativeJsonSerializer(), kernels.BinarySerializer()):
        encode, decode = serializer.encode, serializer.decode
        for event in generate(events // 4, _SEED):
            decode(encode(event))
            decode(encode(_order(event)))
            if event.time_ns % 4 == 0:
                decode(encode(signal))


def _use_memory(kernels: Kernels, events: int) -> None:
    """Make orders and give them back, serve requests, and keep and add up trades."""
    for has_technique in (False, True):
        orders = kernels.NativeOrderMemory(order_pool=has_technique)
        requests = kernels.NativeRequestMemory(request_arena=has_technique, small_vectors=True)
        trades = kernels.NativeTradeStore(soa_trades=has_technique)
        for event in generate(events // 4, _SEED):
            orders.release(orders.acquire(*_order(event)))
            for _ in range(4):
                requests.acquire(16 + event.quantity_lots % 100)
            requests.reset()
            lots = max(1, event.quantity_lots)
            trades.append(Trade(event.time_ns, 1, event.order_id, event.side, event.price_ticks, lots))
        for _ in range(8):
            _ = trades.average_price_ticks, trades.net_volume_lots


def _order(event: FeedEvent) -> Order:
    order_type = OrderType.LIMIT if event.price_ticks else OrderType.MARKET
    return Order(event.order_id, event.side, order_type, event.price_ticks, event.quantity_lots, event.time_ns)


def _send_between_threads(kernels: Kernels, messages: int) -> None:
    """Send through each kind of channel, as threads that keep up with each other do."""
    for lock, ring, aligned in product(("mutex", "fast"), ("none", "many_producers", "single_producer"), (False, True)):
        channel = kernels.NativeChannel(256, lock, ring, aligned=aligned)
        for number in range(messages):
            channel.try_send(number)
            channel.send(number)
            channel.receive()
            channel.try_receive()
        kernels.exercise_channel(256, 1, messages, lock, ring, aligned=aligned)


def _send_between_processes(kernels: Kernels, frames: int) -> None:
    """Send frames of an order's length and of others through shared memory, where the system has it."""
    if sys.platform != "linux":
        return
    sender, receiver = open_shared_memory(kernels, 1 << 16)
    frame = bytes(256)
    for number in range(frames):
        sender.try_send(frame[: 32 + number % 16 * 8])
        receiver.try_receive()
        sender.send(frame[:48])
        receiver.receive_view()
    sender.close()
    receiver.close()


def _compute_signals(kernels: Kernels, ticks: int) -> None:
    """Compute signals tick by tick, over the series that the ticks were, and of many symbols at once."""
    generator = random.Random(_SEED)  # noqa: S311 - a seeded walk
    index, trend, bands = (
        kernels.NativeRelativeStrengthIndex(),
        kernels.NativeMovingAverageConvergenceDivergence(),
        kernels.NativeBollingerBands(),
    )
    engine = kernels.NativeSignalEngine()
    bid, prices = 10_000, array("d")
    for tick in range(ticks):
        bid += generator.choice((-1, 0, 0, 0, 1))
        ask_quantity = generator.randrange(1, 500) if tick % 50 else 0
        engine.on_update(BookUpdate(tick, bid, generator.randrange(1, 500), bid + 1, ask_quantity))
        index.update(bid)
        trend.update(bid)
        bands.update(bid)
        prices.append(bid)
    for level in kernels.simd_levels():
        over = kernels.NativeArrayIndicators(level)
        over.relative_strength_index(prices)
        over.moving_average_convergence_divergence(prices)
        over.bollinger_bands(prices)
        many, values = kernels.NativeManySymbols(_SYMBOLS, level), array("d", bytes(8 * 6 * _SYMBOLS))
        for first in range(0, ticks - _SYMBOLS, _SYMBOLS):
            many.update_many(prices[first : first + _SYMBOLS], values)
