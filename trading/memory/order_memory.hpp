// Orders as the interpreter's own objects, made without their constructor: fields come in, an order goes out. With flag
// order-pool an order that was given back is the next one handed out, filled anew.
//
// An order is immutable to whoever holds it, so one is filled anew only when the pool holds its last reference: the count is
// looked at when the order is handed out again, not when it is given back. An order that somebody kept, or that was given
// back twice, is let go instead, and a fresh one takes its place. Nothing that anybody can see ever changes.
#pragma once

#include <Python.h>

#include <cstddef>
#include <vector>

#include "native/free_list.hpp"
#include "native/hot.hpp"
#include "native/records.hpp"

namespace trading::memory {

inline constexpr Py_ssize_t kOrderFields = 8;

class OrderMemory {
  public:
    explicit OrderMemory(bool is_pooling) : is_pooling_(is_pooling) {
        // All at once: giving an order back allocates nothing, so it cannot fail.
        if (is_pooling) kept_.reserve(kMostKept);
    }
    OrderMemory(const OrderMemory&) = delete;
    OrderMemory& operator=(const OrderMemory&) = delete;
    ~OrderMemory() {
        for (PyObject* const order : kept_) Py_DECREF(order);
    }

    // Fields are borrowed; returns a new reference, or nullptr with an exception set.
    TRADING_HOT PyObject* acquire(PyObject* type, PyObject* const* fields) noexcept {
        ++counts_.acquired;
        if (!kept_.empty()) {
            PyObject* const order = kept_.back();
            kept_.pop_back();
            if (TRADING_LIKELY(Py_REFCNT(order) == 1)) return filled_anew(order, fields);
            Py_DECREF(order);
        }
        ++counts_.allocated;
        native::RecordMaker order(type, kOrderFields);
        for (Py_ssize_t index = 0; index < kOrderFields; ++index) order.object(fields[index]);
        return order.finish();
    }

    TRADING_HOT void release(PyObject* type, PyObject* order) noexcept {
        ++counts_.released;
#if !defined(Py_GIL_DISABLED)
        // Without the interpreter's lock a count of one proves nothing, and no order is kept.
        const bool is_order = reinterpret_cast<PyObject*>(Py_TYPE(order)) == type && PyTuple_GET_SIZE(order) == kOrderFields;
        if (is_pooling_ && TRADING_LIKELY(is_order && kept_.size() < kMostKept)) kept_.push_back(Py_NewRef(order));
#endif
    }

    const native::MemoryCounts& counts() const noexcept { return counts_; }

  private:
    static constexpr std::size_t kMostKept = 4096;

    TRADING_HOT static PyObject* filled_anew(PyObject* order, PyObject* const* fields) noexcept {
        for (Py_ssize_t index = 0; index < kOrderFields; ++index) {
            PyObject* const before = PyTuple_GET_ITEM(order, index);
            PyTuple_SET_ITEM(order, index, Py_NewRef(fields[index]));
            Py_DECREF(before);
        }
        return order;
    }

    bool is_pooling_;
    std::vector<PyObject*> kept_;
    native::MemoryCounts counts_;
};

}  // namespace trading::memory
