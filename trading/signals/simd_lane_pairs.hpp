// Lanes: two registers side by side, so that two steps of a recurrence are under way at once and hide each other's latency.
// Included by simd_levels.hpp inside the namespace of each level, after its registers.

struct Lanes {
    Register low, high;
};
constexpr int kLanes = 2 * kRegisterLanes;

LANE Lanes load(const double* from) { return {load_register(from), load_register(from + kRegisterLanes)}; }
LANE void store(double* to, Lanes values) {
    store_register(to, values.low);
    store_register(to + kRegisterLanes, values.high);
}
LANE Lanes all(double value) { return {repeat(value), repeat(value)}; }
LANE Lanes operator+(Lanes left, Lanes right) { return {left.low + right.low, left.high + right.high}; }
LANE Lanes operator-(Lanes left, Lanes right) { return {left.low - right.low, left.high - right.high}; }
LANE Lanes operator*(Lanes left, Lanes right) { return {left.low * right.low, left.high * right.high}; }
LANE Lanes operator/(Lanes left, Lanes right) { return {left.low / right.low, left.high / right.high}; }
LANE Lanes fused(Lanes left, Lanes right, Lanes addend) {
    return {fused(left.low, right.low, addend.low), fused(left.high, right.high, addend.high)};
}
LANE Lanes fused_less(Lanes left, Lanes right, Lanes less) {
    return {fused_less(left.low, right.low, less.low), fused_less(left.high, right.high, less.high)};
}
LANE Lanes larger(Lanes value, Lanes or_that) {
    return {larger(value.low, or_that.low), larger(value.high, or_that.high)};
}
LANE Lanes smaller(Lanes value, Lanes or_that) {
    return {smaller(value.low, or_that.low), smaller(value.high, or_that.high)};
}
LANE Lanes magnitude(Lanes value) { return {magnitude(value.low), magnitude(value.high)}; }
LANE Lanes square_root(Lanes value) { return {square_root(value.low), square_root(value.high)}; }
LANE Lanes where_nonzero(Lanes test, Lanes yes, Lanes no) {
    return {where_nonzero(test.low, yes.low, no.low), where_nonzero(test.high, yes.high, no.high)};
}
LANE Lanes where_less(Lanes left, Lanes right, Lanes yes, Lanes no) {
    return {where_less(left.low, right.low, yes.low, no.low), where_less(left.high, right.high, yes.high, no.high)};
}

// Runs through the ends of the lanes of an average: `ends`, what each lane adds to nothing, becomes the state before each.
static inline double start_lanes(double* ends, double state, double keep_a_lane) {
    for (int lane = 0; lane < kLanes; ++lane) {
        const double added = ends[lane];
        ends[lane] = state;
        state = state * keep_a_lane + added;
    }
    return state;
}
