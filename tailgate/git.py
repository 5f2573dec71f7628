"""Runs git: arguments in, its output out. The one place that knows how git is called.

Argument lists only, never a shell; no terminal to ask at, and messages in English, since some are read.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Git:
    """git in one folder.

    Attributes
    ----------
    folder
        Where it runs.
    """

    folder: Path

    def run(self, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
        """Return what git prints, without the white space at both ends.

        Raises
        ------
        subprocess.CalledProcessError
            git says no; ``stderr`` says why.
        FileNotFoundError
            git is not installed.
        """
        return self.read(*arguments, environment=environment).strip()

    def read(self, *arguments: str, environment: Mapping[str, str] | None = None, given: str | None = None) -> str:
        """Return what git prints, to the letter; ``given`` is what it reads from its standard input."""
        command = ["git", *arguments]
        finished = subprocess.run(
            command,
            cwd=self.folder,
            # Without optional locks `git status` leaves the index alone, and waits for nobody who is using it.
            env={**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", **(environment or {})},
            stdin=subprocess.DEVNULL if given is None else None,
            input=None if given is None else given.encode("utf-8", "backslashreplace"),
            capture_output=True,
            check=False,
        )
        # Decoded by hand: text mode would turn the line ends of a file into others.
        out, err = (stream.decode("utf-8", "replace") for stream in (finished.stdout, finished.stderr))
        if finished.returncode != 0:
            raise subprocess.CalledProcessError(finished.returncode, command, out, err)
        return out

    def attempt(self, *arguments: str) -> str | None:
        """Return what git prints; ``None`` when it says no."""
        try:
            return self.run(*arguments)
        except subprocess.CalledProcessError:
            return None
