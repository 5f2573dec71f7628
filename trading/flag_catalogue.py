"""The catalogue of flags: one frozen record for each optimization of the roadmap.

Nothing comes in. Out go ``CATALOGUE`` (every flag, in the order of the roadmap's phases) and ``IMPLEMENTED`` (the names
of the flags whose optimization exists in this commit). What is switched on is not said here but in ``flags.json``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flag:
    """One optimization that can be switched on.

    Attributes
    ----------
    name
        The key in the flag files.
    phase
        The phase of the roadmap, ``"2.1"``.
    description
        What is replaced, and by what.
    claim
        The roadmap's own figure, quoted and not measured; empty where it makes none.
    components
        Names of the folders of ``trading`` whose work the flag changes; ``*`` stands for all that have native kernels.
    requires
        Names of the flags that must be on as well.
    supersedes
        Names of flags that lose their effect in the components which both touch. Both may be on.
    excludes
        Names of flags that must be off.
    needs_native
        Whether the optimization lives in a compiled module.
    """

    name: str
    phase: str
    description: str
    claim: str
    components: tuple[str, ...]
    requires: tuple[str, ...] = ("native-core",)
    supersedes: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    needs_native: bool = True


# No flag excludes another today: the last phase of the roadmap runs with all of them on, and a test holds that.
CATALOGUE: tuple[Flag, ...] = (
    Flag(
        name="native-core",
        phase="0",
        description="the plain-Python reference -> plain C++20 kernels",
        claim="",
        components=("*",),
        requires=(),
    ),
    Flag(
        name="fast-lock",
        phase="1.1",
        description="std::mutex -> a one-byte lock that spins, then parks",
        claim="+20 % where locks dominate",
        components=("book", "positions", "messaging"),
    ),
    Flag(
        name="optimized-build",
        phase="1.2",
        description="-O2 -> -O3, link-time optimization and a wider instruction set",
        claim="+5-10 % overall",
        components=("*",),
    ),
    Flag(
        name="inline-hot-paths",
        phase="1.3",
        description="out-of-line calls -> forced inlining of the hot functions",
        claim="+5-15 %",
        components=("*",),
    ),
    Flag(
        name="small-vectors",
        phase="1.4",
        description="std::vector -> inline storage for up to 8 elements",
        claim="-30 % allocations",
        components=("book", "memory"),
    ),
    Flag(
        name="lock-free-book",
        phase="2.1",
        description="a locked book -> one writer, and readers that never block",
        claim="5x throughput, 3x lower latency",
        components=("book",),
        supersedes=("fast-lock",),
    ),
    Flag(
        name="lock-free-positions",
        phase="2.2",
        description="one lock around all positions -> a sharded or lock-free map",
        claim="2x",
        components=("positions",),
        supersedes=("fast-lock",),
    ),
    Flag(
        name="lock-free-channel",
        phase="2.3",
        description="a mutex and condition queue -> bounded rings (one or many producers)",
        claim="+50 % messages",
        components=("messaging",),
        supersedes=("fast-lock",),
    ),
    Flag(
        name="simd-indicators",
        phase="3.1",
        description="scalar RSI, MACD and Bollinger bands -> SIMD, chosen at run time, with a scalar fallback",
        claim="5-10x",
        components=("signals",),
    ),
    Flag(
        name="simd-imbalance",
        phase="3.2",
        description="scalar sums over the book's levels -> SIMD sums",
        claim="10x",
        components=("signals", "book"),
    ),
    Flag(
        name="soa-trades",
        phase="3.3",
        description="an array of trade structures -> a structure of arrays",
        claim="3x vectorization",
        components=("memory",),
    ),
    Flag(
        name="binary-serialization",
        phase="4.1",
        description="JSON -> a fixed binary layout",
        claim="15x",
        components=("serialization",),
    ),
    Flag(
        name="shared-memory-ipc",
        phase="4.2",
        description="a pipe between processes -> a memory-mapped ring that is read without a copy",
        claim="100x",
        components=("ipc",),
        # The reader lays a view over the ring; only a fixed layout can be read in place.
        requires=("native-core", "binary-serialization"),
    ),
    Flag(
        name="order-pool",
        phase="4.3",
        description="new and delete for each order -> a free list",
        claim="-80 % allocations",
        components=("book", "orders", "memory"),
    ),
    Flag(
        name="request-arena",
        phase="4.4",
        description="many small allocations a request -> a monotonic buffer, reset after it",
        claim="-90 % overhead",
        components=("memory",),
    ),
    Flag(
        name="cache-aligned",
        phase="5.1",
        description="packed counters -> counters on cache lines of their own (64 bytes)",
        claim="+20 % with threads",
        components=("messaging", "positions"),
    ),
    Flag(
        name="prefetch",
        phase="5.2",
        description="no hint -> a prefetch of the next level or order",
        claim="+10 % sequential",
        components=("book",),
    ),
    Flag(
        name="pgo-build",
        phase="6.1",
        description="no profile -> a build guided by the profile of a recorded feed",
        claim="+5-15 %",
        components=("*",),
        # The profile is recorded on, and applied to, the sources as the optimized build compiles them.
        requires=("native-core", "optimized-build"),
    ),
    Flag(
        name="cpu-affinity",
        phase="6.2",
        description="the scheduler's choice of core -> hot threads pinned to cores",
        claim="-30 % p99.9",
        components=("platform",),
        # The operating system's call is reached from Python: plain Python threads can be pinned as well.
        requires=(),
        needs_native=False,
    ),
    Flag(
        name="numa-local",
        phase="6.3",
        description="memory wherever it was first touched -> memory on the node of the thread that uses it",
        claim="+20 % on multi-socket",
        components=("platform", "memory"),
        # Memory near a thread is near it only for as long as the thread stays.
        requires=("native-core", "cpu-affinity"),
    ),
)

IMPLEMENTED: frozenset[str] = frozenset(flag.name for flag in CATALOGUE)
"""Names of the flags whose optimization exists in this commit. A flag that is not here is refused when it is on."""
