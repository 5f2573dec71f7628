// Memory near the thread that uses it (flag numa-local): a node of the machine comes in, and the kernel is asked to take
// pages from it. The system calls are made directly, so that no library is needed; elsewhere than on Linux they answer with
// "not implemented".
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>

#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace trading::native {

inline constexpr int kMaximumNodes = 1024;

#if defined(__linux__) && defined(SYS_set_mempolicy) && defined(SYS_mbind) && defined(SYS_get_mempolicy)

// From linux/mempolicy.h: "preferred" falls back to other nodes where one is full, which beats being killed.
inline constexpr int kPolicyDefault = 0;
inline constexpr int kPolicyPreferred = 1;
inline constexpr unsigned kMovePages = 1u << 1;
inline constexpr std::size_t kBitsAWord = 8 * sizeof(unsigned long);

struct NodeMask {
    unsigned long words[kMaximumNodes / kBitsAWord] = {};
    explicit NodeMask(int node) noexcept { words[static_cast<std::size_t>(node) / kBitsAWord] |= 1ul << (static_cast<std::size_t>(node) % kBitsAWord); }
};

// Where the calling thread's new pages come from: a node, or where the thread runs (negative). Returns 0 or an errno.
inline int prefer_node_for_thread(int node) noexcept {
    if (node >= kMaximumNodes) return EINVAL;
    if (node < 0) return syscall(SYS_set_mempolicy, kPolicyDefault, nullptr, 0ul) == 0 ? 0 : errno;
    const NodeMask mask(node);
    return syscall(SYS_set_mempolicy, kPolicyPreferred, mask.words, static_cast<unsigned long>(kMaximumNodes) + 1) == 0 ? 0 : errno;
}

// Puts the whole pages of a piece of memory on a node, those that are in use already included. Nothing for a negative node.
inline int prefer_node(void* memory, std::size_t size_bytes, int node) noexcept {
    if (node < 0) return 0;
    if (node >= kMaximumNodes) return EINVAL;
    const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    const auto first = (reinterpret_cast<std::uintptr_t>(memory) + page - 1) & ~(page - 1);
    const auto end = (reinterpret_cast<std::uintptr_t>(memory) + size_bytes) & ~(page - 1);
    if (end <= first) return 0;
    const NodeMask mask(node);
    const long result = syscall(SYS_mbind, first, end - first, kPolicyPreferred, mask.words,
                                static_cast<unsigned long>(kMaximumNodes) + 1, kMovePages);
    return result == 0 ? 0 : errno;
}

// The node that the calling thread prefers, -1 for none, or -2 where the kernel does not say.
inline int preferred_node_of_thread() noexcept {
    int policy = kPolicyDefault;
    NodeMask mask(0);
    mask.words[0] = 0;
    if (syscall(SYS_get_mempolicy, &policy, mask.words, static_cast<unsigned long>(kMaximumNodes) + 1, nullptr, 0ul) != 0) return -2;
    if (policy != kPolicyPreferred) return -1;
    for (int node = 0; node < kMaximumNodes; ++node) {
        const auto place = static_cast<std::size_t>(node);
        if (mask.words[place / kBitsAWord] >> (place % kBitsAWord) & 1) return node;
    }
    return -1;
}

#else

inline int prefer_node_for_thread(int) noexcept { return ENOSYS; }
inline int prefer_node(void*, std::size_t, int node) noexcept { return node < 0 ? 0 : ENOSYS; }
inline int preferred_node_of_thread() noexcept { return -2; }

#endif

}  // namespace trading::native
