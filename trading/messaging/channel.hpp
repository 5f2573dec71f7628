// What every native channel between threads offers: pointers go in at one end, the same pointers in the same order out
// at the other. Whose the pointers are, and what they point at, is the caller's matter.
//
// Calls never block, but for wait(). A caller that has to wait announces it first and retires it afterwards; in between
// it may wait as often as it likes. In the Python binding all calls but wait() are made under the interpreter's lock.
#pragma once

#include <chrono>
#include <cstdint>

namespace trading::messaging {

enum class Outcome : int {
    kDone,
    kNotNow,    // full, or empty
    kClosed,    // takes nothing more; or is drained
    kNoMemory,  // nothing happened
};

// Which end of the channel somebody waits at.
enum class End : int { kSending, kReceiving };

class Channel {
  public:
    virtual ~Channel() = default;

    virtual Outcome try_send(void* message) noexcept = 0;
    virtual Outcome try_receive(void** message) noexcept = 0;
    virtual void close() noexcept = 0;

    virtual void announce(End) noexcept {}
    virtual void retire(End) noexcept {}
    // Returns once an attempt at that end may have another outcome than kNotNow, or when the time is up.
    virtual void wait(End end, std::chrono::nanoseconds time) noexcept = 0;

    virtual int64_t size() noexcept = 0;
    virtual bool is_closed() noexcept = 0;
    virtual bool is_drained() noexcept = 0;

    // Calls `visit` with every message that is inside, oldest first, until it answers other than 0; returns that answer.
    // Nobody may use the channel meanwhile.
    virtual int visit(int (*visit)(void* message, void* context), void* context) noexcept = 0;
};

}  // namespace trading::messaging
