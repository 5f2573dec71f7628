// A bounded ring for one sending and one receiving thread (flag lock-free-channel): pointers in, the same pointers out.
//
// Each side owns one index and keeps a copy of the other's, which it renews only when the ring looks full or empty: while
// there is room, neither touches a cache line that the other writes but the message's own (Thompson and others, "LMAX
// Disruptor", 2011; Lee, Bu and Chandranmenon, "MCRingBuffer", 2010).
//
// close() is exact when the sending thread calls it, or nobody sends meanwhile (so it is under the interpreter's lock):
// from elsewhere a message of a send() that is under way may go in behind it.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "channel.hpp"
#include "../native/hot.hpp"

namespace trading::messaging {

template <bool kIsAligned>
class SingleProducerRing {
    static constexpr std::size_t kAlignment = kIsAligned ? 64 : alignof(uint64_t);
    static constexpr std::size_t kMessagesALine = 64 / sizeof(void*);

  public:
    explicit SingleProducerRing(int64_t capacity)
        : capacity_(static_cast<uint64_t>(capacity)),
          mask_(std::bit_ceil(capacity_) - 1),
          lines_(new Line[mask_ / kMessagesALine + 1]) {}

    TRADING_HOT Outcome try_send(void* message) noexcept {
        if (TRADING_UNLIKELY(is_closed_.load(std::memory_order_acquire))) return Outcome::kClosed;
        const uint64_t tail = tail_.load(std::memory_order_relaxed);
        if (TRADING_UNLIKELY(tail - known_head_ >= capacity_)) {
            known_head_ = head_.load(std::memory_order_acquire);
            if (tail - known_head_ >= capacity_) return Outcome::kNotNow;
        }
        at(tail) = message;
        tail_.store(tail + 1, std::memory_order_release);
        return Outcome::kDone;
    }

    TRADING_HOT Outcome try_receive(void** message) noexcept {
        const uint64_t head = head_.load(std::memory_order_relaxed);
        if (head == known_tail_) {
            // The flag is read before the index: what went in before the closing is then seen.
            const bool is_closed = is_closed_.load(std::memory_order_acquire);
            known_tail_ = tail_.load(std::memory_order_acquire);
            if (head == known_tail_) return is_closed ? Outcome::kClosed : Outcome::kNotNow;
        }
        *message = at(head);
        head_.store(head + 1, std::memory_order_release);
        return Outcome::kDone;
    }

    void close() noexcept { is_closed_.store(true, std::memory_order_release); }

    int64_t capacity() const noexcept { return static_cast<int64_t>(capacity_); }
    bool is_closed() const noexcept { return is_closed_.load(std::memory_order_acquire); }
    int64_t size() const noexcept {
        // The head first: it only grows, so the difference is never negative.
        const uint64_t head = head_.load(std::memory_order_acquire);
        return static_cast<int64_t>(std::min(tail_.load(std::memory_order_acquire) - head, capacity_));
    }

    // The message that `index` others are before; nobody uses the ring meanwhile.
    void* peek(int64_t index) noexcept { return at(head_.load(std::memory_order_relaxed) + static_cast<uint64_t>(index)); }

  private:
    // Whole lines, so that the messages share none with anything else.
    struct alignas(kAlignment) Line {
        void* messages[kMessagesALine];
    };

    TRADING_HOT void*& at(uint64_t position) noexcept {
        const uint64_t index = position & mask_;
        return lines_[index / kMessagesALine].messages[index % kMessagesALine];
    }

    // Written once.
    const uint64_t capacity_;
    const uint64_t mask_;
    const std::unique_ptr<Line[]> lines_;
    std::atomic<bool> is_closed_{false};
    // Written by the sender.
    alignas(kAlignment) std::atomic<uint64_t> tail_{0};
    uint64_t known_head_ = 0;
    // Written by the receiver.
    alignas(kAlignment) std::atomic<uint64_t> head_{0};
    uint64_t known_tail_ = 0;
};

}  // namespace trading::messaging
