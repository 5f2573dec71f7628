"""Writes reports so that a reader sees the old one or the new one, never a half."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tailgate.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable


def write_text(text: str, path: Path) -> None:
    """Write one file whole.

    Raises
    ------
    ConfigurationError
        When it cannot be written there; what was at ``path`` is untouched.
    """
    try:
        _replace(path, text.encode("utf-8"))
    except OSError as error:
        raise _unwritable(path, error) from error


def write_bytes(content: bytes, path: Path) -> None:
    """Write one file of bytes whole; raises as ``write_text``."""
    try:
        _replace(path, content)
    except OSError as error:
        raise _unwritable(path, error) from error


def write_folder(files: Iterable[tuple[str, str]], path: Path, suffix: str) -> None:
    """Write a folder of files whole; one that an earlier export left there is replaced.

    Parameters
    ----------
    files
        Name and text of each.
    suffix
        Of all their names: what ends otherwise is not ours, and a folder that holds it is left alone.

    Raises
    ------
    ConfigurationError
        When it cannot be written there, or something else is there; what was at ``path`` is untouched.
    """
    try:
        _refuse_others(path, suffix)
        _replace_folder(path, files)
    except OSError as error:
        raise _unwritable(path, error) from error


def _refuse_others(path: Path, suffix: str) -> None:
    if not path.exists():
        return
    others = [entry.name for entry in path.iterdir() if not entry.name.endswith(suffix)] if path.is_dir() else [path]
    if others:
        raise ConfigurationError(
            f"{path} is not a folder of *{suffix} files only, so it is not replaced; mend: name a new folder"
        )


def _replace_folder(path: Path, files: Iterable[tuple[str, str]]) -> None:
    folder = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    old = folder / "old"
    try:
        new = folder / "new"
        new.mkdir()
        for name, text in files:
            (new / name).write_text(text, encoding="utf-8")
        if path.exists():
            path.rename(old)
        try:
            new.rename(path)
        except OSError:
            if old.exists():
                old.rename(path)
            raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _replace(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        # mkstemp makes files private; a report is as readable as any other new file.
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def _umask() -> int:
    # The only way to read it is to set it.
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _unwritable(path: Path, error: OSError) -> ConfigurationError:
    return ConfigurationError(f"the report {path} cannot be written ({error.strerror}); mend: name a writable place")
