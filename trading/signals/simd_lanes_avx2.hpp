// One level of SIMD: AVX2 with fused multiplication and addition. A register is four numbers. Included by simd_levels.hpp
// inside the level's namespace.
//
// No include guard: what a level consists of is included once a level. + - * / are the compiler's own.

using Register = __m256d;
constexpr int kRegisterLanes = 4;

LANE Register load_register(const double* from) { return _mm256_loadu_pd(from); }
LANE void store_register(double* to, Register values) { _mm256_storeu_pd(to, values); }
LANE Register repeat(double value) { return _mm256_set1_pd(value); }
// left * right + addend with one rounding.
LANE Register fused(Register left, Register right, Register addend) { return _mm256_fmadd_pd(left, right, addend); }
LANE Register fused_less(Register left, Register right, Register less) { return _mm256_fmsub_pd(left, right, less); }
// Where a value is not a number, the other one.
LANE Register larger(Register value, Register or_that) { return _mm256_max_pd(value, or_that); }
LANE Register smaller(Register value, Register or_that) { return _mm256_min_pd(value, or_that); }
LANE Register magnitude(Register value) { return _mm256_andnot_pd(_mm256_set1_pd(-0.0), value); }
LANE Register square_root(Register value) { return _mm256_sqrt_pd(value); }
// The choice where a test is other than zero, and where one value is less than another.
LANE Register where_nonzero(Register test, Register yes, Register no) {
    return _mm256_blendv_pd(no, yes, _mm256_cmp_pd(test, _mm256_setzero_pd(), _CMP_NEQ_OQ));
}
LANE Register where_less(Register left, Register right, Register yes, Register no) {
    return _mm256_blendv_pd(no, yes, _mm256_cmp_pd(left, right, _CMP_LT_OQ));
}

// Four rows of as many lanes as a register has; see simd_quads.hpp.
using Tile = Quad;
LANE Tile load_tile(const double* from, int64_t stride) { return load_quad(from, stride); }
LANE void store_tile(double* to, int64_t stride, Tile tile) { store_quad(to, stride, tile); }
