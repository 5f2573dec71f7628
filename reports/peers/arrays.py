"""Indicators over a whole series of prices at once: ours and those of PyPI, each indicator a comparison.

An operation is the whole series, so a round has few of them, and its p99 is the slowest one.
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from reports.peers.admission import Admitted, admit, is_installed
from reports.peers.indicators import BANDS, MACD, RSI, SETTLED_TICKS, TOLERANCE, prices_of_ticks
from reports.peers.records import Absent, Comparison, Participant
from reports.peers.states import VERSION
from trading import assembly
from trading.signals import over_lists

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from reports.peers.records import Call
    from reports.peers.states import State

CALLS_A_ROUND = 20
_MACD_PERIODS = {"fast_period": 12, "slow_period": 27, "signal_period": 9}
LONGEST_SERIES = 100_000


def compare(states: Sequence[State | Absent], events: int) -> list[Comparison]:
    """Prepare one comparison an indicator, over half as many prices as the order flow has events."""
    count = min(LONGEST_SERIES, max(events // 2, 4 * SETTLED_TICKS))
    prices = np.array(prices_of_ticks(count))
    return [
        Comparison(
            kind="arrays",
            title=f"{name}, {count:,} prices at once",
            note=(
                "Native ones get an array of doubles, plain Python a list. The p99 of so few calls is the slowest one."
                + (" Periods 12, 27, 9: for 12 and 26 tulipy rounds the weights." if name == MACD else "")
            ),
            operations=("whole series",) * CALLS_A_ROUND,
            participants=_participants(name, states, prices),
            difference=difference,
        )
        for name in (RSI, MACD, BANDS)
    ]


def participant(
    name: str,
    version: str,
    compute: Callable[[Any], Any],
    prices: NDArray[np.float64] | list[float],
    *,
    is_ours: bool = False,
) -> Participant:
    """Make a participant of a function that takes a whole series."""

    def start() -> Iterator[list[Call]]:
        yield [partial(compute, prices)] * CALLS_A_ROUND

    def answers() -> list[NDArray[np.float64]]:
        found = compute(prices)
        series = found if isinstance(found, tuple) else (found,)
        # A package may leave the warm-up out; the ends are aligned, and only what has settled is compared.
        return [np.asarray(values, dtype=float)[SETTLED_TICKS - len(prices) :] for values in series]

    return Participant(name, version, is_ours, start, answers)


def difference(ours: Sequence[NDArray[np.float64]], theirs: Sequence[NDArray[np.float64]]) -> str:
    """Say where the first value differs by more than the tolerance."""
    for line, (own, other) in enumerate(zip(ours, theirs, strict=False)):
        if len(own) != len(other):
            return f"line {line} has {len(other):,} values, ours {len(own):,}"
        wrong = ~np.isclose(own, other, rtol=TOLERANCE, atol=TOLERANCE)
        if wrong.any():
            place = int(wrong.argmax())
            return f"line {line}, {place} prices after the warm-up: ours {own[place]!r}, theirs {other[place]!r}"
    return ""


def _participants(
    name: str, states: Sequence[State | Absent], prices: NDArray[np.float64]
) -> tuple[Participant | Absent, ...]:
    found: list[Participant | Absent] = []
    for state in states:
        if isinstance(state, Absent):
            found.append(state)
            continue
        indicators = _our_arrays(state)
        if indicators is None:
            found.append(Absent(state.name, "the assembly builds no indicators over arrays yet", is_ours=True))
            continue
        kinds: dict[str, Callable[[Any], Any]] = {
            RSI: indicators.relative_strength_index,
            MACD: partial(indicators.moving_average_convergence_divergence, **_MACD_PERIODS),
            BANDS: indicators.bollinger_bands,
        }
        given = prices if state.flags.on else prices.tolist()
        found.append(participant(state.name, VERSION, kinds[name], given, is_ours=True))
    for distribution, open_package in ((_ta_lib_distribution(), _ta_lib), ("newtulipy", _tulipy)):
        admitted = admit(distribution, partial(open_package, name))
        if isinstance(admitted, Admitted):
            found.append(participant(admitted.name, admitted.version, admitted.opened, prices))
        else:
            found.append(admitted)
    return tuple(found)


def _our_arrays(state: State) -> Any:
    """Build indicators over arrays; the plain ones are a module, which needs no building."""
    build = getattr(assembly, "build_array_indicators", None)
    if build is not None:
        return build(state.flags)
    return None if state.flags.on else over_lists


def _ta_lib_distribution() -> str:
    """Name the distribution that the module talib is of: TA-Lib's own, or the faster fork that takes its place."""
    return "ta-lib-takt" if is_installed("ta-lib-takt") else "TA-Lib"


def _ta_lib(name: str) -> Callable[[NDArray[np.float64]], Any]:
    package = import_module("talib")
    kinds: dict[str, Callable[[Any], Any]] = {
        RSI: lambda prices: package.RSI(prices, timeperiod=14),
        MACD: lambda prices: package.MACD(prices, fastperiod=12, slowperiod=27, signalperiod=9)[:2],
        BANDS: lambda prices: package.BBANDS(prices, timeperiod=20, nbdevup=2.0, nbdevdn=2.0)[::-1],
    }
    return kinds[name]


def _tulipy(name: str) -> Callable[[NDArray[np.float64]], Any]:
    package = import_module("tulipy")
    kinds: dict[str, Callable[[Any], Any]] = {
        RSI: lambda prices: package.rsi(prices, period=14),
        MACD: lambda prices: package.macd(prices, short_period=12, long_period=27, signal_period=9)[:2],
        BANDS: lambda prices: package.bbands(prices, period=20, stddev=2.0),
    }
    return kinds[name]
