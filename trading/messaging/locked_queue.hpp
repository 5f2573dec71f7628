// A channel of one lock, two conditions and a deque: the plain form of messaging between threads, as LockedChannel is in
// Python. The lock is a parameter: std::mutex, or the byte that spins, then parks (flag fast-lock).
//
// Aligned (flag cache-aligned), the lock, the deque and the conditions begin cache lines of their own; else they share.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <new>
#include <type_traits>

#include "channel.hpp"
#include "../native/fast_lock.hpp"
#include "../native/hot.hpp"

namespace trading::messaging {

template <class Lock, bool kIsAligned>
class LockedQueue final : public Channel {
    // std::condition_variable knows std::mutex only; the general one waits for any lock.
    using Condition =
        std::conditional_t<std::is_same_v<Lock, std::mutex>, std::condition_variable, std::condition_variable_any>;
    template <class T>
    static constexpr std::size_t kAlignment = kIsAligned ? 64 : alignof(T);

  public:
    explicit LockedQueue(int64_t capacity) : capacity_(capacity) {}

    Outcome try_send(void* message) noexcept override {
        std::unique_lock<Lock> guard(lock_);
        return put(guard, message);
    }

    Outcome try_receive(void** message) noexcept override {
        std::unique_lock<Lock> guard(lock_);
        return take(guard, message);
    }

    // Blocks while the queue is full.
    Outcome send(void* message) noexcept {
        std::unique_lock<Lock> guard(lock_);
        ++senders_waiting_;
        not_full_.wait(guard, [this] { return may_send(); });
        --senders_waiting_;
        return put(guard, message);
    }

    // Blocks while the queue is empty.
    Outcome receive(void** message) noexcept {
        std::unique_lock<Lock> guard(lock_);
        ++receivers_waiting_;
        not_empty_.wait(guard, [this] { return may_receive(); });
        --receivers_waiting_;
        return take(guard, message);
    }

    void close() noexcept override {
        std::lock_guard<Lock> guard(lock_);
        is_closed_ = true;
        not_empty_.notify_all();
        not_full_.notify_all();
    }

    void wait(End end, std::chrono::nanoseconds time) noexcept override {
        std::unique_lock<Lock> guard(lock_);
        if (end == End::kSending) {
            ++senders_waiting_;
            not_full_.wait_for(guard, time, [this] { return may_send(); });
            --senders_waiting_;
        } else {
            ++receivers_waiting_;
            not_empty_.wait_for(guard, time, [this] { return may_receive(); });
            --receivers_waiting_;
        }
    }

    int64_t size() noexcept override {
        std::lock_guard<Lock> guard(lock_);
        return static_cast<int64_t>(messages_.size());
    }
    bool is_closed() noexcept override {
        std::lock_guard<Lock> guard(lock_);
        return is_closed_;
    }
    bool is_drained() noexcept override {
        std::lock_guard<Lock> guard(lock_);
        return is_closed_ && messages_.empty();
    }

    int visit(int (*visit)(void*, void*), void* context) noexcept override {
        for (void* const message : messages_) {
            if (const int answer = visit(message, context)) return answer;
        }
        return 0;
    }

  private:
    bool may_send() const noexcept { return is_closed_ || static_cast<int64_t>(messages_.size()) < capacity_; }
    bool may_receive() const noexcept { return is_closed_ || !messages_.empty(); }

    TRADING_HOT Outcome put(std::unique_lock<Lock>& guard, void* message) noexcept {
        if (TRADING_UNLIKELY(is_closed_)) return Outcome::kClosed;
        if (static_cast<int64_t>(messages_.size()) >= capacity_) return Outcome::kNotNow;
        try {
            messages_.push_back(message);
        } catch (const std::bad_alloc&) {
            return Outcome::kNoMemory;
        }
        // Asked first, since notifying costs more than all the rest even where nobody waits; and told without the lock,
        // which the one that wakes up needs at once.
        const bool is_awaited = receivers_waiting_ > 0;
        guard.unlock();
        if (is_awaited) not_empty_.notify_one();
        return Outcome::kDone;
    }

    TRADING_HOT Outcome take(std::unique_lock<Lock>& guard, void** message) noexcept {
        if (messages_.empty()) return is_closed_ ? Outcome::kClosed : Outcome::kNotNow;
        *message = messages_.front();
        messages_.pop_front();
        const bool is_awaited = senders_waiting_ > 0;
        guard.unlock();
        if (is_awaited) not_full_.notify_one();
        return Outcome::kDone;
    }

    const int64_t capacity_;
    alignas(kAlignment<Lock>) Lock lock_;
    alignas(kAlignment<std::deque<void*>>) std::deque<void*> messages_;
    bool is_closed_ = false;
    int64_t senders_waiting_ = 0;
    int64_t receivers_waiting_ = 0;
    alignas(kAlignment<Condition>) Condition not_empty_;
    alignas(kAlignment<Condition>) Condition not_full_;
};

}  // namespace trading::messaging
