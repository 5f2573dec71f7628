// Where objects of one type come from: new and delete, or a free list (flag order-pool).
//
// Both count: `acquired` and `released` objects, and `allocated` pieces of memory asked of the system. The free list takes
// memory in chunks and never gives it back before its own end; a released object is the next one handed out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "hot.hpp"

namespace trading::native {

struct MemoryCounts {
    int64_t acquired = 0, released = 0, allocated = 0;
};

template <class T>
class HeapStore {
  public:
    template <class... Arguments>
    TRADING_HOT T* make(Arguments&&... arguments) {
        T* const object = new T(std::forward<Arguments>(arguments)...);
        ++counts_.acquired;
        ++counts_.allocated;
        return object;
    }
    TRADING_HOT void drop(T* object) noexcept {
        ++counts_.released;
        delete object;
    }
    const MemoryCounts& counts() const noexcept { return counts_; }

  private:
    MemoryCounts counts_;
};

template <class T>
class FreeListStore {
  public:
    FreeListStore() = default;
    FreeListStore(const FreeListStore&) = delete;
    FreeListStore& operator=(const FreeListStore&) = delete;

    template <class... Arguments>
    TRADING_HOT T* make(Arguments&&... arguments) {
        if (free_ != nullptr) {
            Slot* const slot = free_;
            Slot* const rest = slot->next;
            T* const object = new (slot->bytes) T(std::forward<Arguments>(arguments)...);
            free_ = rest;
            ++counts_.acquired;
            return object;
        }
        // Slots never used are not linked: a new chunk costs its first user no walk through it.
        if (TRADING_UNLIKELY(fresh_ == end_)) add_chunk();
        T* const object = new (fresh_->bytes) T(std::forward<Arguments>(arguments)...);
        ++fresh_;
        ++counts_.acquired;
        return object;
    }
    TRADING_HOT void drop(T* object) noexcept {
        ++counts_.released;
        object->~T();
        Slot* const slot = reinterpret_cast<Slot*>(object);
        slot->next = free_;
        free_ = slot;
    }
    const MemoryCounts& counts() const noexcept { return counts_; }

  private:
    union Slot {
        Slot* next;
        alignas(T) std::byte bytes[sizeof(T)];
    };
    static constexpr std::size_t kSlotsAChunk = 512;

    void add_chunk() {
        chunks_.push_back(std::make_unique_for_overwrite<Slot[]>(kSlotsAChunk));
        ++counts_.allocated;
        fresh_ = chunks_.back().get();
        end_ = fresh_ + kSlotsAChunk;
    }

    Slot* free_ = nullptr;
    Slot *fresh_ = nullptr, *end_ = nullptr;
    std::vector<std::unique_ptr<Slot[]>> chunks_;
    MemoryCounts counts_;
};

}  // namespace trading::native
