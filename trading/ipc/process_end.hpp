// One end of a channel in shared memory, as the operating system sees it: a descriptor of the memory comes in; out go the
// mapping, whether the other end is still held by anybody, and a sleep from which the other end wakes.
//
// Each end is an open file description of its own, and holds a lock on one byte of the file (the sender byte 0, the
// receiver byte 1: "open file description locks", fcntl(2)). The description, and its lock, live until the last
// descriptor of it is closed in the last process: by close, by exit, or by kill -9. A fork inherits it, as does a program
// that is given the descriptor. So an unlocked byte is the death of that end, as the end of file is with a pipe.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <ctime>

#include "shared_memory_ring.hpp"

#if defined(__linux__)
#include <linux/futex.h>
#include <sys/syscall.h>
#endif

namespace trading::ipc {

enum class Side : int { kSender = 0, kReceiver = 1 };

enum class Attached : int {
    kDone,
    kSystemError,  // errno says which
    kNoRing,       // the descriptor is of something else
};

#if defined(__linux__)
namespace system_calls {

inline struct flock lock_of(Side side) noexcept {
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = static_cast<off_t>(side);
    lock.l_len = 1;
    return lock;
}
inline bool take_lock(int descriptor, Side side) noexcept {
    struct flock lock = lock_of(side);
    return fcntl(descriptor, F_OFD_SETLK, &lock) == 0;
}
// Whether a description other than the descriptor's holds the lock. What cannot be found out counts as held.
inline bool is_locked(int descriptor, Side side) noexcept {
    struct flock lock = lock_of(side);
    return fcntl(descriptor, F_OFD_GETLK, &lock) != 0 || lock.l_type != F_UNLCK;
}
inline int open_again(int descriptor) noexcept {
    char path[64];
    std::snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    return open(path, O_RDWR | O_CLOEXEC);
}
// Fetches all pages now: otherwise each costs a fault of microseconds when the ring first comes to it, and with some fifty
// frames a page that is the p99. Kernels before 5.14 know no such advice, and fetch the pages one by one as before.
inline void populate(void* memory, std::size_t bytes) noexcept {
#ifdef MADV_POPULATE_WRITE
    constexpr int advice = MADV_POPULATE_WRITE;
#else
    constexpr int advice = 23;  // Its number in Linux; this C library is older.
#endif
    (void)madvise(memory, bytes, advice);
}
// Sleeps until woken, a signal, or the time is up; returns at once unless the word is 1.
inline void sleep_on(std::atomic<uint32_t>* word, int64_t time_ns) noexcept {
    struct timespec time {static_cast<time_t>(time_ns / 1'000'000'000), static_cast<long>(time_ns % 1'000'000'000)};
    syscall(SYS_futex, reinterpret_cast<uint32_t*>(word), FUTEX_WAIT, 1, &time, nullptr, 0);
}
inline void wake(std::atomic<uint32_t>* word) noexcept {
    word->store(0, std::memory_order_release);
    syscall(SYS_futex, reinterpret_cast<uint32_t*>(word), FUTEX_WAKE, 1, nullptr, nullptr, 0);
}
// Counts the kernel's ticks, of a few milliseconds each; a few nanoseconds to read.
inline int64_t tick() noexcept {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

}  // namespace system_calls
#else
namespace system_calls {

inline bool take_lock(int, Side) noexcept {
    errno = ENOSYS;
    return false;
}
inline bool is_locked(int, Side) noexcept { return false; }
inline int open_again(int) noexcept { return -1; }
inline void populate(void*, std::size_t) noexcept {}
inline void sleep_on(std::atomic<uint32_t>*, int64_t) noexcept {}
inline void wake(std::atomic<uint32_t>*) noexcept {}
inline int64_t tick() noexcept { return 0; }

}  // namespace system_calls
#endif

// `Ring` is RingSender or RingReceiver. Not for two threads at once.
template <class Ring, Side kSide>
class ProcessEnd {
    static constexpr Side kOther = kSide == Side::kSender ? Side::kReceiver : Side::kSender;

  public:
    ProcessEnd() noexcept : ring_(nullptr, 0) {}
    ProcessEnd(const ProcessEnd&) = delete;
    ProcessEnd& operator=(const ProcessEnd&) = delete;
    ~ProcessEnd() {
        let_go();
        if (memory_ != nullptr) munmap(memory_, kHeadBytes + ring_.data_bytes());
    }

    // Takes the descriptor over where it answers kDone. The memory stays mapped as long as this object lives: a frame may
    // be in view.
    Attached attach(int descriptor) noexcept {
        struct stat status;
        if (fstat(descriptor, &status) != 0) return Attached::kSystemError;
        const auto data_bytes = static_cast<uint64_t>(status.st_size) - kHeadBytes;
        if (!S_ISREG(status.st_mode) || status.st_size < static_cast<off_t>(kHeadBytes) + 64 ||
            (data_bytes & (data_bytes - 1)) != 0) {
            return Attached::kNoRing;
        }
        // A mapping keeps its description alive, so it has another one: the lock must end with the descriptors.
        const int mapped = system_calls::open_again(descriptor);
        if (mapped < 0) return Attached::kSystemError;
        void* const memory = mmap(nullptr, kHeadBytes + data_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, mapped, 0);
        close(mapped);
        if (memory == MAP_FAILED) return Attached::kSystemError;
        const RingHead& head = *static_cast<const RingHead*>(memory);
        const bool is_ring = head.magic.load() == kMagic && head.data_bytes.load() == data_bytes;
        if (!is_ring || !system_calls::take_lock(descriptor, kSide)) {
            const int error = errno;
            munmap(memory, kHeadBytes + data_bytes);
            errno = error;
            return is_ring ? Attached::kSystemError : Attached::kNoRing;
        }
        // Only now, since something else may be of any size.
        system_calls::populate(memory, kHeadBytes + data_bytes);
        memory_ = memory;
        ring_ = Ring(memory, data_bytes);
        descriptor_ = descriptor;
        return Attached::kDone;
    }

    Ring& ring() noexcept { return ring_; }
    int descriptor() const noexcept { return descriptor_; }
    TRADING_HOT bool is_open() const noexcept { return descriptor_ >= 0; }

    // Closes the descriptor; the last one in the last process tells the other end at once, without being asked.
    void let_go() noexcept {
        if (descriptor_ < 0) return;
        const int witness = system_calls::open_again(descriptor_);
        close(descriptor_);
        descriptor_ = -1;
        if (witness < 0) return;  // The other end then finds out by itself.
        if (!system_calls::is_locked(witness, kSide)) {
            gone(kSide).store(1, std::memory_order_seq_cst);
            system_calls::wake(&sleeps(kOther));
        }
        close(witness);
    }

    // Whether the other end has been let go of by its last holder: what that one said, which costs nothing to read; and,
    // once a tick of the kernel's clock, what the operating system says, for it may have died.
    TRADING_HOT bool is_other_gone() noexcept {
        if (TRADING_UNLIKELY(gone(kOther).load(std::memory_order_acquire) != 0)) return true;
        const int64_t now = system_calls::tick();
        if (TRADING_LIKELY(now == asked_at_)) return false;
        asked_at_ = now;
        return is_other_dead();
    }
    bool is_other_dead() noexcept {
        if (gone(kOther).load(std::memory_order_acquire) != 0) return true;
        if (system_calls::is_locked(descriptor_, kOther)) return false;
        gone(kOther).store(1, std::memory_order_release);
        return true;
    }

    // To be called after each change that the other end may wait for.
    TRADING_HOT void wake_other() noexcept {
        // Between the change and this look stands a fence, and one between going to sleep and looking for the change: one
        // of the two sides sees the other.
        std::atomic_thread_fence(std::memory_order_seq_cst);
        if (TRADING_UNLIKELY(sleeps(kOther).load(std::memory_order_relaxed) != 0)) system_calls::wake(&sleeps(kOther));
    }

    // Polls for a change, for about so many turns; false when there was none.
    template <class HasChanged>
    bool poll(int turns, HasChanged has_changed) noexcept {
        for (int turn = 0; turn < turns; ++turn) {
            if (has_changed()) return true;
#if defined(__x86_64__)
            __builtin_ia32_pause();
#endif
        }
        return has_changed();
    }

    template <class HasChanged>
    void sleep(int64_t time_ns, HasChanged has_changed) noexcept {
        std::atomic<uint32_t>& word = sleeps(kSide);
        word.store(1, std::memory_order_seq_cst);
        std::atomic_thread_fence(std::memory_order_seq_cst);
        if (!has_changed() && gone(kOther).load(std::memory_order_acquire) == 0) system_calls::sleep_on(&word, time_ns);
        word.store(0, std::memory_order_relaxed);
    }

  private:
    std::atomic<uint32_t>& sleeps(Side side) noexcept {
        RingHead& head = ring_.head();
        return side == Side::kSender ? head.sender_sleeps : head.receiver_sleeps;
    }
    std::atomic<uint32_t>& gone(Side side) noexcept {
        RingHead& head = ring_.head();
        return side == Side::kSender ? head.is_sender_gone : head.is_receiver_gone;
    }

    Ring ring_;
    void* memory_ = nullptr;
    int descriptor_ = -1;
    int64_t asked_at_ = 0;
};

// The two ends, with what each of them waits for.
class SenderEnd : public ProcessEnd<RingSender, Side::kSender> {
  public:
    bool poll_for_room(int turns) noexcept {
        return poll(turns, [this] { return ring().may_have_room(); });
    }
    void sleep_until_room(int64_t time_ns) noexcept {
        sleep(time_ns, [this] { return ring().may_have_room(); });
    }
};

class ReceiverEnd : public ProcessEnd<RingReceiver, Side::kReceiver> {
  public:
    bool poll_for_frame(int turns) noexcept {
        return poll(turns, [this] { return ring().has_frame(); });
    }
    void sleep_until_frame(int64_t time_ns) noexcept {
        sleep(time_ns, [this] { return ring().has_frame(); });
    }
};

}  // namespace trading::ipc
