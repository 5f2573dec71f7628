// Tiles of 4 lanes by 4 rows, turned in registers: four consecutive prices of each of four lanes come in, four rows with one
// price a lane go out, and the other way round. Included by simd_levels.hpp inside the namespace of each level that has AVX2.
//
// Gathers cost more, and every such level has the 256-bit shuffles.

struct Quad {
    __m256d row_0, row_1, row_2, row_3;
};

// Two neighbouring numbers of one lane, and two of the next but one.
LANE __m256d two_lanes(const double* lane, const double* lane_after_next) {
    return _mm256_insertf128_pd(_mm256_castpd128_pd256(_mm_loadu_pd(lane)), _mm_loadu_pd(lane_after_next), 1);
}

// `from` is the first lane's first number; lanes are a stride apart.
LANE Quad load_quad(const double* from, int64_t stride) {
    const double *const lane_1 = from + stride, *const lane_2 = lane_1 + stride, *const lane_3 = lane_2 + stride;
    const __m256d even_01 = two_lanes(from, lane_2), odd_01 = two_lanes(lane_1, lane_3);
    const __m256d even_23 = two_lanes(from + 2, lane_2 + 2), odd_23 = two_lanes(lane_1 + 2, lane_3 + 2);
    return {_mm256_unpacklo_pd(even_01, odd_01), _mm256_unpackhi_pd(even_01, odd_01),
            _mm256_unpacklo_pd(even_23, odd_23), _mm256_unpackhi_pd(even_23, odd_23)};
}

LANE void store_quad(double* to, int64_t stride, Quad quad) {
    double *const lane_1 = to + stride, *const lane_2 = lane_1 + stride, *const lane_3 = lane_2 + stride;
    const __m256d even_01 = _mm256_unpacklo_pd(quad.row_0, quad.row_1);
    const __m256d odd_01 = _mm256_unpackhi_pd(quad.row_0, quad.row_1);
    const __m256d even_23 = _mm256_unpacklo_pd(quad.row_2, quad.row_3);
    const __m256d odd_23 = _mm256_unpackhi_pd(quad.row_2, quad.row_3);
    _mm256_storeu_pd(to, _mm256_permute2f128_pd(even_01, even_23, 0x20));
    _mm256_storeu_pd(lane_1, _mm256_permute2f128_pd(odd_01, odd_23, 0x20));
    _mm256_storeu_pd(lane_2, _mm256_permute2f128_pd(even_01, even_23, 0x31));
    _mm256_storeu_pd(lane_3, _mm256_permute2f128_pd(odd_01, odd_23, 0x31));
}
