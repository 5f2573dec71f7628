"""Files that may be packed: a path comes in; a stream of unpacked bytes, or one that packs what is written, goes out.

The last suffix decides: ``.xz``, ``.gz`` and ``.zst`` (which needs the extra ``trading[zstd]``) are packed, every other
name is plain.
"""

from __future__ import annotations

import gzip
import io
import lzma
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from typing_extensions import override

from trading.errors import MissingPackageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACKED_SUFFIXES = (".xz", ".gz", ".zst")
"""Suffixes of packed files."""

_CHUNK_BYTES = 16_384


class BrokenZstandardError(Exception):
    """Zstandard data cannot be unpacked."""


UNPACKING_ERRORS = (lzma.LZMAError, zlib.error, EOFError, gzip.BadGzipFile, BrokenZstandardError)
"""What reading from :func:`open_packed` raises where the packed data is broken or cut."""


def open_packed(path: Path) -> BinaryIO:
    """Open a file for reading its unpacked bytes.

    Raises
    ------
    MissingPackageError
        The file ends in ``.zst`` and the package for it is not installed.
    OSError
        The file cannot be opened.
    """
    if path.suffix == ".xz":
        return cast("BinaryIO", lzma.open(path, "rb"))
    if path.suffix == ".gz":
        return cast("BinaryIO", gzip.open(path, "rb"))
    if path.suffix == ".zst":
        zstandard = _zstandard(path)
        return io.BufferedReader(_ZstandardReader(path.open("rb"), zstandard), _CHUNK_BYTES)
    return path.open("rb")


@contextmanager
def create_packed(path: Path) -> Iterator[BinaryIO]:
    """Create a file, packed by its suffix, that appears under its name only when it is complete.

    Until then it is written beside it as ``NAME.partial``, which is removed after an error or an interrupt.

    Raises
    ------
    MissingPackageError
        The file ends in ``.zst`` and the package for it is not installed.
    OSError
        The file cannot be written.
    """
    partial = path.with_name(f"{path.name}.partial")
    try:
        with partial.open("wb") as file, _packing(path, file) as stream:
            yield stream
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _packing(path: Path, file: BinaryIO) -> BinaryIO:
    """Put a packer by the suffix before a file; closing it ends the packed data."""
    if path.suffix == ".xz":
        return cast("BinaryIO", lzma.open(file, "wb"))
    if path.suffix == ".gz":
        # Without name and time the same content gives the same file.
        return cast("BinaryIO", gzip.GzipFile("", "wb", fileobj=file, mtime=0))
    if path.suffix == ".zst":
        return cast("BinaryIO", _zstandard(path).ZstdCompressor().stream_writer(file))
    return file


class _ZstandardReader(io.RawIOBase):
    """Unpacks Zstandard frames; unlike the package's own reader it tells a file that was cut from a whole one."""

    def __init__(self, packed: BinaryIO, zstandard: Any) -> None:
        self._packed = packed
        self._zstandard = zstandard
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._is_inside_frame = False
        self._unpacked = b""

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: Any, /) -> int:
        while not self._unpacked:
            chunk = self._packed.read(_CHUNK_BYTES)
            if not chunk:
                if self._is_inside_frame:
                    raise EOFError("compressed file ended before the end of its last frame")
                return 0
            self._unpacked = self._unpack(chunk)
        taken = self._unpacked[: len(buffer)]
        self._unpacked = self._unpacked[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)

    @override
    def close(self) -> None:
        self._packed.close()
        super().close()

    def _unpack(self, chunk: bytes) -> bytes:
        parts = []
        while chunk:
            try:
                parts.append(self._frame.decompress(chunk))
            except self._zstandard.ZstdError as error:
                raise BrokenZstandardError(str(error)) from error
            self._is_inside_frame = not self._frame.eof
            if self._is_inside_frame:
                break
            chunk = self._frame.unused_data
            self._frame = self._zstandard.ZstdDecompressor().decompressobj()
        return b"".join(parts)


def _zstandard(path: Path) -> Any:
    try:
        import zstandard  # noqa: PLC0415 - an extra: only these files need it
    except ModuleNotFoundError as error:
        raise MissingPackageError(
            f"{path}: a .zst file needs the package zstandard; mend: pip install 'trading[zstd]'"
        ) from error
    return zstandard
