"""Runs one ``latency_*`` benchmark without timing it, for tools that count instead.

Starts as ``python -m asv_bench_tailgate.count``. In: the benchmark and its parameters. Out: a JSON file. A fresh
process each time, since a count is to repeat exactly: the benchmark is set up, warmed up, and one replay is counted.

- under valgrind's callgrind (``--count instructions``): that replay stands between callgrind's marks;
- with memray (``--count memory``): that replay runs under its tracker;
- by itself (``--count nothing``): that replay only runs, and the process says how much memory it ever held;
- under a sampling profiler (``--count replays``): replays run for some seconds, and are counted.
"""

from __future__ import annotations

import argparse
import gc
import json
import re
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asv_bench_tailgate.suite import Suite
from asv_bench_tailgate.worker import die_with_parent

if TYPE_CHECKING:
    from collections.abc import Callable

    from asv_bench_tailgate.replay import Replayer

WARM_UP_REPLAYS = 2
"""The first one pays for unspecialised bytecode and first imports, the second one settles what they left."""

KIBIBYTE = 1024

MOST_TURNS = 6
"""Short operations on a state that is dear to build are looked at for so many times longer, and no more."""


class CountError(Exception):
    """It cannot be counted here; the message names the cause and the mend."""


def main() -> int:
    """Count; return 0, 1 with a message on stderr, or 3 where the benchmark does not exist in this state."""
    parser = argparse.ArgumentParser(description="Counts one latency_* benchmark for tailgate; started by it.")
    parser.add_argument("--benchmarks", type=Path, required=True, help="asv's benchmark folder")
    parser.add_argument("--name", required=True, help="asv's name of the benchmark")
    parser.add_argument("--index", type=int, default=0, help="which of its parameter sets")
    parser.add_argument("--count", choices=sorted(COUNTERS), default="nothing")
    parser.add_argument("--output", type=Path, required=True, help="the JSON file to write")
    parser.add_argument("--borrow", type=Path, help="a folder with memray, where this environment has none")
    parser.add_argument("--seconds", type=float, default=1.0, help="how long operations run, for --count replays")
    parser.add_argument("--stacks", type=Path, help="folded stacks to write, for --count memory")
    arguments = parser.parse_args()
    die_with_parent()
    benchmark = Suite(arguments.benchmarks).select(arguments.name, arguments.index)
    benchmark.set_cache(benchmark.do_setup_cache())
    if benchmark.do_setup():
        sys.stderr.write("setup raised NotImplementedError or the parameters are skipped\n")
        return 3
    if arguments.borrow is not None:
        # At the end of the path, and after the suite was imported: only what is found nowhere else comes from there.
        sys.path.append(str(arguments.borrow))
    replayer = benchmark.replayer()
    for _ in range(WARM_UP_REPLAYS):
        replayer.replay()
    try:
        counts = COUNTERS[arguments.count](replayer, arguments)
    except CountError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    counts["resident_bytes"] = peak_resident_bytes()
    arguments.output.write_text(json.dumps(counts), encoding="ascii")
    benchmark.do_teardown()
    return 0


def peak_resident_bytes() -> int:
    """Return the most memory that this process ever held.

    Linux counts into ``ru_maxrss`` what the process that started this one held (getrusage(2): it outlives an exec), so
    the peak of the address space is read (proc(5), ``VmHWM``), which begins with it.
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        status = ""
    found = re.search(r"^VmHWM:\s*(\d+) kB$", status, re.MULTILINE)
    return KIBIBYTE * (int(found[1]) if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def count_nothing(replayer: Replayer, _arguments: argparse.Namespace) -> dict[str, int]:
    """Run one replay."""
    return {"operations": replayer.count(_call_all)}


def count_replays(replayer: Replayer, arguments: argparse.Namespace) -> dict[str, int]:
    """Replay until the operations have run for some seconds; whoever looks on sees them below ``call_operations``."""
    calls, spent_s = 0, 0.0

    def call_operations(operation: Callable[[Any], object], inputs: list[Any], _lead_in: int) -> None:
        started = time.monotonic()
        for value in inputs:
            operation(value)
        nonlocal calls, spent_s
        calls += len(inputs)
        spent_s += time.monotonic() - started

    end = time.monotonic() + MOST_TURNS * arguments.seconds
    while spent_s < arguments.seconds and time.monotonic() < end:
        replayer.count(call_operations)
    return {"operations": calls}


def count_instructions(replayer: Replayer, _arguments: argparse.Namespace) -> dict[str, int]:
    """Run one replay between callgrind's marks; callgrind itself writes what it counted.

    Raises
    ------
    CountError
        There are no marks on this kind of processor, or no native recorder.
    """
    try:
        from asv_bench_tailgate import _recorder  # noqa: PLC0415 - absent where there was no compiler
    except ImportError as error:
        raise CountError("the probe was built without a C compiler, so it cannot mark what callgrind counts") from error
    if not _recorder.can_mark:
        raise CountError("callgrind's marks are known for x86-64 only")
    return {"operations": replayer.count(_recorder.count)}


def count_memory(replayer: Replayer, arguments: argparse.Namespace) -> dict[str, int]:
    """Run one replay under memray's tracker: every allocation, those of Python's allocators included.

    What these request from the C library in turn is not seen, so that what is left is what native code requests.

    Raises
    ------
    CountError
        memray is not here.
    """
    try:
        import memray  # noqa: PLC0415 - not a dependency: where it is missing, this one measure is
    except ImportError as error:
        raise CountError(f"memray cannot be imported ({error})") from error
    # Python reuses the tuples and lists that importing left behind, more of them where bytecode had to be compiled.
    # A full collection lets go of them: what is counted does not depend on what was in a cache.
    gc.collect()
    released = {memray.AllocatorType.FREE, memray.AllocatorType.MUNMAP, memray.AllocatorType.PYMALLOC_FREE}
    python = {
        memray.AllocatorType.PYMALLOC_MALLOC,
        memray.AllocatorType.PYMALLOC_CALLOC,
        memray.AllocatorType.PYMALLOC_REALLOC,
    }
    with tempfile.TemporaryDirectory(prefix="tailgate-memray-") as folder:
        path = Path(folder) / "allocations"

        def tracked(operation: Callable[[Any], object], inputs: list[Any], lead_in: int) -> None:
            _call_all(operation, inputs[:lead_in], 0)
            with memray.Tracker(path, trace_python_allocators=True):
                _call_all(operation, inputs[lead_in:], 0)

        operations = replayer.count(tracked)
        counts = {"operations": operations, "allocations": 0, "native_allocations": 0}
        stacks: Counter[str] = Counter()
        with memray.FileReader(path) as reader:
            for record in reader.get_allocation_records():
                if record.allocator in released:
                    continue
                counts["allocations"] += 1
                counts["native_allocations"] += record.allocator not in python
                if arguments.stacks is not None:
                    stacks[_folded(record.stack_trace(), record.allocator in python)] += 1
            counts["peak_bytes"] = int(reader.metadata.peak_memory)
    if arguments.stacks is not None:
        lines = (f"{stack} {count}\n" for stack, count in sorted(stacks.items()))
        arguments.stacks.write_text("".join(lines), encoding="utf-8", errors="backslashreplace")
    return counts


def _folded(frames: list[tuple[str, str, int]], is_python: bool) -> str:  # noqa: FBT001 - private, named at its one call
    """Put a stack, innermost frame first, on one line: what is below the loop over operations, outermost first."""
    below = []
    for function, file, _line in frames:
        if function == _call_all.__name__ and Path(file).name == Path(__file__).name:
            break
        below.append(f"{function} ({Path(file).name})".replace(";", ":"))
    return ";".join([*reversed(below), "Python's allocator" if is_python else "the C library's allocator"])


def _call_all(operation: Callable[[Any], object], inputs: list[Any], _lead_in: int) -> None:
    for value in inputs:
        operation(value)


COUNTERS = {
    "nothing": count_nothing,
    "replays": count_replays,
    "instructions": count_instructions,
    "memory": count_memory,
}

if __name__ == "__main__":
    sys.exit(main())
