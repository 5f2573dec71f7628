"""The benchmarks of an asv suite, as asv_runner finds them, and the modules of it that cannot be imported here.

In: the benchmark folder. Out: asv's own benchmark objects of the types ``latency`` and ``time``. Unlike asv's discovery
one broken module does not end the search: an old commit may lack what a new benchmark needs, and the others must still
be measured.
"""

from __future__ import annotations

import importlib
import itertools
import pkgutil
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from asv_runner._aux import update_sys_path
from asv_runner.benchmarks._base import _get_first_attr
from asv_runner.discovery import disc_benchmarks

from asv_bench_tailgate.recorder import best_recorder
from asv_bench_tailgate.repeat import Repeater

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from asv_bench_tailgate.replay import Replayer

UNPINNED_CORES = 2
"""What a ``time_*`` benchmark wants without saying: it may start threads, so it is not pinned to one core."""


@dataclass(frozen=True, slots=True)
class BrokenModule:
    """A module of the suite that does not import in this environment."""

    module: str
    error: str
    traceback: str


class Suite:
    """The ``latency_*`` and ``time_*`` benchmarks of one folder.

    Parameters
    ----------
    folder
        asv's ``benchmark_dir``; its parent is not put on the import path (asv does the same).
    """

    def __init__(self, folder: Path) -> None:
        update_sys_path(str(folder))
        self.broken = tuple(_import_all(folder.name))
        found = disc_benchmarks(folder.name, ignore_import_errors=bool(self.broken))
        # asv's benchmark objects are untyped.
        self._benchmarks: dict[str, Any] = {item.name: item for item in found if item.type in {"latency", "time"}}

    def describe(self, kind: str = "latency") -> list[dict[str, Any]]:
        """Say what there is to measure: one entry per benchmark and parameter set, in asv's order.

        Parameters
        ----------
        kind
            asv's type, ``latency`` or ``time``.
        """
        return [
            {
                "name": benchmark.name,
                "parameters": list(parameters),
                "index": index,
                "timeout_s": benchmark.timeout,
                "version": str(benchmark.version),
                "cores": _cores(benchmark),
            }
            for benchmark in self._benchmarks.values()
            if benchmark.type == kind
            for index, parameters in enumerate(itertools.product(*benchmark.params))
        ]

    def select(self, name: str, index: int) -> Any:
        """Return one of asv's benchmark objects with one parameter set chosen.

        Raises
        ------
        KeyError
            There is no such benchmark here.
        """
        benchmark = self._benchmarks[name]
        benchmark.set_param_idx(index)
        return benchmark


def replayer_of(benchmark: Any) -> Replayer | Repeater:
    """Return what replays a benchmark that is set up."""
    if benchmark.type == "time":
        return Repeater(benchmark, best_recorder())
    replayer: Replayer = benchmark.replayer()
    return replayer


def _cores(benchmark: Any) -> int:
    if benchmark.type == "latency":
        return int(benchmark.cores)
    return int(_get_first_attr(benchmark._attr_sources, "cores", UNPINNED_CORES))  # noqa: SLF001 - asv has no other


def _import_all(package: str) -> Iterator[BrokenModule]:
    """Import a package and everything below it; yield what fails, by module."""
    try:
        module = importlib.import_module(package)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a module may raise anything; it is reported, not hidden
        yield BrokenModule(package, f"{type(error).__name__}: {error}", traceback.format_exc())
        return
    for _, name, _ in pkgutil.iter_modules(getattr(module, "__path__", []), f"{package}."):
        yield from _import_all(name)
