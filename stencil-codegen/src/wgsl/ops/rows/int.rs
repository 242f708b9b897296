//! Integers.

use super::*;

/// Messages of Rust's panics.
macro_rules! by_zero {
    () => {
        "check{attempt to divide by zero}"
    };
}
macro_rules! rem_by_zero {
    () => {
        "check{attempt to calculate the remainder with a divisor of zero}"
    };
}

const UNSIGNED_RESULT: Type = Type::Unsigned;

pub(super) const ROWS: &[Row] = &[
    row("abs", SIGNED, &[], SAME, "fit(abs($0))"),
    row("wrapping_abs", SIGNED, &[], SAME, "fit(abs($0))"),
    row("saturating_abs", SIGNED, &[], SAME, "rs_saturating_abs_S($0)"),
    row("unsigned_abs", SIGNED, &[], UNSIGNED_RESULT, "U(abs($0))"),
    row("abs_diff", INTS, &[SAME], UNSIGNED_RESULT, "rs_abs_diff_S($0, $1)"),
    row("signum", SIGNED, &[], SAME, "rs_signum_S($0)"),
    row("is_positive", SIGNED, &[], TRUTH, "$0 > T(0)"),
    row("is_negative", SIGNED, &[], TRUTH, "$0 < T(0)"),
    row("min", INTS, &[SAME], SAME, "min($0, $1)"),
    row("max", INTS, &[SAME], SAME, "max($0, $1)"),
    row("clamp", INTS, &[SAME, SAME], SAME, "rs_clamp_S($0, $1, $2, check{min > max})"),
    row("midpoint", INTS, &[SAME], SAME, "rs_midpoint_S($0, $1)"),
    // Powers and roots.
    row("pow", INTS, &[COUNT], SAME, "rs_pow_S($0, $1)"),
    row("wrapping_pow", INTS, &[COUNT], SAME, "rs_pow_S($0, $1)"),
    row("saturating_pow", INTS, &[COUNT], SAME, "rs_saturating_pow_S($0, $1)"),
    row("isqrt", UNSIGNED, &[], SAME, "rs_isqrt_S($0)"),
    row("ilog2", UNSIGNED, &[], COUNT, "rs_ilog2_S($0, check{argument of integer logarithm must be positive})"),
    row("is_power_of_two", UNSIGNED, &[], TRUTH, "rs_count_ones_S($0) == 1u"),
    row("is_multiple_of", UNSIGNED, &[SAME], TRUTH, "rs_is_multiple_of_S($0, $1)"),
    row("next_power_of_two", UNSIGNED, &[], SAME, "rs_next_power_of_two_S($0)"),
    // Division.
    row(
        "rem_euclid",
        SIGNED,
        &[SAME],
        SAME,
        concat!(
            "rs_rem_euclid_S($0, $1, ",
            rem_by_zero!(),
            ", check{attempt to calculate the remainder with overflow})"
        ),
    ),
    row(
        "div_euclid",
        SIGNED,
        &[SAME],
        SAME,
        concat!("rs_div_euclid_S($0, $1, ", by_zero!(), ", check{attempt to divide with overflow})"),
    ),
    row("rem_euclid", UNSIGNED, &[SAME], SAME, concat!("rs_rem_S($0, $1, ", rem_by_zero!(), ")")),
    row("div_euclid", UNSIGNED, &[SAME], SAME, concat!("rs_div_S($0, $1, ", by_zero!(), ")")),
    row("div_ceil", UNSIGNED, &[SAME], SAME, concat!("rs_div_ceil_S($0, $1, ", by_zero!(), ")")),
    row("next_multiple_of", UNSIGNED, &[SAME], SAME, concat!("rs_next_multiple_of_S($0, $1, ", rem_by_zero!(), ")")),
    row("wrapping_div", SIGNED, &[SAME], SAME, concat!("rs_wrapping_div_S($0, $1, ", by_zero!(), ")")),
    row("wrapping_rem", SIGNED, &[SAME], SAME, concat!("rs_wrapping_rem_S($0, $1, ", rem_by_zero!(), ")")),
    row("saturating_div", SIGNED, &[SAME], SAME, concat!("rs_saturating_div_S($0, $1, ", by_zero!(), ")")),
    row("wrapping_div", UNSIGNED, &[SAME], SAME, concat!("rs_div_S($0, $1, ", by_zero!(), ")")),
    row("wrapping_rem", UNSIGNED, &[SAME], SAME, concat!("rs_rem_S($0, $1, ", rem_by_zero!(), ")")),
    row("saturating_div", UNSIGNED, &[SAME], SAME, concat!("rs_div_S($0, $1, ", by_zero!(), ")")),
    // Wrapping and saturating.
    row("wrapping_add", INTS, &[SAME], SAME, "fit($0 + $1)"),
    row("wrapping_sub", INTS, &[SAME], SAME, "fit($0 - $1)"),
    row("wrapping_mul", INTS, &[SAME], SAME, "fit($0 * $1)"),
    row("wrapping_neg", SIGNED, &[], SAME, "fit(-$0)"),
    row("wrapping_neg", UNSIGNED, &[], SAME, "fit(T(0) - $0)"),
    row("wrapping_shl", INTS, &[COUNT], SAME, "fit($0 << ($1 & (BITS - 1u)))"),
    row("wrapping_shr", INTS, &[COUNT], SAME, "$0 >> ($1 & (BITS - 1u))"),
    row("saturating_add", NARROW, &[SAME], SAME, "clamp($0 + $1, MIN, MAX)"),
    row("saturating_sub", &[I8, I16], &[SAME], SAME, "clamp($0 - $1, MIN, MAX)"),
    row("saturating_sub", UNSIGNED, &[SAME], SAME, "rs_saturating_sub_S($0, $1)"),
    row("saturating_mul", NARROW, &[SAME], SAME, "clamp($0 * $1, MIN, MAX)"),
    row("saturating_add", WIDE_SIGNED, &[SAME], SAME, "rs_saturating_add_S($0, $1)"),
    row("saturating_sub", WIDE_SIGNED, &[SAME], SAME, "rs_saturating_sub_S($0, $1)"),
    row("saturating_mul", WIDE_SIGNED, &[SAME], SAME, "rs_saturating_mul_S($0, $1)"),
    row("saturating_add", WIDE_UNSIGNED, &[SAME], SAME, "rs_saturating_add_S($0, $1)"),
    row("saturating_mul", WIDE_UNSIGNED, &[SAME], SAME, "rs_saturating_mul_S($0, $1)"),
    row("saturating_neg", SIGNED, &[], SAME, "rs_saturating_neg_S($0)"),
    // Bits.
    row("count_ones", INTS, &[], COUNT, "rs_count_ones_U(raw($0))"),
    row("count_zeros", INTS, &[], COUNT, "BITS - rs_count_ones_U(raw($0))"),
    row("leading_zeros", INTS, &[], COUNT, "rs_leading_zeros_U(raw($0))"),
    row("trailing_zeros", INTS, &[], COUNT, "rs_trailing_zeros_U(raw($0))"),
    row("leading_ones", INTS, &[], COUNT, "rs_leading_zeros_U(raw(fit(~$0)))"),
    row("trailing_ones", INTS, &[], COUNT, "rs_trailing_zeros_U(raw(fit(~$0)))"),
    row("rotate_left", FIXED, &[COUNT], SAME, "fit(T(rs_rotate_U(raw($0), $1)))"),
    row("rotate_right", FIXED, &[COUNT], SAME, "fit(T(rs_rotate_U(raw($0), BITS - ($1 & (BITS - 1u)))))"),
    row("reverse_bits", FIXED, &[], SAME, "fit(T(rs_reverse_bits_U(raw($0))))"),
    row("swap_bytes", FIXED, &[], SAME, "fit(T(rs_swap_bytes_U(raw($0))))"),
    row("not", INTS, &[], SAME, "fit(~$0)"),
    row("cast_signed", UNSIGNED, &[], Type::Signed, "rs_cast_signed_S($0)"),
    row("cast_unsigned", SIGNED, &[], UNSIGNED_RESULT, "raw($0)"),
];
