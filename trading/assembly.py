"""Flags in, components out: the only place that names variants.

Each ``build_*`` function takes resolved flags; without them it resolves the deployed flag file and the overlay that the
environment names. A flag whose optimization does not exist, or whose kernels were not built, is refused while flags are
resolved, so no flag that gets here is ignored.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from trading import native
from trading.book import MatchingEngine, PriceTimeBook, RecordedMarket
from trading.flags import resolve
from trading.fused_pipeline import FusedPipeline
from trading.ipc import open_pipe, open_shared_memory
from trading.journal import JournalReader, JournalWriter
from trading.memory import PlainOrderMemory, PlainRequestMemory, TradeList
from trading.messaging import LockedChannel, Throughput, exercise
from trading.orders import OrderLedger, PaperVenue
from trading.pipeline import Components, Pipeline
from trading.platform import CoreAffinity, HotThreads, NodeLocality, node_of_cores
from trading.positions import AverageCostPositions
from trading.recovery import JournaledPipeline, rebuild
from trading.risk import PreTradeRisk, RiskLimits
from trading.serialization import JsonSerializer
from trading.signals import (
    BollingerBands,
    ManySymbols,
    MovingAverageConvergenceDivergence,
    RelativeStrengthIndex,
    SignalEngine,
    over_lists,
)
from trading.strategy import MeanReversion, StrategyParameters

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from trading.book import OrderBook
    from trading.flags import ResolvedFlags
    from trading.ipc import FrameReceiver, FrameSender
    from trading.journal import Journal, SyncPolicy
    from trading.memory import OrderMemory, RequestMemory, TradeStore
    from trading.messaging import Channel
    from trading.native.interface import Kernels
    from trading.orders import OrderManager
    from trading.pipeline import Strategy
    from trading.platform import Placement
    from trading.positions import Positions
    from trading.risk import RiskCheck
    from trading.serialization import Serializer
    from trading.signals import (
        ArrayIndicators,
        BandIndicator,
        ManySymbolIndicators,
        PriceIndicator,
        SignalSource,
        TrendIndicator,
    )

SYSTEM_LIMITS = RiskLimits(maximum_quantity_lots=1_000, maximum_position_lots=500)
"""What the assembled system may risk: small enough that a replay of some length meets the position limit."""


def resolve_flags() -> ResolvedFlags:
    """Resolve the deployed flag file, and the overlay that the environment names.

    Raises
    ------
    FlagError
        A file is broken, a flag unknown, or the set of flags impossible.
    """
    return resolve(os.environ)


def build_book(flags: ResolvedFlags | None = None) -> OrderBook:
    """Build an empty order book of one symbol."""
    flags = _checked(flags)
    if not flags.is_on("native-core"):
        return PriceTimeBook()
    return _kernels(flags).NativeBook(
        lock="sequence" if flags.is_on("lock-free-book") else _lock(flags),
        small_vectors=flags.is_on("small-vectors"),
        order_pool=flags.is_on("order-pool"),
        prefetch=flags.is_on("prefetch"),
        simd=flags.is_on("simd-imbalance"),
    )


def build_matching_engine(flags: ResolvedFlags | None = None) -> MatchingEngine:
    """Build an exchange for one symbol, with an empty book: orders may carry instructions."""
    return MatchingEngine(build_book(flags))


def build_relative_strength_index(flags: ResolvedFlags | None = None) -> PriceIndicator:
    """Build an RSI over 14 prices that has seen none."""
    flags = _checked(flags)
    if flags.is_on("native-core"):
        return _kernels(flags).NativeRelativeStrengthIndex()
    return RelativeStrengthIndex()


def build_moving_average_convergence_divergence(flags: ResolvedFlags | None = None) -> TrendIndicator:
    """Build a MACD over 12, 26 and 9 prices that has seen none."""
    flags = _checked(flags)
    if flags.is_on("native-core"):
        return _kernels(flags).NativeMovingAverageConvergenceDivergence()
    return MovingAverageConvergenceDivergence()


def build_bollinger_bands(flags: ResolvedFlags | None = None) -> BandIndicator:
    """Build bands of two standard deviations over 20 prices that have seen none."""
    flags = _checked(flags)
    if flags.is_on("native-core"):
        return _kernels(flags).NativeBollingerBands()
    return BollingerBands()


def build_signals(flags: ResolvedFlags | None = None) -> SignalSource:
    """Build all indicators of one symbol together.

    One tick fills no lanes: ``simd-indicators`` changes only what works on many prices at once.
    """
    flags = _checked(flags)
    if flags.is_on("native-core"):
        return _kernels(flags).NativeSignalEngine()
    return SignalEngine(
        build_relative_strength_index(flags),
        build_moving_average_convergence_divergence(flags),
        build_bollinger_bands(flags),
    )


def build_array_indicators(flags: ResolvedFlags | None = None) -> ArrayIndicators:
    """Build the indicators of a whole series of prices."""
    flags = _checked(flags)
    if flags.is_on("native-core"):
        return _kernels(flags).NativeArrayIndicators(_simd_level(flags))
    return over_lists


def build_many_symbols(symbols: int, flags: ResolvedFlags | None = None) -> ManySymbolIndicators:
    """Build the indicators of many symbols that tick together, none of which has seen a price."""
    flags = _checked(flags)
    if flags.is_on("native-core"):
        return _kernels(flags).NativeManySymbols(symbols, _simd_level(flags))
    return ManySymbols(symbols)


def build_strategy(flags: ResolvedFlags | None = None) -> Strategy:
    """Build the strategy, with its default parameters, for the symbol that the flags were resolved for."""
    flags = _checked(flags)
    if flags.is_on("native-core"):
        return _kernels(flags).NativeMeanReversion(StrategyParameters(), flags.symbol)
    return MeanReversion(StrategyParameters(), flags.symbol)


def build_risk(flags: ResolvedFlags | None = None, limits: RiskLimits = SYSTEM_LIMITS) -> RiskCheck:
    """Build the pre-trade checks for the symbol that the flags were resolved for."""
    flags = _checked(flags)
    if flags.is_on("native-core"):
        return _kernels(flags).NativeRisk(limits, flags.symbol)
    return PreTradeRisk(limits, flags.symbol)


def build_orders(flags: ResolvedFlags | None = None) -> OrderManager:
    """Build the keeper of own orders, with a venue on paper behind it."""
    flags = _checked(flags)
    if flags.is_on("native-core"):
        return _kernels(flags).NativeOrderLedger(order_pool=flags.is_on("order-pool"))
    return OrderLedger(PaperVenue())


def build_positions(flags: ResolvedFlags | None = None) -> Positions:
    """Build the keeper of positions, all flat."""
    flags = _checked(flags)
    if flags.is_on("native-core"):
        return _kernels(flags).NativePositions(
            lock="sharded" if flags.is_on("lock-free-positions") else _lock(flags),
            aligned=flags.is_on("cache-aligned"),
        )
    return AverageCostPositions()


def build_channel(capacity: int, flags: ResolvedFlags | None = None) -> Channel[Any]:
    """Build an empty channel that holds at most `capacity` messages, between any numbers of threads."""
    flags = _checked(flags)
    if flags.is_on("native-core"):
        ring = "many_producers" if flags.is_on("lock-free-channel") else "none"
        return _kernels(flags).NativeChannel(capacity, _lock(flags), ring, aligned=flags.is_on("cache-aligned"))
    return LockedChannel(capacity)


def build_single_producer_channel(capacity: int, flags: ResolvedFlags | None = None) -> Channel[Any]:
    """Build an empty channel that holds at most `capacity` messages, between one sending and one receiving thread."""
    flags = _checked(flags)
    if flags.is_on("lock-free-channel"):
        return _kernels(flags).NativeChannel(
            capacity, _lock(flags), "single_producer", aligned=flags.is_on("cache-aligned")
        )
    return build_channel(capacity, flags)


def build_channel_exercise(
    capacity: int, producers: int, flags: ResolvedFlags | None = None
) -> Callable[[int], Throughput]:
    """Build what lets so many threads send through a channel: a number of messages each in, their throughput out.

    The threads are native where the channel is, and do without the interpreter; one producer gets the channel for one.
    """
    flags = _checked(flags)
    if not flags.is_on("native-core"):
        return lambda messages_each: exercise(LockedChannel(capacity), producers, messages_each)
    ring = "none"
    if flags.is_on("lock-free-channel"):
        ring = "single_producer" if producers == 1 else "many_producers"
    lock, is_aligned, run = _lock(flags), flags.is_on("cache-aligned"), _kernels(flags).exercise_channel
    return lambda messages_each: Throughput(*run(capacity, producers, messages_each, lock, ring, aligned=is_aligned))


def build_process_channel(flags: ResolvedFlags | None = None) -> tuple[FrameSender, FrameReceiver]:
    """Build an empty channel between processes: its sending and its receiving end."""
    flags = _checked(flags)
    if flags.is_on("shared-memory-ipc"):
        return open_shared_memory(_kernels(flags))
    return open_pipe()


def build_order_memory(flags: ResolvedFlags | None = None) -> OrderMemory:
    """Build what orders are made by."""
    flags = _checked(flags)
    if not flags.is_on("native-core"):
        return PlainOrderMemory()
    return _kernels(flags).NativeOrderMemory(order_pool=flags.is_on("order-pool"))


def build_request_memory(flags: ResolvedFlags | None = None) -> RequestMemory:
    """Build what gives a request its buffers."""
    flags = _checked(flags)
    if not flags.is_on("native-core"):
        return PlainRequestMemory()
    return _kernels(flags).NativeRequestMemory(
        request_arena=flags.is_on("request-arena"),
        small_vectors=flags.is_on("small-vectors"),
        numa_node=node_of_cores(os.sched_getaffinity(0)) if flags.is_on("numa-local") else -1,
    )


def build_trade_store(flags: ResolvedFlags | None = None) -> TradeStore:
    """Build an empty store of trades."""
    flags = _checked(flags)
    if not flags.is_on("native-core"):
        return TradeList()
    return _kernels(flags).NativeTradeStore(soa_trades=flags.is_on("soa-trades"))


def build_platform(flags: ResolvedFlags | None = None) -> Placement:
    """Build what gives hot threads a place of their own; without flags it leaves them where they are."""
    flags = _checked(flags)
    techniques: list[Placement] = []
    if flags.is_on("cpu-affinity"):
        techniques.append(CoreAffinity())
    if flags.is_on("numa-local"):
        techniques.append(NodeLocality(_kernels(flags).prefer_node))
    return HotThreads(*techniques)


def build_serializer(flags: ResolvedFlags | None = None) -> Serializer:
    """Build what turns messages into bytes and back."""
    flags = _checked(flags)
    if not flags.is_on("native-core"):
        return JsonSerializer()
    kernels = _kernels(flags)
    return kernels.BinarySerializer() if flags.is_on("binary-serialization") else kernels.NativeJsonSerializer()


def build_components(flags: ResolvedFlags | None = None, *, is_recorded: bool = False) -> Components:
    """Build every part of a system for the symbol that the flags were resolved for.

    Parameters
    ----------
    flags
        Resolved flags; by default those of the deployed file.
    is_recorded
        Whether the feed is a recording, whose events are facts: the book then gives way to them and matches nothing.
    """
    flags = _checked(flags)
    book = build_book(flags)
    return Components(
        symbol=flags.symbol,
        market=RecordedMarket(book) if is_recorded else book,
        book=book,
        signals=build_signals(flags),
        strategy=build_strategy(flags),
        risk=build_risk(flags),
        orders=build_orders(flags),
        positions=build_positions(flags),
    )


def build_pipeline(
    flags: ResolvedFlags | None = None,
    *,
    is_recorded: bool = False,
    clock: Callable[[], int] | None = None,
    is_fused: bool = True,
) -> Pipeline | FusedPipeline:
    """Build a whole system.

    Parameters
    ----------
    flags, is_recorded
        As for :func:`build_components`.
    clock
        Gives nanoseconds; each component is timed by it. Without one nothing is timed.
    is_fused
        Whether native components may be run by one native loop, where nothing has to be timed or kept between them.
    """
    flags = _checked(flags)
    parts = build_components(flags, is_recorded=is_recorded)
    if flags.is_on("native-core") and is_fused and clock is None and not is_recorded:
        kernel = _kernels(flags).NativePipeline(
            parts.book, parts.signals, parts.strategy, parts.risk, parts.orders, parts.positions, parts.symbol
        )
        return FusedPipeline(parts, kernel)
    return Pipeline(parts, clock)


def build_journal(
    path: Path, clock: Callable[[], int], policy: SyncPolicy | None = None, flags: ResolvedFlags | None = None
) -> Journal:
    """Open a journal, a new one or one that is there, for appending; without a policy every record is made durable."""
    return JournalWriter(path, clock, policy, build_serializer(flags).format_name)


def build_journaled_pipeline(
    path: Path, journal: Journal, flags: ResolvedFlags | None = None, *, is_recorded: bool = False
) -> JournaledPipeline:
    """Build a whole system in the state that a journal leads to, and that goes on writing it.

    Parameters
    ----------
    path
        The journal's file.
    journal
        The same journal, open for appending.
    flags, is_recorded
        As for :func:`build_components`; the same as when the journal was begun.
    """
    serializer = build_serializer(flags)
    append, encode = journal.append, serializer.encode
    system = JournaledPipeline(
        build_components(flags, is_recorded=is_recorded), lambda message: append(encode(message))
    )
    with JournalReader(path, serializer.format_name) as reader:
        system.restore(map(serializer.decode, reader))
    return system


def rebuild_pipeline(path: Path, flags: ResolvedFlags | None = None, *, is_recorded: bool = False) -> Pipeline:
    """Build a whole system in the state that a journal leads to; the file is only read, and may be torn."""
    serializer = build_serializer(flags)
    with JournalReader(path, serializer.format_name) as reader:
        return rebuild(map(serializer.decode, reader), build_components(flags, is_recorded=is_recorded))


def _kernels(flags: ResolvedFlags) -> Kernels:
    """Return the native module that was built as the flags ask."""
    return native.load(native.variant_of(flags.on))


def _lock(flags: ResolvedFlags) -> str:
    """Name the native lock that the flags ask for."""
    return "fast" if flags.is_on("fast-lock") else "mutex"


def _checked(flags: ResolvedFlags | None) -> ResolvedFlags:
    """Resolve flags where none are given: even a component with one variant refuses an impossible set of them."""
    return flags if flags is not None else resolve_flags()


def _simd_level(flags: ResolvedFlags) -> str:
    """Name the SIMD level of indicators over many prices: the best one that the processor has, or none."""
    return "best" if flags.is_on("simd-indicators") else "scalar"
