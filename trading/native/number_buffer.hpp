// Series of numbers as the interpreter hands them over: an object comes in, its doubles go out, without a copy where the
// object lays them open (buffer protocol: numpy arrays, array.array), else converted one by one.
#pragma once

#include <Python.h>

#include <bit>
#include <cstddef>
#include <memory>
#include <new>

#include "hot.hpp"

namespace trading::native {

// Holds what it took until its end, which needs the interpreter's lock as every other function here does.
class NumberBuffer {
  public:
    NumberBuffer() noexcept = default;
    NumberBuffer(const NumberBuffer&) = delete;
    NumberBuffer& operator=(const NumberBuffer&) = delete;
    ~NumberBuffer() {
        if (view_.obj != nullptr) PyBuffer_Release(&view_);
    }

    // Take a series to be read. False, with an exception set, for what is no series of numbers.
    bool read(PyObject* numbers) noexcept {
        if (PyObject_CheckBuffer(numbers)) {
            if (PyObject_GetBuffer(numbers, &view_, PyBUF_STRIDES | PyBUF_FORMAT) != 0) return false;
            if (view_.ndim == 1 && holds_doubles() && PyBuffer_IsContiguous(&view_, 'C')) return use_view();
            PyBuffer_Release(&view_);  // other numbers, or gaps between them: they are read one by one
        }
        return convert(numbers);
    }

    // Take a buffer of doubles to be written, of any shape.
    bool write(PyObject* numbers) noexcept {
        if (PyObject_GetBuffer(numbers, &view_, PyBUF_ND | PyBUF_FORMAT | PyBUF_WRITABLE) != 0) return false;
        if (holds_doubles()) return use_view();
        PyErr_Format(PyExc_TypeError, "a writable buffer of doubles (format 'd') expected; got one of format '%s'",
                     view_.format == nullptr ? "B" : view_.format);
        return false;
    }

    double* data() const noexcept { return data_; }
    Py_ssize_t count() const noexcept { return count_; }

  private:
    bool holds_doubles() const noexcept {
        const char* format = view_.format;
        if (format == nullptr) return false;
        constexpr char kOther = std::endian::native == std::endian::little ? '<' : '>';
        if (*format == '@' || *format == '=' || *format == kOther) ++format;
        return format[0] == 'd' && format[1] == '\0' && view_.itemsize == static_cast<Py_ssize_t>(sizeof(double));
    }

    bool use_view() noexcept {
        data_ = static_cast<double*>(view_.buf);
        count_ = view_.len / static_cast<Py_ssize_t>(sizeof(double));
        return true;
    }

    bool convert(PyObject* numbers) noexcept {
        // A tuple of its own: a number's __float__ may change the sequence that it came from.
        PyObject* const items = PySequence_Tuple(numbers);
        if (items == nullptr) return false;
        count_ = PyTuple_GET_SIZE(items);
        converted_.reset(new (std::nothrow) double[static_cast<std::size_t>(count_)]);
        data_ = converted_.get();
        bool is_sound = data_ != nullptr || PyErr_NoMemory() != nullptr;
        for (Py_ssize_t index = 0; is_sound && index < count_; ++index) {
            data_[index] = PyFloat_AsDouble(PyTuple_GET_ITEM(items, index));
            is_sound = data_[index] != -1.0 || !PyErr_Occurred();
        }
        Py_DECREF(items);
        return is_sound;
    }

    Py_buffer view_{};
    std::unique_ptr<double[]> converted_;
    double* data_ = nullptr;
    Py_ssize_t count_ = 0;
};

}  // namespace trading::native
