// Sums of lots with vector instructions, chosen at run time (flag simd-imbalance): numbers in a row come in, their exact
// sum goes out.
//
// The additions are written as instructions because the numbers may be atomic (access.hpp): a vector load of them has no
// name in C++. The hardware loads each aligned number of 64 bits whole, and a reader whose look at the sequence before
// and after agrees has seen none change in between.
#pragma once

#include <cstddef>
#include <cstdint>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace trading::book {

using SumLots = int64_t (*)(const int64_t*, std::size_t);

#if defined(__x86_64__)
__attribute__((target("avx2"), noinline)) inline int64_t sum_lots_avx2(const int64_t* lots, std::size_t count) {
    typedef long long Unaligned __attribute__((vector_size(32), aligned(8), may_alias));
    __m256i even = _mm256_setzero_si256(), odd = even;
    std::size_t place = 0;
    for (; place + 8 <= count; place += 8) {
        __asm__ volatile("vpaddq %1, %0, %0" : "+x"(even) : "m"(*reinterpret_cast<const Unaligned*>(lots + place)));
        __asm__ volatile("vpaddq %1, %0, %0" : "+x"(odd) : "m"(*reinterpret_cast<const Unaligned*>(lots + place + 4)));
    }
    if (place + 4 <= count) {
        __asm__ volatile("vpaddq %1, %0, %0" : "+x"(even) : "m"(*reinterpret_cast<const Unaligned*>(lots + place)));
        place += 4;
    }
    // The last three at most: lanes that are masked out are not read.
    const __m256i wanted = _mm256_cmpgt_epi64(_mm256_set1_epi64x(static_cast<long long>(count - place)),
                                              _mm256_setr_epi64x(0, 1, 2, 3));
    __m256i last;
    __asm__ volatile("vpmaskmovq %2, %1, %0"
                     : "=x"(last)
                     : "x"(wanted), "m"(*reinterpret_cast<const Unaligned*>(lots + place)));
    const __m256i four = _mm256_add_epi64(_mm256_add_epi64(even, odd), last);
    const __m128i two = _mm_add_epi64(_mm256_castsi256_si128(four), _mm256_extracti128_si256(four, 1));
    return _mm_extract_epi64(two, 0) + _mm_extract_epi64(two, 1);
}
#endif

// The one that this machine has; nullptr where it has none, for a plain loop.
inline SumLots vector_sum() noexcept {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) return sum_lots_avx2;
#endif
    return nullptr;
}

}  // namespace trading::book
