"""How frames stand in a stream of bytes: each behind its length, and an end mark behind the last one."""

from __future__ import annotations

from struct import Struct

LENGTH = Struct("<I")
"""Length of the frame in bytes, little-endian."""

MAXIMUM_FRAME_BYTES = 1 << 20
"""The longest frame; what a receiver holds is bounded by it."""

END_LENGTH = 0xFFFF_FFFF
END_MARK = LENGTH.pack(END_LENGTH)
"""Stands where a length would: nothing more comes. A stream that ends without it was not closed by its sender."""
