"""Where hot threads run and where their memory lies, as far as the machine offers a choice."""

from __future__ import annotations

from trading.platform.core_affinity import CoreAffinity
from trading.platform.hot_threads import HotThreads
from trading.platform.interface import Notice, Placement
from trading.platform.node_locality import NodeLocality
from trading.platform.topology import SYSTEM, memory_nodes, node_of_cores

__all__ = [
    "SYSTEM",
    "CoreAffinity",
    "HotThreads",
    "NodeLocality",
    "Notice",
    "Placement",
    "memory_nodes",
    "node_of_cores",
]
