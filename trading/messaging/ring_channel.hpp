// A ring as a channel: what the ring does at once goes straight through; whoever has to wait spins, then parks.
//
// A thread announces that it waits before it looks for the last time, and who has changed the ring looks for waiting
// threads afterwards: one of the two sees the other. Under the interpreter's lock that order is given; an interpreter
// without one needs a fence between.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "channel.hpp"
#include "../native/hot.hpp"

namespace trading::messaging {

// Where threads wait without spinning, and what it costs to ask whether one does.
class Parking {
  public:
    void announce() noexcept { waiting_.fetch_add(1); }
    void retire() noexcept { waiting_.fetch_sub(1); }
    TRADING_HOT bool is_awaited() const noexcept {
#if defined(Py_GIL_DISABLED)
        std::atomic_thread_fence(std::memory_order_seq_cst);
#endif
        return waiting_.load(std::memory_order_relaxed) != 0;
    }
    void wake(bool is_everybody) noexcept {
        {
            // Whoever has looked and found nothing holds the lock until it is parked, and does not miss this.
            std::lock_guard<std::mutex> guard(lock_);
        }
        is_everybody ? condition_.notify_all() : condition_.notify_one();
    }
    template <class Predicate>
    void wait(std::chrono::nanoseconds time, Predicate is_over) noexcept {
        std::unique_lock<std::mutex> guard(lock_);
        condition_.wait_for(guard, time, is_over);
    }

  private:
    std::atomic<int64_t> waiting_{0};
    std::mutex lock_;
    std::condition_variable condition_;
};

template <class Ring>
class RingChannel final : public Channel {
  public:
    explicit RingChannel(int64_t capacity) : ring_(capacity) {}

    Outcome try_send(void* message) noexcept override {
        const Outcome outcome = ring_.try_send(message);
        if (TRADING_UNLIKELY(receivers_.is_awaited()) && outcome == Outcome::kDone) receivers_.wake(false);
        return outcome;
    }

    Outcome try_receive(void** message) noexcept override {
        const Outcome outcome = ring_.try_receive(message);
        if (TRADING_UNLIKELY(senders_.is_awaited()) && outcome == Outcome::kDone) senders_.wake(false);
        return outcome;
    }

    void close() noexcept override {
        ring_.close();
        senders_.wake(true);
        receivers_.wake(true);
    }

    void announce(End end) noexcept override { parking(end).announce(); }
    void retire(End end) noexcept override { parking(end).retire(); }
    void wait(End end, std::chrono::nanoseconds time) noexcept override {
        // About as long as waking up takes.
        for (int spin = 0; spin < kSpins; ++spin) {
            if (is_worth_trying(end)) return;
#if defined(__x86_64__)
            __builtin_ia32_pause();
#endif
        }
        parking(end).wait(time, [this, end] { return is_worth_trying(end); });
    }

    int64_t size() noexcept override { return ring_.size(); }
    bool is_closed() noexcept override { return ring_.is_closed(); }
    bool is_drained() noexcept override { return ring_.is_closed() && ring_.size() == 0; }

    int visit(int (*visit)(void*, void*), void* context) noexcept override {
        for (int64_t index = 0; index < ring_.size(); ++index) {
            if (const int answer = visit(ring_.peek(index), context)) return answer;
        }
        return 0;
    }

  private:
    static constexpr int kSpins = 200;

    Parking& parking(End end) noexcept { return end == End::kSending ? senders_ : receivers_; }
    bool is_worth_trying(End end) const noexcept {
        if (ring_.is_closed()) return true;
        return end == End::kSending ? ring_.size() < ring_.capacity() : ring_.size() > 0;
    }

    Ring ring_;
    Parking senders_;
    Parking receivers_;
};

}  // namespace trading::messaging
