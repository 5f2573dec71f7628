"""One environment a commit: built side by side, kept for the next run, never shared by two runs at once.

In: commits. Out: :class:`BuiltEnvironment`. A *slot* is a folder with one asv environment and its cache of wheels; a
commit goes to the slot that holds it already, or replaces the least recently used one. A slot is locked for the whole
run, so a gate that runs beside another takes other slots.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from tailgate.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tailgate.records import Revision, Side

SLOTS = 6
"""Environments kept on disk; about 100 MB each."""

LOG_TAIL_LINES = 40

STOP_TIMEOUT_S = 10.0
"""How long a build may take to end the commands that it has started."""

SOURCE_SUFFIXES = {".py", ".pyx", ".pyi", ".toml", ".c", ".h", ".hpp", ".cpp"}
GENERATED_SUFFIXES = {".c", ".cpp"}


@dataclass(frozen=True, slots=True)
class BuiltEnvironment:
    """An environment in which one commit is installed.

    Attributes
    ----------
    python
        Path of its interpreter.
    """

    revision: Revision
    python: Path


@dataclass(frozen=True, slots=True)
class Slot:
    """A locked folder for one environment."""

    folder: Path
    lock: FileLock

    @property
    def state_file(self) -> Path:
        """Says which commit is installed, and by which recipe."""
        return self.folder / "slot.json"


class EnvironmentPool:
    """Builds commits with asv, two at once, and remembers them.

    Parameters
    ----------
    folder
        Where slots live.
    asv_config
        Path of asv.conf.json.
    variables
        Environment variables of every build, beside those of this process. A folder belongs to one set of them: asv's
        cache of wheels does not know them.
    """

    def __init__(self, folder: Path, asv_config: Path, variables: Mapping[str, str] | None = None) -> None:
        self._folder = folder
        self._asv_config = asv_config
        self._variables = dict(variables or {})
        self._slots: list[Slot] = []

    def build(
        self, revisions: Mapping[Side, Revision], announce: Callable[[Side, str], None]
    ) -> dict[Side, BuiltEnvironment]:
        """Build every side, all at once.

        Parameters
        ----------
        announce
            Told of each side's state: ``cached``, ``building``, ``built``, ``failed``.

        Raises
        ------
        BuildError
            A side could not be built; the message holds the end of its log.
        """
        recipe = self._recipe()
        built: dict[Side, BuiltEnvironment] = {}
        running: dict[Side, tuple[Slot, subprocess.Popen[bytes]]] = {}
        try:
            for side, revision in revisions.items():
                slot = self._take_slot(revision.commit, recipe)
                ready = _installed(slot, revision.commit, recipe)
                if ready is not None:
                    announce(side, "cached")
                    built[side] = BuiltEnvironment(revision, ready)
                    slot.state_file.touch()
                    continue
                announce(side, "building")
                running[side] = (slot, self._start_build(slot, revision.commit, recipe))
            for side, (slot, process) in running.items():
                process.wait()
                if process.returncode != 0:
                    announce(side, "failed")
                    raise BuildError(
                        _build_failure(side, revisions[side], slot.folder / "build.log", process.returncode),
                        revisions[side].commit,
                    )
                state = {"commit": revisions[side].commit, "recipe": recipe, "built_at": time.time()}
                slot.state_file.write_text(json.dumps(state), encoding="utf-8")
                python = _installed(slot, revisions[side].commit, recipe)
                if python is None:
                    raise BuildError(f"asv built {revisions[side].short} but left no interpreter in {slot.folder}")
                announce(side, "built")
                built[side] = BuiltEnvironment(revisions[side], python)
        finally:
            for _, process in running.values():
                _stop(process)
        return built

    def close(self) -> None:
        """Give the slots back."""
        while self._slots:
            self._slots.pop().lock.release()

    def _take_slot(self, commit: str, recipe: str) -> Slot:
        """Lock the slot that has the commit, else an empty one, else the least recently used of those not in use."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for folder in sorted(self._candidates(), key=lambda item: self._preference(item, commit, recipe)):
            folder.mkdir(exist_ok=True)
            lock = FileLock(folder / "slot.lock")
            with contextlib.suppress(Timeout):
                lock.acquire(blocking=False)
                slot = Slot(folder, lock)
                self._slots.append(slot)
                return slot
        raise BuildError(f"all environments in {self._folder} are in use by other runs; wait for one to finish")

    def _candidates(self) -> Iterator[Path]:
        existing = [path for path in self._folder.iterdir() if path.is_dir() and path.name.startswith("slot-")]
        yield from existing
        # Beyond SLOTS only where every other one is locked: a run beside others is not refused.
        for number in range(len(existing) + 2):
            path = self._folder / f"slot-{number}"
            if path not in existing:
                yield path

    def _preference(self, folder: Path, commit: str, recipe: str) -> tuple[int, float]:
        state = _read_json(folder / "slot.json")
        if state.get("commit") == commit and state.get("recipe") == recipe:
            return (0, 0.0)
        if not folder.exists():
            number = int(folder.name.removeprefix("slot-"))
            return (1 if number < SLOTS else 3, float(number))
        modified = (folder / "slot.json").stat().st_mtime if (folder / "slot.json").exists() else 0.0
        return (2, modified)

    def _start_build(self, slot: Slot, commit: str, recipe: str) -> subprocess.Popen[bytes]:
        if _read_json(slot.state_file).get("recipe") != recipe:
            # asv sees that its commands changed, but not that a local folder they install did.
            for status in slot.folder.glob("*/asv-install-status.json"):
                status.unlink()
        slot.state_file.unlink(missing_ok=True)
        with (slot.folder / "build.log").open("wb") as log:
            return subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "tailgate.measure.asv_environment",
                    f"--config={self._asv_config}",
                    f"--folder={slot.folder.resolve()}",
                    f"--commit={commit}",
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self._asv_config.parent,
                # An activated environment, such as a nox session's, would be taken for the one to install into.
                env={name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONHOME"}}
                | self._variables,
                start_new_session=True,  # Ctrl-C is handled here; builds are told to end
            )

    def _recipe(self) -> str:
        """Hash what decides how an environment is made: asv.conf.json, Python, and the local folders it installs."""
        digest = hashlib.sha256(f"{sys.version}\n{sorted(self._variables.items())}\n".encode())
        text = self._asv_config.read_bytes()
        digest.update(text)
        for name in re.findall(r"(?:\{conf_dir\}|(?<=[\s\"]))/[\w./-]+", text.decode("utf-8", "replace")):
            folder = Path(name.replace("{conf_dir}", str(self._asv_config.parent)))
            if not (folder / "pyproject.toml").is_file():
                continue
            for path in sorted(folder.rglob("*")):
                if path.suffix not in SOURCE_SUFFIXES or "build" in path.relative_to(folder).parts:
                    continue
                if path.is_file() and not _is_generated(path):
                    digest.update(path.name.encode() + path.read_bytes())
        return digest.hexdigest()


def _is_generated(path: Path) -> bool:
    """Whether a build wrote this file, from Cython: what a build leaves behind may not cause another one."""
    return path.suffix in GENERATED_SUFFIXES and path.with_suffix(".pyx").exists()


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End a build that nobody needs any more; nothing happens to one that has ended."""
    process.terminate()
    try:
        process.wait(timeout=STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _installed(slot: Slot, commit: str, recipe: str) -> Path | None:
    state = _read_json(slot.state_file)
    if state.get("commit") != commit or state.get("recipe") != recipe:
        return None
    python = _read_json(slot.folder / "environment.json").get("python")
    return Path(python) if python and Path(python).exists() else None


def _read_json(path: Path) -> dict[str, Any]:
    """Read a small state file; an unreadable one counts as absent, since everything here can be built again."""
    try:
        loaded = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return loaded if isinstance(loaded, dict) else {}


def _build_failure(side: Side, revision: Revision, log: Path, code: int) -> str:
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    tail = "\n".join(f"    {line}" for line in lines[-LOG_TAIL_LINES:])
    return (
        f"the {side} {revision.short} ({revision.label}) could not be built (exit code {code}); "
        f"the end of its log:\n{tail}\n  whole log: {log}"
    )
