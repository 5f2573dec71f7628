"""Codec of latencies: a float64 matrix [replays, operations] to a few kilobytes and back, and the profile beside it.

Within a replay only the distribution is kept: the values are sorted, counted in steps of 0.1 ns (finer than any clock
that was read, so nothing measured is lost) and written as differences. The clock advances in steps of its own, so most
differences are 0 and the rest repeat: after splitting the bytes of the differences into planes, zlib leaves little. A
matrix of 16 replays of 4,000 operations, 512,000 bytes, takes 1,300 to 5,000 with a 10 ns clock and
operations of 0.1 to 1 µs.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

QUANTUM_NS: Final = 0.1
"""Resolution of what is kept, nanoseconds."""

_FORMAT: Final = 1
# Format, bytes a difference, replays, operations.
_HEADER: Final = struct.Struct("<BBII")
# Values beyond these are no latencies (28 years), and their count of steps would leave int64's exact range in float64.
_LARGEST_NS: Final = 2.0**53 * QUANTUM_NS
_COMPRESSION: Final = 6


def encode_distribution(latency_ns: NDArray[np.float64]) -> bytes:
    """Encode the distribution of each replay.

    Parameters
    ----------
    latency_ns
        Shape (replays, operations), nanoseconds, finite; may be negative by the recorder's subtracted cost.

    Returns
    -------
    bytes
        What ``decode_distribution`` takes.

    Raises
    ------
    ValueError
        When the shape is not two-dimensional or a value is not finite.
    """
    if latency_ns.ndim != 2:  # noqa: PLR2004 - a matrix
        raise ValueError(f"latencies have {latency_ns.ndim} dimensions, not (replays, operations)")
    if not bool(np.all(np.abs(latency_ns) < _LARGEST_NS)):
        raise ValueError("a latency is not a finite number of nanoseconds below 28 years")
    replays, operations = latency_ns.shape
    steps = np.sort(np.rint(latency_ns / QUANTUM_NS).astype(np.int64), axis=1)
    lowest = steps[:, :1]
    differences = np.diff(steps, axis=1).astype(np.uint64)
    width = _bytes_needed(int(differences.max(initial=0)))
    planes = _to_planes(differences.astype(f"<u{width}"))
    body = lowest.astype("<i8").tobytes() + planes
    return _HEADER.pack(_FORMAT, width, replays, operations) + zlib.compress(body, _COMPRESSION)


def decode_distribution(blob: bytes) -> NDArray[np.float64]:
    """Decode what ``encode_distribution`` returned.

    Returns
    -------
    ndarray
        float64, shape (replays, operations): sorted within each replay, rounded to ``QUANTUM_NS``.

    Raises
    ------
    ValueError
        When the bytes are damaged or of a later format.
    """
    if len(blob) < _HEADER.size:
        raise ValueError("too short for a distribution")
    form, width, replays, operations = _HEADER.unpack_from(blob)
    if form != _FORMAT or width not in (1, 2, 4, 8):
        raise ValueError(f"not a distribution of format {_FORMAT}")
    body = _decompress(blob[_HEADER.size :])
    head = 8 * replays if operations else 0
    count = replays * max(operations - 1, 0)
    if len(body) != head + count * width:
        raise ValueError("a distribution has the wrong length")
    steps = np.zeros((replays, operations), np.int64)
    if operations:
        steps[:, :1] = np.frombuffer(body, "<i8", replays).reshape(replays, 1)
        steps[:, 1:] = _from_planes(body[head:], width).reshape(replays, operations - 1)
    # Dividing by the inverse rounds to the nearest float of each decimal; multiplying by 0.1 would not.
    decoded: NDArray[np.float64] = np.cumsum(steps, axis=1) / (1.0 / QUANTUM_NS)
    return decoded


def encode_profile(profile_ns: NDArray[np.floating]) -> bytes:
    """Encode the intrinsic profile, shape (operations,), as float32: 7 digits, far below what a clock resolves.

    Raises
    ------
    ValueError
        When it is not one-dimensional or a value is not finite.
    """
    if profile_ns.ndim != 1:
        raise ValueError(f"a profile has one dimension, not {profile_ns.ndim}")
    profile = profile_ns.astype("<f4")
    if not bool(np.all(np.isfinite(profile))):
        raise ValueError("a profile holds a value that is not finite")
    return zlib.compress(_to_planes(profile), _COMPRESSION)


def decode_profile(blob: bytes) -> NDArray[np.float32]:
    """Decode what ``encode_profile`` returned; raises ``ValueError`` when the bytes are damaged."""
    body = _decompress(blob)
    if len(body) % 4:
        raise ValueError("a profile has the wrong length")
    return _from_planes(body, 4).astype("<u4").view("<f4").astype(np.float32)


def _bytes_needed(largest: int) -> int:
    return next(width for width in (1, 2, 4, 8) if largest < 1 << 8 * width)


def _to_planes(values: NDArray[np.generic]) -> bytes:
    """All lowest bytes, then all second ones, and so on: the high planes are nearly all zero."""
    return np.ascontiguousarray(values).view(np.uint8).reshape(-1, values.dtype.itemsize).T.tobytes()


def _from_planes(planes: bytes, width: int) -> NDArray[np.unsignedinteger]:
    interleaved = np.frombuffer(planes, np.uint8).reshape(width, -1).T
    values: NDArray[np.unsignedinteger] = np.ascontiguousarray(interleaved).reshape(-1).view(f"<u{width}")
    return values


def _decompress(blob: bytes) -> bytes:
    try:
        return zlib.decompress(blob)
    except zlib.error as error:
        raise ValueError(f"damaged bytes ({error})") from error
