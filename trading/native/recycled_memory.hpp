// Memory for results that come and go: a number of bytes comes in, a block of at least as many goes out, and back again.
//
// A fresh block of some hundred kilobytes costs more than most of what is computed into it: the system hands it out page by
// page, each by a fault, and malloc gives it back as soon as it is free. So a few blocks that were given back are kept.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <mutex>
#include <new>

namespace trading::native {

class RecycledMemory {
  public:
    RecycledMemory() = default;
    RecycledMemory(const RecycledMemory&) = delete;
    RecycledMemory& operator=(const RecycledMemory&) = delete;

    void* take(std::size_t bytes) {
        const std::size_t kind = kind_of(bytes);
        if (kind < kKinds) {
            const std::lock_guard<std::mutex> guard(mutex_);
            Shelf& shelf = shelves_[kind];
            if (shelf.count > 0) {
                kept_bytes_ -= bytes_of(kind);
                return shelf.blocks[--shelf.count];
            }
        }
        return ::operator new(kind < kKinds ? bytes_of(kind) : bytes, kBoundary);
    }

    void give_back(void* block, std::size_t bytes) noexcept {
        const std::size_t kind = kind_of(bytes);
        if (kind < kKinds) {
            const std::lock_guard<std::mutex> guard(mutex_);
            Shelf& shelf = shelves_[kind];
            if (shelf.count < kBlocksAShelf && kept_bytes_ + bytes_of(kind) <= kMostBytes) {
                kept_bytes_ += bytes_of(kind);
                shelf.blocks[shelf.count++] = block;
                return;
            }
        }
        ::operator delete(block, kBoundary);
    }

  private:
    static constexpr std::align_val_t kBoundary{64};
    static constexpr std::size_t kSmallestBits = 16, kKinds = 8;  // shelves of 64 KiB, 128 KiB, ... 8 MiB
    static constexpr std::size_t kBlocksAShelf = 8, kMostBytes = std::size_t{16} << 20;
    struct Shelf {
        std::array<void*, kBlocksAShelf> blocks;
        std::size_t count = 0;
    };

    // The shelf of a size; kKinds where malloc serves as well (small), or where keeping would cost too much (large).
    static std::size_t kind_of(std::size_t bytes) noexcept {
        if (bytes <= std::size_t{1} << (kSmallestBits - 1)) return kKinds;
        const auto bits = static_cast<std::size_t>(std::bit_width(bytes - 1));
        return bits < kSmallestBits ? 0 : bits - kSmallestBits < kKinds ? bits - kSmallestBits : kKinds;
    }
    static std::size_t bytes_of(std::size_t kind) noexcept { return std::size_t{1} << (kSmallestBits + kind); }

    std::mutex mutex_;
    std::size_t kept_bytes_ = 0;
    std::array<Shelf, kKinds> shelves_{};
};

}  // namespace trading::native
