// Locks: std::mutex as the plain form, and a lock of one byte that spins, then parks (flag fast-lock).
//
// The parking lot is std::atomic's wait and notify, a futex on Linux. States as in Ulrich Drepper, "Futexes are tricky",
// 2011, section 5: 0 free, 1 held, 2 held and somebody may be parked, so that an unlock without waiters calls nobody.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>

#include "hot.hpp"

namespace trading::native {

class FastLock {
  public:
    TRADING_HOT void lock() noexcept {
        uint8_t expected = kFree;
        if (TRADING_LIKELY(state_.compare_exchange_strong(expected, kHeld, std::memory_order_acquire))) return;
        lock_contended();
    }
    TRADING_HOT bool try_lock() noexcept {
        uint8_t expected = kFree;
        return state_.compare_exchange_strong(expected, kHeld, std::memory_order_acquire);
    }
    TRADING_HOT void unlock() noexcept {
        if (TRADING_UNLIKELY(state_.exchange(kFree, std::memory_order_release) == kContended)) state_.notify_one();
    }

  private:
    static constexpr uint8_t kFree = 0, kHeld = 1, kContended = 2;
    static constexpr int kSpins = 100;  // about as long as a parked thread takes to wake up is worth waiting

    __attribute__((noinline)) void lock_contended() noexcept {
        for (int spin = 0; spin < kSpins; ++spin) {
            uint8_t expected = kFree;
            if (state_.load(std::memory_order_relaxed) == kFree &&
                state_.compare_exchange_weak(expected, kHeld, std::memory_order_acquire)) {
                return;
            }
#if defined(__x86_64__)
            __builtin_ia32_pause();
#endif
        }
        while (state_.exchange(kContended, std::memory_order_acquire) != kFree) {
            state_.wait(kContended, std::memory_order_relaxed);
        }
    }

    std::atomic<uint8_t> state_{kFree};
};

}  // namespace trading::native
