// A hash map from symbols, strings of Python, to pointers. The interpreter's lock guards it.
//
// A string knows its hash, and the same symbol is nearly always the same object: a look-up is one comparison of pointers.
#pragma once

#include <Python.h>

#include <cstddef>
#include <vector>

#include "hot.hpp"

namespace trading::native {

// Whether a string is a symbol; anything else could run code of its own while it is compared. With an exception set if not.
TRADING_HOT bool is_symbol(PyObject* symbol) noexcept {
    if (TRADING_LIKELY(PyUnicode_CheckExact(symbol))) return true;
    PyErr_Format(PyExc_TypeError, "a symbol is a string; got %.80s", Py_TYPE(symbol)->tp_name);
    return false;
}

TRADING_HOT bool is_same_symbol(PyObject* one, PyObject* other) noexcept {
    return one == other || (PyUnicode_GET_LENGTH(one) == PyUnicode_GET_LENGTH(other) && PyUnicode_Compare(one, other) == 0);
}

// Compares anything with a symbol: 1, 0, or -1 with an exception set.
TRADING_HOT int is_equal_to_symbol(PyObject* anything, PyObject* symbol) noexcept {
    if (TRADING_LIKELY(anything == symbol)) return 1;
    return PyUnicode_CheckExact(anything) ? is_same_symbol(anything, symbol)
                                          : PyObject_RichCompareBool(anything, symbol, Py_EQ);
}

template <class Pointed>
class SymbolMap {
  public:
    SymbolMap() : slots_(64) {}
    SymbolMap(const SymbolMap&) = delete;
    SymbolMap& operator=(const SymbolMap&) = delete;
    ~SymbolMap() {
        for (const Slot& slot : slots_) Py_XDECREF(slot.symbol);
    }

    // The symbol is one of is_symbol(); nullptr where it is unknown.
    TRADING_HOT Pointed* find(PyObject* symbol) const noexcept {
        const std::size_t hash = static_cast<std::size_t>(PyObject_Hash(symbol));
        for (std::size_t place = hash & mask(); slots_[place].symbol != nullptr; place = (place + 1) & mask()) {
            const Slot& slot = slots_[place];
            if (slot.symbol == symbol || (slot.hash == hash && is_same_symbol(slot.symbol, symbol))) return slot.pointed;
        }
        return nullptr;
    }
    // Takes a symbol that is unknown.
    void add(PyObject* symbol, Pointed* pointed) {
        if (2 * (size_ + 1) > slots_.size()) grow();
        Py_INCREF(symbol);
        place({symbol, static_cast<std::size_t>(PyObject_Hash(symbol)), pointed});
    }
    // Every symbol, borrowed, in no order.
    std::vector<PyObject*> symbols() const {
        std::vector<PyObject*> symbols;
        for (const Slot& slot : slots_) {
            if (slot.symbol != nullptr) symbols.push_back(slot.symbol);
        }
        return symbols;
    }

  private:
    struct Slot {
        PyObject* symbol = nullptr;
        std::size_t hash = 0;
        Pointed* pointed = nullptr;
    };

    TRADING_HOT std::size_t mask() const noexcept { return slots_.size() - 1; }

    void place(const Slot& slot) noexcept {
        std::size_t place = slot.hash & mask();
        while (slots_[place].symbol != nullptr) place = (place + 1) & mask();
        slots_[place] = slot;
        ++size_;
    }
    void grow() {
        std::vector<Slot> slots(2 * slots_.size());
        slots_.swap(slots);
        size_ = 0;
        for (const Slot& slot : slots) {
            if (slot.symbol != nullptr) place(slot);
        }
    }

    std::vector<Slot> slots_;
    std::size_t size_ = 0;
};

}  // namespace trading::native
