"""Flag sets that can be run: names of flags come in, resolved flags with everything that they require go out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trading.flag_catalogue import CATALOGUE, IMPLEMENTED
from trading.flags import FlagSource, FlagState, ResolvedFlags

if TYPE_CHECKING:
    from collections.abc import Iterable

FLAGS = {flag.name: flag for flag in CATALOGUE}
RUNNABLE = tuple(flag.name for flag in CATALOGUE if flag.name in IMPLEMENTED)


def with_requirements(names: Iterable[str]) -> frozenset[str]:
    """Add to a set of flags what they require, and what that requires."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += FLAGS[name].requires
    return frozenset(found)


def resolved(names: Iterable[str], symbol: str = "SYNTH") -> ResolvedFlags:
    """Make the flags as :func:`trading.flags.resolve` would, with these and what they require switched on."""
    on = with_requirements(names)
    states = tuple(
        FlagState(flag, flag.name in on, FlagSource.DEPLOYED, has_rollout=False, is_implemented=True)
        for flag in CATALOGUE
    )
    return ResolvedFlags(symbol, states, on)
