// Levels of SIMD: the name of one comes in, its kernels go out, and whether the processor that runs this has it.
//
// The module is built for any processor of its family; the code of a level is compiled for that level by a pragma, and
// called only where CPUID has the instructions and the operating system saves their registers (XGETBV; both are what
// __builtin_cpu_supports asks). So a module with AVX-512 in it imports and runs on processors, and under valgrind, without.
#pragma once

#include <cstdint>
#include <limits>

#if defined(__x86_64__) && defined(__GNUC__)
#define TRADING_HAS_X86_LEVELS 1
#include <immintrin.h>
#endif

#include "indicators.hpp"

namespace trading::signals {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();
inline constexpr double kAgreement = 1e-12;  // of an average's end and the next lane's start, as a share of the average

// What the lanes of each indicator start from and leave behind; see simd_strength.hpp and simd_trend.hpp.
struct StrengthState {
    double changes, sizes, previous_price;
};
struct TrendState {
    double fast, slow, signal;
};
// What a number of prices that all equal the anchor makes of a state: it keeps a share of each part, and the averages add
// to the signal line.
struct TrendDecay {
    double fast, slow, signal, fast_to_signal, slow_to_signal;
};
struct TrendWeights {
    double anchor, fast_weight, slow_weight, signal_weight, fast_keep, slow_keep, signal_keep;
    TrendDecay lane;
};

// Columns of states, one row a symbol; see simd_many_symbols.hpp.
struct StrengthColumns {
    double period, keep;
    double *previous, *gain, *loss, *value;
};
struct TrendColumns {
    double fast_weight, slow_weight, signal_weight;  // of the price that comes now
    double *fast, *slow, *signal;
};
struct BandColumns {
    double period, width;
    double *oldest, *anchor, *sum, *squares, *next_anchor, *next_sum, *next_squares;
};

// The kernels of one level. Those over series are missing at the scalar level, which has no lanes to fill.
struct LevelKernels {
    int lanes;
    void (*strength_step)(const StrengthColumns&, int64_t padded, const double* prices, double* values);
    void (*trend_step)(const TrendColumns&, int64_t padded, const double* prices, double* differences, double* signals);
    void (*band_step)(const BandColumns&, int64_t padded, const double* prices, bool begins_window, bool ends_window,
                      double* lower, double* middle, double* upper);
    bool (*strength_lanes)(const double* prices, int64_t rows, int64_t tail_rows, double keep, double keep_a_lane,
                           StrengthState& state, double* values);
    void (*trend_lanes)(const double* prices, int64_t rows, int64_t tail_rows, const TrendWeights& weights,
                        TrendState& state, double* differences, double* signals);
    void (*band_lanes)(const double* prices, int64_t rows, int64_t turn, int64_t period, double width, double* lower,
                       double* middle, double* upper);
};

inline constexpr int kMostLanes = 16;

#define LANE static inline __attribute__((always_inline))

namespace scalar {
#include "simd_lanes_scalar.hpp"
#include "simd_lane_pairs.hpp"
#include "simd_many_symbols.hpp"
static constexpr LevelKernels kKernels = {kLanes, strength_step, trend_step, band_step, nullptr, nullptr, nullptr};
}  // namespace scalar

#if defined(TRADING_HAS_X86_LEVELS)
#pragma GCC push_options
#pragma GCC target("avx2,fma")
namespace avx2 {
#include "simd_quads.hpp"
#include "simd_lanes_avx2.hpp"
#include "simd_lane_pairs.hpp"
#include "simd_bands.hpp"
#include "simd_strength.hpp"
#include "simd_trend.hpp"
#include "simd_many_symbols.hpp"
static constexpr LevelKernels kKernels = {kLanes,         strength_step, trend_step, band_step,
                                          strength_lanes, trend_lanes,   band_lanes};
}  // namespace avx2
#pragma GCC pop_options

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"  // of GCC 12's own intrinsics, which begin with undefined registers
#pragma GCC push_options
#pragma GCC target("avx2,fma,avx512f")
namespace avx512 {
#include "simd_quads.hpp"
#include "simd_lanes_avx512.hpp"
#include "simd_lane_pairs.hpp"
#include "simd_bands.hpp"
#include "simd_strength.hpp"
#include "simd_trend.hpp"
#include "simd_many_symbols.hpp"
static constexpr LevelKernels kKernels = {kLanes,         strength_step, trend_step, band_step,
                                          strength_lanes, trend_lanes,   band_lanes};
}  // namespace avx512
#pragma GCC pop_options
#pragma GCC diagnostic pop
#endif

#undef LANE

enum class Level { scalar, avx2, avx512 };

inline bool has_level(Level level) noexcept {
    if (level == Level::scalar) return true;
#if defined(TRADING_HAS_X86_LEVELS)
    __builtin_cpu_init();
    const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    return level == Level::avx2 ? has_avx2 : has_avx2 && __builtin_cpu_supports("avx512f");
#else
    return false;
#endif
}

inline const LevelKernels& kernels_of(Level level) noexcept {
#if defined(TRADING_HAS_X86_LEVELS)
    if (level == Level::avx512) return avx512::kKernels;
    if (level == Level::avx2) return avx2::kKernels;
#endif
    return scalar::kKernels;
}

}  // namespace trading::signals
