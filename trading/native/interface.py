"""What a native module offers: the kernels of every component, as :mod:`trading.assembly` uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from trading.book import NativeOrderBook, OrderBook
    from trading.fused_pipeline import PipelineKernel
    from trading.ipc import SharedMemoryReceiver, SharedMemorySender
    from trading.memory import OrderMemory, RequestMemory, TradeStore
    from trading.messaging import Channel
    from trading.orders import OrderManager
    from trading.pipeline import Strategy
    from trading.positions import Positions
    from trading.risk import RiskCheck, RiskLimits
    from trading.serialization import Serializer
    from trading.signals import (
        ArrayIndicators,
        BandIndicator,
        ManySymbolIndicators,
        PriceIndicator,
        SignalSource,
        TrendIndicator,
    )
    from trading.strategy import StrategyParameters


class Kernels(Protocol):
    """One build variant of the kernels. Each ``Native*`` makes an object that honours the component's own protocol."""

    VARIANT: str
    """Name of the build variant."""

    def NativeBook(  # noqa: N802 - a class
        self,
        *,
        lock: str = "mutex",
        small_vectors: bool = False,
        order_pool: bool = False,
        prefetch: bool = False,
        simd: bool = False,
    ) -> NativeOrderBook:
        """Make an empty book.

        Parameters
        ----------
        lock
            How threads share it: ``mutex``, ``fast`` (spins, then parks), or ``sequence``, where readers take no lock.
        small_vectors
            Whether a queue has room for 8 orders inside.
        order_pool
            Whether orders and levels come from a free list.
        prefetch
            Whether what is needed next is asked of memory early.
        simd
            Whether levels are added up by vector instructions, where this machine has any.

        Raises
        ------
        ConfigurationError
            There is no such lock.
        """
        ...

    def NativePipeline(  # noqa: N802 - a class
        self,
        book: OrderBook,
        signals: SignalSource,
        strategy: Strategy,
        risk: RiskCheck,
        orders: OrderManager,
        positions: Positions,
        symbol: str,
    ) -> PipelineKernel:
        """Make the loop over native components of the same module."""
        ...

    def NativeMeanReversion(self, parameters: StrategyParameters, symbol: str) -> Strategy:  # noqa: N802 - a class
        """Make the strategy."""
        ...

    def NativeOrderLedger(self, *, order_pool: bool = False) -> OrderManager:  # noqa: N802 - a class
        """Make the keeper of own orders, with a venue on paper behind it."""
        ...

    def NativePositions(self, *, lock: str = "mutex", aligned: bool = False) -> Positions:  # noqa: N802 - a class
        """Make the keeper of positions; the lock is "mutex", "fast" or "sharded"."""
        ...

    def NativeRisk(self, limits: RiskLimits, symbol: str = "SYNTH") -> RiskCheck:  # noqa: N802 - a class
        """Make the pre-trade checks of one symbol."""
        ...

    def NativeJsonSerializer(self) -> Serializer:  # noqa: N802 - a class
        """Make the serializer of JSON text."""
        ...

    def BinarySerializer(self) -> Serializer:  # noqa: N802 - a class
        """Make the serializer of the fixed binary layout."""
        ...

    def NativeOrderMemory(self, *, order_pool: bool = False) -> OrderMemory:  # noqa: N802 - a class
        """Make what orders are made by; with a pool, released orders that nobody holds are handed out again."""
        ...

    def NativeRequestMemory(  # noqa: N802 - a class
        self, *, request_arena: bool = False, small_vectors: bool = False, numa_node: int = -1
    ) -> RequestMemory:
        """Make what gives requests their buffers; an arena's blocks are placed on a node, or anywhere with -1."""
        ...

    def NativeTradeStore(self, *, soa_trades: bool = False) -> TradeStore:  # noqa: N802 - a class
        """Make an empty store of trades, as an array of structures or a structure of arrays."""
        ...

    def prefer_node(self, node: int, /) -> int:
        """Take the calling thread's new pages from a node, or with -1 from where it runs; return 0 or an errno."""
        ...

    def preferred_node(self) -> int:
        """Tell which node the calling thread's new pages come from: -1 for none, -2 where the system does not say."""
        ...

    def NativeChannel(  # noqa: N802 - a class
        self, capacity: int, lock: str = "mutex", ring: str = "none", *, aligned: bool = False
    ) -> Channel[Any]:
        """Make a channel between threads.

        The lock is ``"mutex"`` or ``"fast"``; a ring, ``"many_producers"`` or ``"single_producer"``, has none.
        """
        ...

    def exercise_channel(
        self,
        capacity: int,
        producers: int,
        messages_each: int,
        lock: str = "mutex",
        ring: str = "none",
        *,
        aligned: bool = False,
    ) -> tuple[int, int, int]:
        """Let native threads send through a channel; returns what ``trading.messaging.Throughput`` names."""
        ...

    def record_channel(  # noqa: PLR0913 - a kind of channel takes three
        self,
        capacity: int,
        senders: int,
        receivers: int,
        attempts: int,
        seed: int,
        lock: str = "mutex",
        ring: str = "none",
        *,
        is_closing: bool = False,
        aligned: bool = False,
    ) -> list[tuple[int, int, int, int, int, int]]:
        """Let native threads use a channel at random, and return when each attempt began, ended and how."""
        ...

    def NativeFrameSender(self, descriptor: int) -> SharedMemorySender:  # noqa: N802 - a class
        """Make the sending end of a channel in shared memory."""
        ...

    def NativeFrameReceiver(self, descriptor: int) -> SharedMemoryReceiver:  # noqa: N802 - a class
        """Make the receiving end of a channel in shared memory."""
        ...

    def NativeRelativeStrengthIndex(self, period: int = 14) -> PriceIndicator:  # noqa: N802 - a class
        """Make an RSI."""
        ...

    def NativeMovingAverageConvergenceDivergence(  # noqa: N802 - a class
        self, fast_period: int = 12, slow_period: int = 26, signal_period: int = 9
    ) -> TrendIndicator:
        """Make a MACD."""
        ...

    def NativeBollingerBands(self, period: int = 20, width: float = 2.0) -> BandIndicator:  # noqa: N802 - a class
        """Make Bollinger bands."""
        ...

    def NativeSignalEngine(  # noqa: N802 - a class
        self,
        index_period: int = 14,
        fast_period: int = 12,
        slow_period: int = 26,
        signal_period: int = 9,
        band_period: int = 20,
        band_width: float = 2.0,
    ) -> SignalSource:
        """Make all indicators of one symbol together."""
        ...

    def simd_levels(self) -> tuple[str, ...]:
        """Name the SIMD levels of this processor, the best one last: some of "scalar", "avx2", "avx512"."""
        ...

    def NativeArrayIndicators(self, level: str = "scalar") -> ArrayIndicators:  # noqa: N802 - a class
        """Make indicators of whole series, at a SIMD level or at the "best" one."""
        ...

    def NativeManySymbols(self, symbols: int, level: str = "scalar") -> ManySymbolIndicators:  # noqa: N802 - a class
        """Make indicators of many symbols, at a SIMD level or at the "best" one."""
        ...
