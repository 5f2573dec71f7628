# cython: language_level=3, boundscheck=False, wraparound=False, binding=False
# cython: always_allow_keywords=False
# distutils: language = c++
"""The native kernels of every component, compiled once for each build variant that meson.build lists.

One binding a component, each in its own file; they are one module because a module's fixed part costs more time to
compile than a binding does. Methods of one argument take it by place only: the interpreter hands it over as it is.
"""

cdef extern from *:
    """
    #ifndef TRADING_VARIANT
    #error "the build names its variant in TRADING_VARIANT; see meson.build"
    #endif
    """
    const char* TRADING_VARIANT

VARIANT = TRADING_VARIANT.decode("ascii")
"""Name of the build variant that this module is."""

include "records.pxi"
include "wide_integers.pxi"
include "book.pxi"
include "ipc.pxi"
include "memory.pxi"
include "messaging.pxi"
include "number_results.pxi"
include "orders.pxi"
include "platform.pxi"
include "positions.pxi"
include "risk.pxi"
include "serialization.pxi"
include "signals.pxi"
include "strategy.pxi"
include "pipeline.pxi"
