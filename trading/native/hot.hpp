// How a hot function is compiled: by the compiler's own judgement, or forced inline where the build variant says so
// (flag inline-hot-paths). The source is the same; meson.build defines TRADING_INLINE_HOT for the variants.
#pragma once

#if defined(TRADING_INLINE_HOT)
#define TRADING_HOT inline __attribute__((always_inline))
#else
#define TRADING_HOT inline
#endif

#define TRADING_LIKELY(condition) __builtin_expect(static_cast<bool>(condition), 1)
#define TRADING_UNLIKELY(condition) __builtin_expect(static_cast<bool>(condition), 0)
