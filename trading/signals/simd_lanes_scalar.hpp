// One level of SIMD: none. A register is one number. Included by simd_levels.hpp inside the level's namespace.
//
// No include guard: what a level consists of is included once a level.

using Register = double;
constexpr int kRegisterLanes = 1;

LANE Register load_register(const double* from) { return *from; }
LANE void store_register(double* to, Register values) { *to = values; }
LANE Register repeat(double value) { return value; }
// left * right + addend with one rounding.
LANE Register fused(Register left, Register right, Register addend) { return __builtin_fma(left, right, addend); }
LANE Register fused_less(Register left, Register right, Register less) { return __builtin_fma(left, right, -less); }
// Where a value is not a number, the other one.
LANE Register larger(Register value, Register or_that) { return value > or_that ? value : or_that; }
LANE Register smaller(Register value, Register or_that) { return value < or_that ? value : or_that; }
LANE Register magnitude(Register value) { return __builtin_fabs(value); }
LANE Register square_root(Register value) { return __builtin_sqrt(value); }
// The choice where a test is other than zero, and where one value is less than another.
LANE Register where_nonzero(Register test, Register yes, Register no) { return test < 0.0 || test > 0.0 ? yes : no; }
LANE Register where_less(Register left, Register right, Register yes, Register no) { return left < right ? yes : no; }
