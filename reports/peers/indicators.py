"""Indicators tick by tick: the same prices through ours and through those of PyPI, each indicator a comparison.

An indicator agrees if its values are ours once the ways of starting an average no longer matter. Where a package has
fewer values (a MACD without its signal line), those that it has are compared.
"""

from __future__ import annotations

import math
import random
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from reports.peers.admission import Admitted, admit
from reports.peers.records import Absent, Comparison, Participant
from reports.peers.states import VERSION
from trading import assembly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from reports.peers.records import Call
    from reports.peers.states import State

SETTLED_TICKS = 1_000
"""After so many prices the differences in how averages are started have decayed below the tolerance."""
TOLERANCE = 1e-6
"""Largest difference between two values, relative to the larger one or to 1."""
CHUNK_TICKS = 500

RSI, MACD, BANDS = "RSI", "MACD", "Bollinger bands"

Values: TypeAlias = dict[str, float]


class Ticker(NamedTuple):
    """An indicator of whatever package, fresh.

    Attributes
    ----------
    bind
        Makes the call that takes one price.
    read
        Takes what that call returned, and names the values after it.
    """

    bind: Callable[[float], Call]
    read: Callable[[Any], Values]


def prices_of_ticks(count: int) -> list[float]:
    """Make a seeded random walk in half ticks, as mid prices are."""
    generator = random.Random("prices of ticks")  # noqa: S311 - reproducible, not secret
    price = 10_000.0
    prices = []
    for _ in range(count):
        price += generator.choice((-1.0, -0.5, 0.0, 0.5, 1.0))
        prices.append(price)
    return prices


def compare(states: Sequence[State | Absent], events: int) -> list[Comparison]:
    """Prepare one comparison an indicator, over a tenth as many ticks as the order flow has events."""
    prices = prices_of_ticks(max(events // 10, 4 * SETTLED_TICKS))
    return [
        Comparison(
            kind="indicators",
            title=f"{name}, one tick",
            note=f"{len(prices):,} prices, one call a price.{remark}",
            operations=("update",) * len(prices),
            participants=_participants(name, states, prices),
            difference=difference,
        )
        for name, remark in (
            (RSI, ""),
            (MACD, " nautilus_trader's has no signal line and returns nothing: its value is read apart, untimed."),
            (BANDS, " The values of nautilus_trader are read apart, untimed."),
        )
    ]


def participant(
    name: str, version: str, make: Callable[[], Ticker], prices: Sequence[float], *, is_ours: bool = False
) -> Participant:
    """Make a participant of whatever makes fresh indicators."""

    def start() -> Iterator[list[Call]]:
        bind = make().bind
        for first in range(0, len(prices), CHUNK_TICKS):
            yield [bind(price) for price in prices[first : first + CHUNK_TICKS]]

    def answers() -> list[Values]:
        bind, read = make()
        return [read(bind(price)()) for price in prices][SETTLED_TICKS:]

    return Participant(name, version, is_ours, start, answers)


def difference(ours: Sequence[Values], theirs: Sequence[Values]) -> str:
    """Say where the first value differs by more than the tolerance."""
    if len(ours) != len(theirs):
        return f"{len(theirs)} ticks were answered, by ours {len(ours)}"
    for number, (own, other) in enumerate(zip(ours, theirs, strict=True)):
        for name in own.keys() & other.keys():
            if not math.isclose(own[name], other[name], rel_tol=TOLERANCE, abs_tol=TOLERANCE):
                return f"{name} {number} ticks after the warm-up: ours {own[name]!r}, theirs {other[name]!r}"
    return ""


def _participants(
    name: str, states: Sequence[State | Absent], prices: Sequence[float]
) -> tuple[Participant | Absent, ...]:
    found: list[Participant | Absent] = []
    for state in states:
        if isinstance(state, Absent):
            found.append(state)
        else:
            found.append(participant(state.name, VERSION, partial(_ours, name, state), prices, is_ours=True))
    for distribution, open_package in (("nautilus_trader", _nautilus), ("talipp", _talipp)):
        admitted = admit(distribution, partial(open_package, name))
        if isinstance(admitted, Admitted):
            found.append(participant(admitted.name, admitted.version, admitted.opened, prices))
        else:
            found.append(admitted)
    return tuple(found)


def _ours(name: str, state: State) -> Ticker:
    if name == RSI:
        update_index = assembly.build_relative_strength_index(state.flags).update
        return Ticker(lambda price: partial(update_index, price), lambda result: {"value": result})
    if name == MACD:
        update_trend = assembly.build_moving_average_convergence_divergence(state.flags).update
        return Ticker(lambda price: partial(update_trend, price), partial(_named, ("value", "signal")))
    update_bands = assembly.build_bollinger_bands(state.flags).update
    return Ticker(lambda price: partial(update_bands, price), partial(_named, ("lower", "middle", "upper")))


def _named(names: Sequence[str], values: Sequence[float]) -> Values:
    return dict(zip(names, values, strict=True))


def _nautilus(name: str) -> Callable[[], Ticker]:
    package = import_module("nautilus_trader.indicators")
    # Wilder's averages, as everybody else's RSI has; the default would be another indicator.
    kinds: dict[str, Callable[[], Any]] = {
        RSI: lambda: package.RelativeStrengthIndex(14, package.MovingAverageType.WILDER),
        MACD: lambda: package.MovingAverageConvergenceDivergence(12, 26),
        BANDS: lambda: package.BollingerBands(20, 2.0),
    }
    make = kinds[name]
    make()

    def ticker() -> Ticker:
        indicator = make()
        update = indicator.update_raw
        if name == BANDS:
            return Ticker(
                lambda price: partial(update, price, price, price),
                lambda _: {"lower": indicator.lower, "middle": indicator.middle, "upper": indicator.upper},
            )
        scale = 100.0 if name == RSI else 1.0
        return Ticker(lambda price: partial(update, price), lambda _: {"value": scale * indicator.value})

    return ticker


def _talipp(name: str) -> Callable[[], Ticker]:
    package = import_module("talipp.indicators")
    kinds: dict[str, Callable[[], Any]] = {
        RSI: lambda: package.RSI(14),
        MACD: lambda: package.MACD(12, 26, 9),
        BANDS: lambda: package.BB(20, 2.0),
    }
    fields: dict[str, dict[str, str]] = {
        MACD: {"value": "macd", "signal": "signal"},
        BANDS: {"lower": "lb", "middle": "cb", "upper": "ub"},
    }

    def ticker() -> Ticker:
        indicator = kinds[name]()

        def read(_: object) -> Values:
            last = indicator[-1]
            if last is None:
                return {}
            return (
                {key: getattr(last, field) for key, field in fields[name].items()} if name != RSI else {"value": last}
            )

        return Ticker(lambda price: partial(indicator.add, price), read)

    return ticker
