"""What Linux tells of cores and nodes of memory: a folder like ``/sys/devices/system`` in, sets of numbers out.

A machine that has no such folder, or a container that hides it, has nothing to tell: the answer is empty then.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from trading.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

SYSTEM = Path("/sys/devices/system")
"""Where Linux shows them."""

_LIST = re.compile(r"\d+(-\d+)?(,\d+(-\d+)?)*")


def memory_nodes(system: Path = SYSTEM) -> dict[int, frozenset[int]]:
    """Return the cores of each node that has memory, by the node's number; empty where the machine does not say.

    Raises
    ------
    ConfigurationError
        A file is there and cannot be understood.
    """
    with_memory = _numbers(system / "node" / "has_memory")
    return {node: _numbers(system / "node" / f"node{node}" / "cpulist") for node in sorted(with_memory)}


def node_of_cores(cores: AbstractSet[int], system: Path = SYSTEM) -> int:
    """Return the node that all of these cores belong to; -1 where they lie on several, or there is no choice."""
    nodes = memory_nodes(system)
    homes = [node for node, its_cores in nodes.items() if cores & its_cores]
    return homes[0] if len(nodes) > 1 and len(homes) == 1 and cores <= nodes[homes[0]] else -1


def siblings(core: int, system: Path = SYSTEM) -> frozenset[int]:
    """Return the logical cores that share one physical core, this one included."""
    return _numbers(system / "cpu" / f"cpu{core}" / "topology" / "thread_siblings_list") | {core}


def _numbers(path: Path) -> frozenset[int]:
    """Read a list such as ``0-3,8``."""
    try:
        text = path.read_text(encoding="ascii").strip()
    except OSError:
        return frozenset()
    if not text:
        return frozenset()
    if not _LIST.fullmatch(text):
        raise ConfigurationError(f'{path}: "{text:.40}" is no list of numbers such as 0-3,8')
    ranges = (part.partition("-") for part in text.split(","))
    return frozenset(number for first, _, last in ranges for number in range(int(first), int(last or first) + 1))
