// How long a binding waits: a number of seconds from Python comes in, moments of a steady clock go out.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>

namespace trading::native {

constexpr int64_t kForever = std::numeric_limits<int64_t>::max();
// A thread that waits without the interpreter's lock comes back this often, since only then signals are handled.
constexpr int64_t kSliceNs = 50'000'000;

inline int64_t steady_ns() noexcept {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

// The moment when so many seconds will be over; for what is longer than the clock lasts, never.
inline int64_t deadline_ns(double seconds) noexcept {
    if (!(seconds > 0)) return 0;
    if (seconds > 1e9) return kForever;
    return steady_ns() + static_cast<int64_t>(seconds * 1e9);
}

// How long to wait now, at most one slice; 0 when the time is up.
inline int64_t slice_ns(int64_t deadline) noexcept {
    if (deadline == kForever) return kSliceNs;
    const int64_t remaining = deadline == 0 ? 0 : deadline - steady_ns();
    return remaining <= 0 ? 0 : (remaining < kSliceNs ? remaining : kSliceNs);
}

}  // namespace trading::native
