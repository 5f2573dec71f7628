"""Everything an object holds, however deep, as plain values that can be compared."""

from __future__ import annotations

from collections import deque
from typing import Any


def deep_state(value: Any, seen: dict[int, int] | None = None) -> Any:
    """Return nested tuples and plain values; what was met before, such as a reference back, is a number."""
    seen = {} if seen is None else seen
    if value is None or isinstance(value, int | float | str | bytes) or callable(value):
        return repr(value) if isinstance(value, float) else None if callable(value) else value
    if id(value) in seen:
        return f"object {seen[id(value)]}"
    seen[id(value)] = len(seen)
    if isinstance(value, dict):
        # Order counts: it is a queue's priority.
        return tuple((deep_state(key, seen), deep_state(held, seen)) for key, held in value.items())
    if isinstance(value, tuple | list | deque):
        return type(value).__name__, tuple(deep_state(held, seen) for held in value)
    if isinstance(value, frozenset | set):
        return tuple(sorted(map(repr, value)))
    return type(value).__name__, _held(value, seen)


def _held(value: Any, seen: dict[int, int]) -> Any:
    state = getattr(value, "state", None)
    if callable(state):
        # What a native object holds cannot be looked into, so it tells it: in objects that are gone afterwards, so that
        # their identities say nothing about what is met later.
        return deep_state(state())
    names = [name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())]
    names += vars(value) if hasattr(value, "__dict__") else ()
    if not names and not any("__slots__" in vars(kind) for kind in type(value).__mro__):
        raise TypeError(f"{type(value).__name__} shows nothing of what it holds; give it a method state()")
    return tuple((name, deep_state(getattr(value, name), seen)) for name in names if hasattr(value, name))
