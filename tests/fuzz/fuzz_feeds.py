"""Fuzzes the feed readers for a number of seconds: ``python -m tests.fuzz.fuzz_feeds 600``.

With atheris installed the search is guided by coverage; without it, valid files are mutated at random. A crash is any
exception but the typed errors: it is raised, and the bytes that led to it are saved in the working directory.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from tests.fuzz.feed_target import NAMES, read_and_replay, valid_itch, valid_lobster

_MOST_CHANGES = 8


def main() -> None:
    """Fuzz until the time is over."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    with tempfile.TemporaryDirectory() as folder:
        try:
            atheris = import_module("atheris")
        except ModuleNotFoundError:
            _mutate(seconds, Path(folder))
        else:
            _guide(atheris, seconds, Path(folder))


def _guide(atheris: Any, seconds: float, folder: Path) -> None:
    def one_input(data: bytes) -> None:
        if data:
            read_and_replay(data[1:], NAMES[data[0] % len(NAMES)], folder)

    atheris.instrument_all()
    atheris.Setup([sys.argv[0], f"-max_total_time={seconds:.0f}"], one_input)
    atheris.Fuzz()


def _mutate(seconds: float, folder: Path) -> None:
    generator = random.Random(time.time_ns())
    valid = {"feed.csv": valid_lobster(), "feed.itch": valid_itch()}
    runs = events = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        name = generator.choice(list(valid))
        content = _mutated(valid[name], generator)
        try:
            events += read_and_replay(content, name, folder)[0]
        except BaseException:
            saved = Path(f"crash-{name}")
            saved.write_bytes(content)
            click.echo(f"crash after {runs:,} runs, bytes saved in {saved}", err=True)
            raise
        runs += 1
    click.echo(f"{runs:,} files, {events:,} events, no crash")


def _mutated(content: bytes, generator: random.Random) -> bytes:
    changed = bytearray(content * generator.randint(1, 3))
    for _ in range(generator.randint(1, _MOST_CHANGES)):
        place = generator.randrange(len(changed))
        match generator.randrange(4):
            case 0:
                changed[place] = generator.randrange(256)
            case 1:
                changed[place] ^= 1 << generator.randrange(8)
            case 2:
                del changed[place : place + generator.randint(1, 20)]
            case _:
                changed[place:place] = generator.randbytes(generator.randint(1, 20))
        if not changed:
            break
    return bytes(changed)


if __name__ == "__main__":
    main()
