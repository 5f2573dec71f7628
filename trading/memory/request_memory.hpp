// Buffers of a request as memoryviews: one allocation each (the plain form, whose list of them is a std::vector or, with
// flag small-vectors, inline), or pieces of one block (flag request-arena).
#pragma once

#include <Python.h>

#include <cstring>

#include "native/free_list.hpp"
#include "native/hot.hpp"

namespace trading::memory {

class RequestMemory {
  public:
    virtual ~RequestMemory() = default;
    // The size is positive. Returns a new memoryview, or nullptr with an exception set.
    virtual PyObject* acquire(Py_ssize_t size_bytes) = 0;
    virtual void reset() noexcept = 0;

    native::MemoryCounts counts;
};

// A bytearray of that size, all zeros.
inline PyObject* make_bytes(Py_ssize_t size_bytes) {
    PyObject* const bytes = PyByteArray_FromStringAndSize(nullptr, size_bytes);
    if (bytes != nullptr) std::memset(PyByteArray_AS_STRING(bytes), 0, static_cast<std::size_t>(size_bytes));
    return bytes;
}

// The request owns its buffers until it ends; a view that is kept longer keeps its buffer alive.
template <class Vector>
class SeparateBuffers final : public RequestMemory {
  public:
    ~SeparateBuffers() override { drop_all(); }

    PyObject* acquire(Py_ssize_t size_bytes) override {
        PyObject* const bytes = make_bytes(size_bytes);
        if (bytes == nullptr) return nullptr;
        PyObject* const view = PyMemoryView_FromObject(bytes);
        if (view == nullptr) {
            Py_DECREF(bytes);
            return nullptr;
        }
        buffers_.push_back(bytes);
        ++counts.acquired;
        ++counts.allocated;
        return view;
    }
    void reset() noexcept override {
        drop_all();
        counts.released = counts.acquired;
    }

  private:
    void drop_all() noexcept {
        for (std::size_t index = 0; index < buffers_.size(); ++index) Py_DECREF(buffers_[index]);
        buffers_.clear();
    }

    Vector buffers_;
};

}  // namespace trading::memory
