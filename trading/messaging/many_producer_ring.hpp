// A bounded ring for any number of sending and receiving threads (flag lock-free-channel): pointers in, the same pointers
// out, in one order.
//
// Each slot carries a sequence number that says whose turn it is (Dmitry Vyukov, "Bounded MPMC queue", 2010). Two things
// are added. The capacity is exact, whatever the number of slots. And closing is a bit of the sending index: a sender takes
// its place and finds the channel open in one step, so that nothing goes in behind the closing, and what is accepted
// comes out. "Full" and "empty" are said only where they are true at a moment of the call: a place that another thread
// has taken and not yet filled, or emptied, is waited for.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>

#include "channel.hpp"
#include "../native/hot.hpp"

namespace trading::messaging {

// For a thread that others must overtake: short pauses first, then it gives way, since they may want this very core.
class Backoff {
  public:
    void pause() noexcept {
        if (++attempts_ > kPauses) {
            std::this_thread::yield();
            return;
        }
#if defined(__x86_64__)
        __builtin_ia32_pause();
#endif
    }

  private:
    static constexpr int kPauses = 64;
    int attempts_ = 0;
};

template <bool kIsAligned>
class ManyProducerRing {
    static constexpr std::size_t kAlignment = kIsAligned ? 64 : alignof(uint64_t);
    static constexpr uint64_t kClosed = uint64_t{1} << 63;

  public:
    explicit ManyProducerRing(int64_t capacity)
        : capacity_(static_cast<uint64_t>(capacity)),
          // With one slot, "filled" and "free for the next" would be the same number.
          mask_(std::bit_ceil(std::max<uint64_t>(capacity_, 2)) - 1),
          slots_(new Slot[mask_ + 1]) {
        for (uint64_t index = 0; index <= mask_; ++index) slots_[index].turn.store(index, std::memory_order_relaxed);
    }

    TRADING_HOT Outcome try_send(void* message) noexcept {
        Backoff backoff;
        uint64_t tail = tail_.load(std::memory_order_relaxed);
        while (true) {
            if (TRADING_UNLIKELY((tail & kClosed) != 0)) return Outcome::kClosed;
            Slot& slot = slots_[tail & mask_];
            const uint64_t turn = slot.turn.load(std::memory_order_acquire);
            if (TRADING_LIKELY(turn == tail)) {
                // Read after the tail: it only grows, so a difference of the capacity was one at this moment.
                if (TRADING_UNLIKELY(capacity_ != mask_ + 1) && is_full(tail)) return Outcome::kNotNow;
                if (tail_.compare_exchange_weak(tail, tail + 1, std::memory_order_relaxed)) {
                    slot.message = message;
                    slot.turn.store(tail + 1, std::memory_order_release);
                    return Outcome::kDone;
                }
                continue;  // The exchange has read the tail again.
            }
            if (static_cast<int64_t>(turn - tail) < 0) {
                if (is_full(tail)) return Outcome::kNotNow;
                backoff.pause();
            }
            tail = tail_.load(std::memory_order_relaxed);
        }
    }

    TRADING_HOT Outcome try_receive(void** message) noexcept {
        Backoff backoff;
        uint64_t head = head_.load(std::memory_order_relaxed);
        while (true) {
            Slot& slot = slots_[head & mask_];
            const uint64_t turn = slot.turn.load(std::memory_order_acquire);
            if (TRADING_LIKELY(turn == head + 1)) {
                // Released, so that a sender who finds room by the index sees all that was before it.
                if (head_.compare_exchange_weak(head, head + 1, std::memory_order_release, std::memory_order_relaxed)) {
                    *message = slot.message;
                    slot.turn.store(head + mask_ + 1, std::memory_order_release);
                    return Outcome::kDone;
                }
                continue;
            }
            if (static_cast<int64_t>(turn - head) <= 0) {
                const uint64_t tail = tail_.load(std::memory_order_acquire);
                if ((tail & ~kClosed) == head) return (tail & kClosed) != 0 ? Outcome::kClosed : Outcome::kNotNow;
                backoff.pause();
            }
            head = head_.load(std::memory_order_relaxed);
        }
    }

    void close() noexcept { tail_.fetch_or(kClosed, std::memory_order_acq_rel); }

    int64_t capacity() const noexcept { return static_cast<int64_t>(capacity_); }
    bool is_closed() const noexcept { return (tail_.load(std::memory_order_acquire) & kClosed) != 0; }
    int64_t size() const noexcept {
        const uint64_t head = head_.load(std::memory_order_acquire);
        const uint64_t tail = tail_.load(std::memory_order_acquire) & ~kClosed;
        return static_cast<int64_t>(std::min(tail - head, capacity_));
    }

    // The message that `index` others are before; nobody uses the ring meanwhile.
    void* peek(int64_t index) noexcept {
        return slots_[(head_.load(std::memory_order_relaxed) + static_cast<uint64_t>(index)) & mask_].message;
    }

  private:
    struct alignas(kAlignment) Slot {
        std::atomic<uint64_t> turn;
        void* message;
    };

    TRADING_HOT bool is_full(uint64_t tail) const noexcept {
        return static_cast<int64_t>(tail - head_.load(std::memory_order_acquire)) >= static_cast<int64_t>(capacity_);
    }

    // Written once.
    const uint64_t capacity_;
    const uint64_t mask_;
    const std::unique_ptr<Slot[]> slots_;
    // Written by senders.
    alignas(kAlignment) std::atomic<uint64_t> tail_{0};
    // Written by receivers.
    alignas(kAlignment) std::atomic<uint64_t> head_{0};
};

}  // namespace trading::messaging
