"""Memory on the node of the thread that uses it (flag numa-local): what a hot thread allocates is near its core.

The node is that of the cores which the thread may use, so it has to be pinned first: memory is near a thread only for
as long as the thread stays.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from trading.platform.interface import Notice
from trading.platform.topology import SYSTEM, memory_nodes, node_of_cores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FLAG = "numa-local"
_CALLING_THREAD = 0
_ANY_NODE = -1


class NodeLocality:
    """Keeps a hot thread's new memory on its node; see :class:`trading.platform.interface.Placement`.

    Parameters
    ----------
    prefer_node
        Takes the calling thread's new pages from a node, or with -1 from where it runs; returns 0 or an errno.
    system
        Where the machine tells of its nodes.
    """

    def __init__(self, prefer_node: Callable[[int], int], system: Path = SYSTEM) -> None:
        self._prefer_node = prefer_node
        self._system = system

    @contextmanager
    def hot_thread(self, name: str) -> Iterator[tuple[Notice, ...]]:
        """Let the calling thread's memory come from its own node."""
        nodes = memory_nodes(self._system)
        if len(nodes) < 2:  # noqa: PLR2004 - a choice needs two
            yield (_nothing("the machine has one node of memory: there is nothing to gain, nothing was done"),)
            return
        node = node_of_cores(os.sched_getaffinity(_CALLING_THREAD), self._system)
        if node < 0:
            yield (_nothing(f'"{name}" may run on several nodes: no memory is near it, nothing was done'),)
            return
        failure = self._prefer_node(node)
        if failure:
            yield (_nothing(f'the system refused memory of node {node} for "{name}": {os.strerror(failure)}'),)
            return
        try:
            text = f'"{name}" takes its memory from node {node} of {", ".join(map(str, nodes))}'
            yield (Notice(FLAG, is_active=True, text=text),)
        finally:
            self._prefer_node(_ANY_NODE)


def _nothing(text: str) -> Notice:
    return Notice(FLAG, is_active=False, text=text)
