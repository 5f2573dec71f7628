// Integers beyond 64 bits: sums and products of money are exact in 128 bits, and become integers of Python.
//
// What comes in from Python and is added up has at most 2^40 ticks or lots; so no sum of fewer than 2^45 products leaves
// 127 bits. A number that does not fit is an OverflowError, never a wrong sum.
#pragma once

#include <Python.h>

#include <cstdint>

#include "hot.hpp"

namespace trading::native {

__extension__ typedef __int128 Wide;
__extension__ typedef unsigned __int128 UnsignedWide;

constexpr int64_t kMostSummed = int64_t{1} << 40;

TRADING_HOT bool is_summable(int64_t number) noexcept { return number >= -kMostSummed && number <= kMostSummed; }

// A new reference, or nullptr with an exception set.
TRADING_HOT PyObject* wide_to_python(Wide value) noexcept {
    const int64_t low = static_cast<int64_t>(value);
    if (TRADING_LIKELY(low == value)) return PyLong_FromLongLong(low);
    PyObject* const high = PyLong_FromLongLong(static_cast<int64_t>(value >> 64));
    PyObject* const bits = PyLong_FromLong(64);
    PyObject* const rest = PyLong_FromUnsignedLongLong(static_cast<uint64_t>(value));
    PyObject* const shifted = high != nullptr && bits != nullptr ? PyNumber_Lshift(high, bits) : nullptr;
    PyObject* const whole = shifted != nullptr && rest != nullptr ? PyNumber_Or(shifted, rest) : nullptr;
    Py_XDECREF(high);
    Py_XDECREF(bits);
    Py_XDECREF(rest);
    Py_XDECREF(shifted);
    return whole;
}

// Reads an integer that has to fit in 64 bits. 0, or -1 with an exception set.
TRADING_HOT int read_exactly(PyObject* value, int64_t* out) noexcept {
    int overflow;
    const long long number = PyLong_AsLongLongAndOverflow(value, &overflow);
    if (TRADING_UNLIKELY(overflow != 0)) {
        PyErr_Format(PyExc_OverflowError, "%R does not fit in 64 bits; native kernels take no greater numbers", value);
        return -1;
    }
    *out = number;
    return TRADING_LIKELY(number != -1) || !PyErr_Occurred() ? 0 : -1;
}

// Reads an integer if it fits in 64 bits: 1 where it does, 0 where it does not, -1 with an exception set for no integer.
TRADING_HOT int read_if_it_fits(PyObject* value, int64_t* out) noexcept {
    int overflow;
    const long long number = PyLong_AsLongLongAndOverflow(value, &overflow);
    *out = number;
    if (TRADING_UNLIKELY(number == -1 && overflow == 0 && PyErr_Occurred())) return -1;
    return overflow == 0;
}

// Reads ticks or lots that are added up. 0, or -1 with an exception set.
TRADING_HOT int read_summable(PyObject* value, int64_t* out) noexcept {
    if (TRADING_UNLIKELY(read_exactly(value, out) < 0)) return -1;
    if (TRADING_LIKELY(is_summable(*out))) return 0;
    PyErr_Format(PyExc_OverflowError, "%R ticks or lots are beyond 2**40; native sums take no greater numbers", value);
    return -1;
}

}  // namespace trading::native
