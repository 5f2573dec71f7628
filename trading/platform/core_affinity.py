"""Hot threads on cores of their own (flag cpu-affinity): a thread's name comes in, and it runs pinned for a while.

Cores are taken from those that the process may use at all (taskset, cgroups), a physical core each, from the highest
number down: interrupts and other programs tend to be on the lowest. One core always stays with everything else.
"""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from trading.platform.interface import Notice
from trading.platform.topology import SYSTEM, siblings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import TypeAlias

    Get: TypeAlias = Callable[[int], set[int]]
    Set: TypeAlias = Callable[[int, set[int]], None]

FLAG = "cpu-affinity"
_CALLING_THREAD = 0
_SYSTEM_GET: Get | None = getattr(os, "sched_getaffinity", None)
_SYSTEM_SET: Set | None = getattr(os, "sched_setaffinity", None)


class CoreAffinity:
    """Pins threads; see :class:`trading.platform.interface.Placement`.

    Parameters
    ----------
    system
        Where the machine tells which logical cores share a physical one.
    get_affinity, set_affinity
        The system's calls; None where it has none.
    """

    def __init__(
        self,
        system: Path = SYSTEM,
        get_affinity: Get | None = _SYSTEM_GET,
        set_affinity: Set | None = _SYSTEM_SET,
    ) -> None:
        self._system = system
        self._get = get_affinity
        self._set = set_affinity
        self._taken: dict[int, str] = {}
        self._choosing = threading.Lock()

    @property
    def taken(self) -> dict[int, str]:
        """Which cores are taken now, and by which threads."""
        with self._choosing:
            return dict(self._taken)

    @contextmanager
    def hot_thread(self, name: str) -> Iterator[tuple[Notice, ...]]:
        """Pin the calling thread to a core that no other hot thread has."""
        if self._get is None or self._set is None:
            yield (_nothing("this system cannot pin threads; nothing was done"),)
            return
        before = self._get(_CALLING_THREAD)
        core, reason = self._take(name, before)
        if core is None:
            yield (_nothing(reason),)
            return
        try:
            try:
                self._set(_CALLING_THREAD, {core})
            except OSError as error:
                yield (_nothing(f'the system refused to pin "{name}" to core {core}: {error.strerror}'),)
                return
            try:
                yield (Notice(FLAG, is_active=True, text=f'"{name}" runs on core {core} of {_listed(before)}'),)
            finally:
                self._set(_CALLING_THREAD, before)
        finally:
            with self._choosing:
                del self._taken[core]

    def _take(self, name: str, allowed: set[int]) -> tuple[int | None, str]:
        """Choose a core, or say why there is none."""
        if len(allowed) == 1:
            return None, f'"{name}" may use core {_listed(allowed)} only: there is nothing to gain, nothing was done'
        with self._choosing:
            free = sorted(allowed - self._taken.keys(), reverse=True)
            if len(free) < 2:  # noqa: PLR2004 - one core stays with everything else
                threads = ", ".join(f'"{taken}"' for taken in self._taken.values())
                return None, f'no core is left for "{name}" beside {threads}; nothing was done'
            # A physical core that nobody has, if there is one; sort() keeps the order of numbers within both kinds.
            free.sort(key=lambda core: bool(siblings(core, self._system) & self._taken.keys()))
            self._taken[free[0]] = name
            return free[0], ""


def _nothing(text: str) -> Notice:
    return Notice(FLAG, is_active=False, text=text)


def _listed(cores: set[int]) -> str:
    return ", ".join(map(str, sorted(cores)))
