"""Every make of the order book, by name: nothing comes in, constructors of empty books go out."""

from __future__ import annotations

from functools import partial
from itertools import product
from typing import TYPE_CHECKING

from trading import native
from trading.book import NativeOrderBook, OrderBook, PriceTimeBook

if TYPE_CHECKING:
    from collections.abc import Callable

LOCKS = ("mutex", "fast", "sequence")


def _makes() -> dict[str, Callable[[], NativeOrderBook]]:
    """Name each template that is compiled, and beside it the switches that are read at run time."""
    build = native.load("plain").NativeBook
    makes: dict[str, Callable[[], NativeOrderBook]] = {}
    for lock in LOCKS:
        for small_vectors, order_pool in product((False, True), repeat=2):
            on = "-small_vectors" * small_vectors + "-order_pool" * order_pool
            makes[f"native-{lock}{on}"] = partial(build, lock=lock, small_vectors=small_vectors, order_pool=order_pool)
        makes[f"native-{lock}-prefetch"] = partial(build, lock=lock, prefetch=True)
        makes[f"native-{lock}-simd"] = partial(build, lock=lock, simd=True)
        makes[f"native-{lock}-all"] = partial(
            build, lock=lock, small_vectors=True, order_pool=True, prefetch=True, simd=True
        )
    return makes


NATIVE_BOOKS: dict[str, Callable[[], NativeOrderBook]] = _makes()
BOOKS: dict[str, Callable[[], OrderBook]] = {"reference": PriceTimeBook, **NATIVE_BOOKS}
