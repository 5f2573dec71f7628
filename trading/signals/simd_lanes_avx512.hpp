// One level of SIMD: AVX-512 (foundation). A register is eight numbers. Included by simd_levels.hpp inside the level's
// namespace.
//
// No include guard: what a level consists of is included once a level. + - * / are the compiler's own.

using Register = __m512d;
constexpr int kRegisterLanes = 8;

LANE Register load_register(const double* from) { return _mm512_loadu_pd(from); }
LANE void store_register(double* to, Register values) { _mm512_storeu_pd(to, values); }
LANE Register repeat(double value) { return _mm512_set1_pd(value); }
// left * right + addend with one rounding.
LANE Register fused(Register left, Register right, Register addend) { return _mm512_fmadd_pd(left, right, addend); }
LANE Register fused_less(Register left, Register right, Register less) { return _mm512_fmsub_pd(left, right, less); }
// Where a value is not a number, the other one.
LANE Register larger(Register value, Register or_that) { return _mm512_max_pd(value, or_that); }
LANE Register smaller(Register value, Register or_that) { return _mm512_min_pd(value, or_that); }
LANE Register magnitude(Register value) { return _mm512_abs_pd(value); }
LANE Register square_root(Register value) { return _mm512_sqrt_pd(value); }
// The choice where a test is other than zero, and where one value is less than another.
LANE Register where_nonzero(Register test, Register yes, Register no) {
    return _mm512_mask_blend_pd(_mm512_cmp_pd_mask(test, _mm512_setzero_pd(), _CMP_NEQ_OQ), no, yes);
}
LANE Register where_less(Register left, Register right, Register yes, Register no) {
    return _mm512_mask_blend_pd(_mm512_cmp_pd_mask(left, right, _CMP_LT_OQ), no, yes);
}

// Four rows of as many lanes as a register has: two quads side by side; see simd_quads.hpp.
struct Tile {
    Register row_0, row_1, row_2, row_3;
};
LANE Register joined(__m256d low, __m256d high) { return _mm512_insertf64x4(_mm512_castpd256_pd512(low), high, 1); }
LANE Tile load_tile(const double* from, int64_t stride) {
    const Quad low = load_quad(from, stride), high = load_quad(from + 4 * stride, stride);
    return {joined(low.row_0, high.row_0), joined(low.row_1, high.row_1), joined(low.row_2, high.row_2),
            joined(low.row_3, high.row_3)};
}
LANE void store_tile(double* to, int64_t stride, Tile tile) {
    store_quad(to, stride, {_mm512_castpd512_pd256(tile.row_0), _mm512_castpd512_pd256(tile.row_1),
                            _mm512_castpd512_pd256(tile.row_2), _mm512_castpd512_pd256(tile.row_3)});
    store_quad(to + 4 * stride, stride, {_mm512_extractf64x4_pd(tile.row_0, 1), _mm512_extractf64x4_pd(tile.row_1, 1),
                                         _mm512_extractf64x4_pd(tile.row_2, 1), _mm512_extractf64x4_pd(tile.row_3, 1)});
}
