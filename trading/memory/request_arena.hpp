// A monotonic arena (flag request-arena): a request's buffers are pieces of one block, handed out by moving a mark and taken
// back all at once by moving it to the start.
//
// A view that outlives its request must never see, or write to, the buffers of the next one. Every piece is a view on one
// shared export of the block, and Python counts these views. If any is left when the request ends, the block is left to it,
// with what it holds, and the next request gets a fresh block: exactly what happens with buffers of their own.
#pragma once

#include <Python.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "memory/request_memory.hpp"
#include "native/hot.hpp"
#include "native/node_memory.hpp"

namespace trading::memory {

class RequestArena final : public RequestMemory {
  public:
    // Blocks are placed on a node of memory, or anywhere where `node` is negative.
    explicit RequestArena(int node) noexcept : node_(node) {}
    RequestArena(const RequestArena&) = delete;
    RequestArena& operator=(const RequestArena&) = delete;
    ~RequestArena() override { Py_XDECREF(block_); }

    TRADING_HOT PyObject* acquire(Py_ssize_t size_bytes) override {
        if (TRADING_UNLIKELY(size_bytes > capacity_bytes_ - used_bytes_)) {
            if (size_bytes > kLargestBlock) return separate(size_bytes);
            if (!has_added_block(size_bytes)) return nullptr;
        }
        // A second view on the block's one export: one object, where a view of an object of its own takes three.
        PyObject* const view = PyMemoryView_FromObject(block_);
        if (TRADING_UNLIKELY(view == nullptr)) return nullptr;
        Py_buffer* const piece = PyMemoryView_GET_BUFFER(view);
        piece->buf = start_ + used_bytes_;
        piece->len = size_bytes;
        // The view's own, not the block's: a memoryview keeps its shape in itself.
        piece->shape[0] = size_bytes;
        std::memset(piece->buf, 0, static_cast<std::size_t>(size_bytes));
        used_bytes_ = std::min(capacity_bytes_, (used_bytes_ + size_bytes + kAlignment - 1) & -kAlignment);
        ++counts.acquired;
        return view;
    }

    TRADING_HOT void reset() noexcept override {
        counts.released = counts.acquired;
        used_bytes_ = 0;
        if (TRADING_UNLIKELY(block_ != nullptr && is_seen())) leave_block();
    }

  private:
    static constexpr Py_ssize_t kAlignment = 16;
    static constexpr Py_ssize_t kFirstBlock = 4096;
    // Blocks double up to this size. A larger buffer is one of its own, so that one large request is not kept for ever.
    static constexpr Py_ssize_t kLargestBlock = 1 << 20;

    // Whether anybody has a view of the block, or the bytes behind it.
    TRADING_HOT bool is_seen() const noexcept {
        const auto* const managed = reinterpret_cast<PyMemoryViewObject*>(block_)->mbuf;
        return managed->exports != 1 || Py_REFCNT(managed->master.obj) != 1;
    }
    void leave_block() noexcept {
        Py_CLEAR(block_);
        start_ = nullptr;
        capacity_bytes_ = 0;
    }
    PyObject* separate(Py_ssize_t size_bytes) {
        PyObject* const bytes = make_bytes(size_bytes);
        PyObject* const view = bytes != nullptr ? PyMemoryView_FromObject(bytes) : nullptr;
        Py_XDECREF(bytes);
        if (view != nullptr) {
            ++counts.acquired;
            ++counts.allocated;
        }
        return view;
    }
    // The block before is left to its views: the request may still be using them.
    __attribute__((noinline)) bool has_added_block(Py_ssize_t size_bytes) {
        Py_ssize_t wanted = std::max(next_block_bytes_, kFirstBlock);
        while (wanted < size_bytes) wanted *= 2;
        PyObject* const bytes = PyByteArray_FromStringAndSize(nullptr, wanted + kAlignment - 1);
        if (bytes == nullptr) return false;
        native::prefer_node(PyByteArray_AS_STRING(bytes), static_cast<std::size_t>(wanted), node_);
        PyObject* const block = PyMemoryView_FromObject(bytes);
        Py_DECREF(bytes);
        if (block == nullptr) return false;
        leave_block();
        block_ = block;
        start_ = PyByteArray_AS_STRING(bytes);
        // Aligned from the start on, whatever the interpreter's allocator returned.
        start_ += -reinterpret_cast<Py_ssize_t>(start_) & (kAlignment - 1);
        capacity_bytes_ = wanted;
        used_bytes_ = 0;
        next_block_bytes_ = std::min(2 * wanted, kLargestBlock);
        ++counts.allocated;
        return true;
    }

    int node_;
    PyObject* block_ = nullptr;  // The block's own memoryview.
    char* start_ = nullptr;
    Py_ssize_t capacity_bytes_ = 0;
    Py_ssize_t used_bytes_ = 0;
    Py_ssize_t next_block_bytes_ = kFirstBlock;
};

}  // namespace trading::memory
