// Small vectors (flag small-vectors): room for N elements inside the object, and on the heap only beyond that.
//
// Same interface as the part of std::vector that the kernels use, so that a template takes either. Elements are trivially
// copyable: they are moved by memcpy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <type_traits>
#include <vector>

#include "hot.hpp"

namespace trading::native {

// In its place where the flag is off. Its first piece of memory has room for as many: otherwise the first four elements
// cost three allocations.
template <class T>
class HeapVector : public std::vector<T> {
  public:
    TRADING_HOT void push_back(const T& value) {
        if (TRADING_UNLIKELY(this->capacity() == 0)) this->reserve(8);
        std::vector<T>::push_back(value);
    }
    // Drops elements from the front.
    void drop_front(std::size_t count) {
        this->erase(this->begin(), this->begin() + static_cast<std::ptrdiff_t>(count));
    }
};

template <class T, std::size_t N = 8>
class SmallVector {
    static_assert(std::is_trivially_copyable_v<T>);

  public:
    SmallVector() noexcept = default;
    SmallVector(const SmallVector&) = delete;
    SmallVector& operator=(const SmallVector&) = delete;
    ~SmallVector() {
        if (data_ != inline_) std::free(data_);
    }

    TRADING_HOT void push_back(T value) {
        if (TRADING_UNLIKELY(size_ == capacity_)) grow();
        data_[size_++] = value;
    }
    TRADING_HOT void pop_back() noexcept { --size_; }
    TRADING_HOT T& back() noexcept { return data_[size_ - 1]; }
    TRADING_HOT T& operator[](std::size_t index) noexcept { return data_[index]; }
    TRADING_HOT const T& operator[](std::size_t index) const noexcept { return data_[index]; }
    TRADING_HOT std::size_t size() const noexcept { return size_; }
    TRADING_HOT std::size_t capacity() const noexcept { return capacity_; }
    TRADING_HOT bool empty() const noexcept { return size_ == 0; }
    TRADING_HOT void clear() noexcept { size_ = 0; }
    void drop_front(std::size_t count) noexcept {
        size_ -= static_cast<uint32_t>(count);
        std::memmove(data_, data_ + count, size_ * sizeof(T));
    }

  private:
    void grow() {
        const std::size_t capacity = std::size_t{capacity_} * 2;
        T* const data = static_cast<T*>(std::malloc(capacity * sizeof(T)));
        if (data == nullptr) throw std::bad_alloc();
        std::memcpy(data, data_, size_ * sizeof(T));
        if (data_ != inline_) std::free(data_);
        data_ = data;
        capacity_ = static_cast<uint32_t>(capacity);
    }

    T* data_ = inline_;
    uint32_t size_ = 0;
    uint32_t capacity_ = N;
    T inline_[N];
};

}  // namespace trading::native
