"""The folder that the site is written to: only what changed, each file at once, and nothing outside of it."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Final

from tailgate.errors import ReportError

MANIFEST: Final = ".tailgate-site.json"
"""Lists what was written here, so that only this is ever removed. It also marks the folder as ours."""


class SiteFolder:
    """One output folder.

    Parameters
    ----------
    path
        Made where it is missing.

    Raises
    ------
    ReportError
        The folder holds files of somebody else, or cannot be written to.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ReportError(f"{path} is no folder to write a site to: {error.strerror}") from error
        manifest = path / MANIFEST
        if not manifest.is_file() and any(path.glob("*.html")):
            raise ReportError(
                f"{path} holds pages that tailgate did not write; mend: name an empty folder with --output"
            )
        self._before = _read_manifest(manifest)
        self._kept: set[str] = set()
        self.written = 0

    @property
    def path(self) -> Path:
        """Where the site is."""
        return self._path

    def has(self, name: str) -> bool:
        """Whether an earlier build has written a file and it is still there."""
        return name in self._before and (self._path / name).is_file()

    def keep(self, name: str) -> None:
        """Say that a file of an earlier build still belongs to the site as it is."""
        self._kept.add(name)

    def write(self, name: str, content: str | bytes) -> int:
        """Write one file, unless it has this content already.

        Parameters
        ----------
        name
            Relative, with forward slashes; made of slugs by whoever calls.

        Returns
        -------
        int
            Size in bytes.
        """
        parts = PurePosixPath(name).parts
        if not parts or name.startswith("/") or any(part in {"..", "."} for part in parts):
            raise ReportError(f"{name!r} leads out of the site's folder")
        data = content.encode("utf-8") if isinstance(content, str) else content
        self._kept.add(name)
        path = self._path / name
        if not _has_content(path, data):
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
            partial.write_bytes(data)
            partial.replace(path)
            self.written += 1
        return len(data)

    def adopt(self, names: set[str], written: int) -> None:
        """Take over what another process has written into the same folder."""
        self._kept |= names
        self.written += written

    @property
    def names(self) -> set[str]:
        """What belongs to the site so far."""
        return set(self._kept)

    def finish(self) -> None:
        """Remove what an earlier build wrote and this one did not, and note what there is now."""
        for name in self._before - self._kept:
            with suppress(FileNotFoundError):
                (self._path / name).unlink()
        partial = self._path / f"{MANIFEST}.{os.getpid()}.partial"
        partial.write_text(json.dumps(sorted(self._kept)), encoding="utf-8")
        partial.replace(self._path / MANIFEST)


def mark(path: Path) -> None:
    """Mark a folder as one that a site is being written to, before its first file."""
    if not (path / MANIFEST).exists():
        (path / MANIFEST).write_text("[]", encoding="utf-8")


def _has_content(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def _read_manifest(path: Path) -> set[str]:
    """Return the names of a manifest; a damaged one lists nothing, so that nothing is removed by mistake."""
    try:
        names = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return set()
    if not isinstance(names, list):
        return set()
    # It lies in a folder that others may write to: a name that leads out of it is none.
    return {name for name in names if isinstance(name, str) and ".." not in name and not name.startswith("/")}
