"""Every kind of channel, by name: a capacity in, an empty channel out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from trading import native
from trading.messaging import LockedChannel

if TYPE_CHECKING:
    from collections.abc import Callable

    from trading.messaging import Channel

KERNELS = native.load("plain")


class Kind(NamedTuple):
    """What a native channel is constructed with."""

    lock: str = "mutex"
    ring: str = "none"
    aligned: bool = False


NATIVE = {
    "mutex": Kind(),
    "mutex aligned": Kind(aligned=True),
    "fast lock": Kind(lock="fast"),
    "fast lock aligned": Kind(lock="fast", aligned=True),
    "many producers": Kind(ring="many_producers"),
    "many producers aligned": Kind(ring="many_producers", aligned=True),
    "single producer": Kind(ring="single_producer"),
    "single producer aligned": Kind(ring="single_producer", aligned=True),
}

CHANNELS: dict[str, Callable[[int], Channel[Any]]] = {
    "reference": LockedChannel,
    **{name: partial(KERNELS.NativeChannel, **kind._asdict()) for name, kind in NATIVE.items()},
}
