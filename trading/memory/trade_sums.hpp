// Exact sums over columns of 64-bit numbers, four at a time where the machine can: chosen at run time, with a scalar fallback.
#pragma once

#include <cstddef>
#include <cstdint>

#include "memory/trade_store.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace trading::memory {

struct ScalarSums {
    static int64_t sum(const int64_t* numbers, std::size_t length) noexcept {
        int64_t total = 0;
        for (std::size_t index = 0; index < length; ++index) total += numbers[index];
        return total;
    }
    static int64_t signed_sum(const int64_t* signs, const int64_t* numbers, std::size_t length) noexcept {
        int64_t total = 0;
        for (std::size_t index = 0; index < length; ++index) total += signs[index] * numbers[index];
        return total;
    }
    static WideSum products(const int64_t* left, const int64_t* right, std::size_t length) noexcept {
        WideSum total;
        for (std::size_t index = 0; index < length; ++index) {
            const uint64_t product = static_cast<uint64_t>(left[index]) * static_cast<uint64_t>(right[index]);
            total.upper += product >> 32;
            total.lower += product & 0xFFFF'FFFF;
        }
        return total;
    }
};

#if defined(__x86_64__)

#define TRADING_AVX2 __attribute__((target("avx2")))

// Two independent accumulators: one addition a cycle would otherwise wait for the one before.
struct WideSums {
    TRADING_AVX2 static __m256i load(const int64_t* from) noexcept { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)); }
    TRADING_AVX2 static int64_t lanes(__m256i numbers) noexcept {
        int64_t lane[4];
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(lane), numbers);
        return lane[0] + lane[1] + lane[2] + lane[3];
    }

    TRADING_AVX2 static int64_t sum(const int64_t* numbers, std::size_t length) noexcept {
        __m256i first = _mm256_setzero_si256(), second = first;
        std::size_t index = 0;
        for (; index + 8 <= length; index += 8) {
            first = _mm256_add_epi64(first, load(numbers + index));
            second = _mm256_add_epi64(second, load(numbers + index + 4));
        }
        return lanes(_mm256_add_epi64(first, second)) + ScalarSums::sum(numbers + index, length - index);
    }

    // A sign of -1 is all ones: (number ^ sign) - sign is the negated number, and with the zeros of +1's mask the number.
    TRADING_AVX2 static __m256i with_sign(__m256i signs, __m256i numbers) noexcept {
        const __m256i is_negative = _mm256_cmpgt_epi64(_mm256_setzero_si256(), signs);
        return _mm256_sub_epi64(_mm256_xor_si256(numbers, is_negative), is_negative);
    }
    TRADING_AVX2 static int64_t signed_sum(const int64_t* signs, const int64_t* numbers, std::size_t length) noexcept {
        __m256i first = _mm256_setzero_si256(), second = first;
        std::size_t index = 0;
        for (; index + 8 <= length; index += 8) {
            first = _mm256_add_epi64(first, with_sign(load(signs + index), load(numbers + index)));
            second = _mm256_add_epi64(second, with_sign(load(signs + index + 4), load(numbers + index + 4)));
        }
        return lanes(_mm256_add_epi64(first, second)) + ScalarSums::signed_sum(signs + index, numbers + index, length - index);
    }

    // Both factors have 32 bits at most, which is what the instruction multiplies.
    TRADING_AVX2 static WideSum products(const int64_t* left, const int64_t* right, std::size_t length) noexcept {
        const __m256i lower_half = _mm256_set1_epi64x(0xFFFF'FFFF);
        __m256i upper = _mm256_setzero_si256(), lower = upper;
        std::size_t index = 0;
        for (; index + 4 <= length; index += 4) {
            const __m256i product = _mm256_mul_epu32(load(left + index), load(right + index));
            upper = _mm256_add_epi64(upper, _mm256_srli_epi64(product, 32));
            lower = _mm256_add_epi64(lower, _mm256_and_si256(product, lower_half));
        }
        const WideSum rest = ScalarSums::products(left + index, right + index, length - index);
        return {static_cast<uint64_t>(lanes(upper)) + rest.upper, static_cast<uint64_t>(lanes(lower)) + rest.lower};
    }
};

inline bool has_wide_sums() noexcept {
    static const bool has_it = __builtin_cpu_supports("avx2") != 0;
    return has_it;
}

#else

using WideSums = ScalarSums;
inline bool has_wide_sums() noexcept { return false; }

#endif

inline int64_t sum_of(const int64_t* numbers, std::size_t length) noexcept {
    return has_wide_sums() ? WideSums::sum(numbers, length) : ScalarSums::sum(numbers, length);
}
// Signs are 1 or -1.
inline int64_t signed_sum_of(const int64_t* signs, const int64_t* numbers, std::size_t length) noexcept {
    return has_wide_sums() ? WideSums::signed_sum(signs, numbers, length) : ScalarSums::signed_sum(signs, numbers, length);
}
// Both factors are from 0 to 2^32 - 1, and there are less than 2^32 of them.
inline WideSum sum_of_products(const int64_t* left, const int64_t* right, std::size_t length) noexcept {
    return has_wide_sums() ? WideSums::products(left, right, length) : ScalarSums::products(left, right, length);
}

}  // namespace trading::memory
