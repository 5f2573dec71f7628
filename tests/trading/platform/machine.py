"""A folder like /sys/devices/system: nodes with their cores, and which cores are siblings, come in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


def make_machine(folder: Path, nodes: Mapping[int, str], siblings: Sequence[str] = ()) -> Path:
    """Write the files; each entry of `siblings` is the list of one physical core, such as ``0,4``."""
    (folder / "node").mkdir(parents=True)
    (folder / "node" / "has_memory").write_text(",".join(map(str, nodes)) + "\n")
    for node, cores in nodes.items():
        (folder / "node" / f"node{node}").mkdir()
        (folder / "node" / f"node{node}" / "cpulist").write_text(cores + "\n")
    for cores in siblings:
        for core in cores.split(","):
            topology = folder / "cpu" / f"cpu{core}" / "topology"
            topology.mkdir(parents=True)
            (topology / "thread_siblings_list").write_text(cores + "\n")
    return folder
