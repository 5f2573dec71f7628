// Records of trading/records.py as the interpreter sees them: tuples of Python come in, plain structures go out, and the
// other way round.
//
// A record is a NamedTuple: an instance of a subclass of tuple without a dictionary. Reading one is a check of the type
// and a few pointer reads. Making one skips the constructor, which is Python code, and fills a fresh tuple of the subclass.
#pragma once

#include <Python.h>

#include <cstdint>
#include <limits>

#include "hot.hpp"
#include "wide_integers.hpp"

namespace trading::native {

// Field values of a BookUpdate.
struct UpdateFields {
    int64_t time_ns, bid_price_ticks, bid_quantity_lots, ask_price_ticks, ask_quantity_lots;
};

// The value of an integer object that is small, without a call into the interpreter; false where it is not, or is no
// integer. Nearly every field is: below 2**60 in Python 3.11 (two digits of 30 bits), and one digit from 3.12 on, where
// the interpreter offers to look at those.
TRADING_HOT bool read_small_integer(PyObject* value, int64_t* out) noexcept {
    if (TRADING_UNLIKELY(!PyLong_Check(value))) return false;
    const auto* const number = reinterpret_cast<const PyLongObject*>(value);
#if PY_VERSION_HEX >= 0x030C0000
    if (TRADING_UNLIKELY(!PyUnstable_Long_IsCompact(number))) return false;
    *out = PyUnstable_Long_CompactValue(number);
    return true;
#else
    static_assert(2 * PyLong_SHIFT < 63);
    const Py_ssize_t size = Py_SIZE(value);
    if (TRADING_LIKELY(size == 1)) {
        *out = number->ob_digit[0];
    } else if (size == 2) {
        *out = static_cast<int64_t>(number->ob_digit[0]) | static_cast<int64_t>(number->ob_digit[1]) << PyLong_SHIFT;
    } else if (size == -1) {
        *out = -static_cast<int64_t>(number->ob_digit[0]);
    } else if (size == 0) {
        *out = 0;
    } else {
        return false;
    }
    return true;
#endif
}

// An integer object as 64 bits. One beyond them becomes the nearest that fits: every limit is far inside, so it is
// refused by the same check as any other number that is too large. False, with an exception set, for what is no integer.
TRADING_HOT bool read_integer(PyObject* value, int64_t* out) noexcept {
    if (TRADING_LIKELY(read_small_integer(value, out))) return true;
    int overflow;
    const long long number = PyLong_AsLongLongAndOverflow(value, &overflow);
    if (TRADING_UNLIKELY(overflow != 0)) {
        *out = overflow > 0 ? std::numeric_limits<int64_t>::max() : std::numeric_limits<int64_t>::min();
        return true;
    }
    *out = number;
    return TRADING_LIKELY(number != -1) || !PyErr_Occurred();
}

TRADING_HOT bool is_record(PyObject* record, Py_ssize_t fields, const char* name) noexcept {
    if (TRADING_LIKELY(PyTuple_Check(record) && PyTuple_GET_SIZE(record) == fields)) return true;
    PyErr_Format(PyExc_TypeError, "%s expected, with %zd fields; got %.80s", name, fields, Py_TYPE(record)->tp_name);
    return false;
}

TRADING_HOT bool read_integers(PyObject* record, Py_ssize_t first, Py_ssize_t count, int64_t* out) noexcept {
    for (Py_ssize_t index = 0; index < count; ++index) {
        if (!read_integer(PyTuple_GET_ITEM(record, first + index), out + index)) return false;
    }
    return true;
}

// False, with an exception set, where the record is too short or a field is no number.
TRADING_HOT bool read_reals(PyObject* record, Py_ssize_t first, Py_ssize_t count, double* out) noexcept {
    if (TRADING_UNLIKELY(!PyTuple_Check(record) || PyTuple_GET_SIZE(record) < first + count)) {
        PyErr_Format(PyExc_TypeError, "a record with %zd fields expected; got %.80s", first + count,
                     Py_TYPE(record)->tp_name);
        return false;
    }
    for (Py_ssize_t index = 0; index < count; ++index) {
        PyObject* const value = PyTuple_GET_ITEM(record, first + index);
        out[index] = TRADING_LIKELY(PyFloat_CheckExact(value)) ? PyFloat_AS_DOUBLE(value) : PyFloat_AsDouble(value);
        if (TRADING_UNLIKELY(out[index] == -1.0 && PyErr_Occurred())) return false;
    }
    return true;
}

// Returns 0, or -1 with an exception set.
TRADING_HOT int read_update(PyObject* update, UpdateFields* out) noexcept {
    return is_record(update, 5, "BookUpdate") && read_integers(update, 0, 5, &out->time_ns) ? 0 : -1;
}

// Fills a fresh record field by field. finish() returns a new reference, or nullptr with an exception set.
class RecordMaker {
  public:
    TRADING_HOT RecordMaker(PyObject* type, Py_ssize_t fields) noexcept
        : record_(reinterpret_cast<PyObject*>(PyObject_GC_NewVar(PyTupleObject, reinterpret_cast<PyTypeObject*>(type), fields))) {
        // The fields of a record that fails half-way are let go as well: the others must be seen to be empty.
        for (Py_ssize_t index = 0; record_ != nullptr && index < fields; ++index) PyTuple_SET_ITEM(record_, index, nullptr);
    }
    RecordMaker(const RecordMaker&) = delete;
    RecordMaker& operator=(const RecordMaker&) = delete;

    TRADING_HOT RecordMaker& integer(int64_t value) noexcept { return steal(PyLong_FromLongLong(value)); }
    TRADING_HOT RecordMaker& wide(Wide value) noexcept { return steal(wide_to_python(value)); }
    TRADING_HOT RecordMaker& real(double value) noexcept { return steal(PyFloat_FromDouble(value)); }
    TRADING_HOT RecordMaker& object(PyObject* value) noexcept {
        Py_INCREF(value);
        return steal(value);
    }
    // Takes over a new reference; nullptr, with an exception set, makes the record fail.
    TRADING_HOT bool has_taken(PyObject* value) noexcept {
        steal(value);
        return !has_failed_;
    }
    // Makes finish() return nullptr, without an exception.
    void abandon() noexcept { has_failed_ = true; }
    TRADING_HOT PyObject* finish() noexcept {
        if (TRADING_LIKELY(!has_failed_)) {
            // Not before: the collector must not come upon empty fields.
            PyObject_GC_Track(record_);
            return record_;
        }
        Py_XDECREF(record_);
        return nullptr;
    }

  private:
    TRADING_HOT RecordMaker& steal(PyObject* value) noexcept {
        if (TRADING_UNLIKELY(value == nullptr || record_ == nullptr)) {
            has_failed_ = true;
            Py_XDECREF(value);
        } else {
            PyTuple_SET_ITEM(record_, next_++, value);
        }
        return *this;
    }

    PyObject* record_;
    Py_ssize_t next_ = 0;
    bool has_failed_ = false;
};

TRADING_HOT PyObject* make_order(PyObject* type, int64_t order_id, PyObject* side, PyObject* order_type,
                                 int64_t price_ticks, int64_t quantity_lots, int64_t time_ns, PyObject* symbol,
                                 PyObject* account) noexcept {
    RecordMaker order(type, 8);
    order.integer(order_id).object(side).object(order_type).integer(price_ticks).integer(quantity_lots);
    return order.integer(time_ns).object(symbol).object(account).finish();
}

// `side` is the member of the enumeration that stands for the aggressor's side.
TRADING_HOT PyObject* make_trade(PyObject* type, int64_t time_ns, int64_t resting_order_id, int64_t aggressor_order_id,
                                 PyObject* side, int64_t price_ticks, int64_t quantity_lots) noexcept {
    RecordMaker trade(type, 6);
    trade.integer(time_ns).integer(resting_order_id).integer(aggressor_order_id).object(side);
    return trade.integer(price_ticks).integer(quantity_lots).finish();
}

TRADING_HOT PyObject* make_update(PyObject* type, PyObject* time_ns, int64_t bid_price_ticks, int64_t bid_quantity_lots,
                                  int64_t ask_price_ticks, int64_t ask_quantity_lots) noexcept {
    RecordMaker update(type, 5);
    update.object(time_ns).integer(bid_price_ticks).integer(bid_quantity_lots);
    return update.integer(ask_price_ticks).integer(ask_quantity_lots).finish();
}

TRADING_HOT PyObject* make_fill_of(PyObject* type, int64_t time_ns, int64_t order_id, PyObject* side,
                                   int64_t price_ticks, int64_t quantity_lots, PyObject* symbol) noexcept {
    RecordMaker fill(type, 6);
    fill.integer(time_ns).integer(order_id).object(side).integer(price_ticks).integer(quantity_lots);
    return fill.object(symbol).finish();
}

TRADING_HOT PyObject* make_fill(PyObject* type, PyObject* time_ns, PyObject* order_id, PyObject* side,
                                PyObject* price_ticks, PyObject* quantity_lots, PyObject* symbol) noexcept {
    RecordMaker fill(type, 6);
    fill.object(time_ns).object(order_id).object(side).object(price_ticks);
    return fill.object(quantity_lots).object(symbol).finish();
}

TRADING_HOT PyObject* make_position(PyObject* type, PyObject* symbol, int64_t quantity_lots, Wide cost_tick_lots,
                                    Wide realised_tick_lots) noexcept {
    RecordMaker position(type, 4);
    return position.object(symbol).integer(quantity_lots).wide(cost_tick_lots).wide(realised_tick_lots).finish();
}

TRADING_HOT PyObject* make_refusal(PyObject* type, PyObject* order_id, PyObject* reason, Wide observed,
                                   Wide limit) noexcept {
    RecordMaker refusal(type, 4);
    return refusal.object(order_id).object(reason).wide(observed).wide(limit).finish();
}

TRADING_HOT PyObject* make_pair(int64_t first, int64_t second) noexcept {
    RecordMaker pair(reinterpret_cast<PyObject*>(&PyTuple_Type), 2);
    return pair.integer(first).integer(second).finish();
}

// A plain tuple of floating-point numbers.
TRADING_HOT PyObject* make_reals(const double* values, Py_ssize_t count) noexcept {
    PyObject* const reals = PyTuple_New(count);
    if (TRADING_UNLIKELY(reals == nullptr)) return nullptr;
    for (Py_ssize_t index = 0; index < count; ++index) {
        PyObject* const value = PyFloat_FromDouble(values[index]);
        if (TRADING_UNLIKELY(value == nullptr)) {
            Py_DECREF(reals);
            return nullptr;
        }
        PyTuple_SET_ITEM(reals, index, value);
    }
    return reals;
}

// `values` are the seven indicators in the order of the record.
TRADING_HOT PyObject* make_signal(PyObject* type, PyObject* time_ns, const double* values) noexcept {
    RecordMaker signal(type, 8);
    signal.object(time_ns);
    for (int index = 0; index < 7; ++index) signal.real(values[index]);
    return signal.finish();
}

}  // namespace trading::native
