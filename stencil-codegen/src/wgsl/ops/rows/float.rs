//! Floating-point numbers.
//!
//! For `f16` a form computes in `f32`; `fit` rounds where the result may need it, as the half crate does.

use super::*;

const F64_ONLY: &[Scalar] = &[F64];

/// A row whose result may differ in the last places.
const fn near(name: &'static str, arguments: &'static [Type], form: &'static str, ulp: u32) -> Row {
    Row { name, receivers: FLOAT, arguments, result: SAME, form, accuracy: Accuracy::Ulp(ulp) }
}

pub(super) const ROWS: &[Row] = &[
    row("abs", FLOATS, &[], SAME, "abs($0)"),
    row("signum", FLOATS, &[], SAME, "rs_signum_S($0)"),
    row("copysign", FLOATS, &[SAME], SAME, "rs_copysign_S($0, $1)"),
    row("min", FLOATS, &[SAME], SAME, "rs_min_S($0, $1)"),
    row("max", FLOATS, &[SAME], SAME, "rs_max_S($0, $1)"),
    row("clamp", FLOATS, &[SAME, SAME], SAME, "rs_clamp_S($0, $1, $2, check{min > max, or either was NaN})"),
    row("midpoint", &[F32], &[SAME], SAME, "rs_midpoint_S($0, $1)"),
    // Rounding.
    row("floor", FLOATS, &[], SAME, "floor($0)"),
    row("ceil", FLOATS, &[], SAME, "ceil($0)"),
    row("trunc", FLOATS, &[], SAME, "trunc($0)"),
    row("fract", FLOATS, &[], SAME, "rs_fract_S($0)"),
    row("round", FLOATS, &[], SAME, "rs_round_S($0)"),
    row("round_ties_even", &[F32, F64], &[], SAME, "round($0)"),
    // Arithmetic.
    row("recip", FLOATS, &[], SAME, "fit(T(1.0) / $0)"),
    row("sqrt", FLOATS, &[], SAME, "fit(sqrt($0))"),
    Row { accuracy: Accuracy::Fused, ..row("mul_add", FLOAT, &[SAME, SAME], SAME, "fit(fma($0, $1, $2))") },
    Row { accuracy: Accuracy::Fused, ..row("mul_add", F64_ONLY, &[SAME, SAME], SAME, "fma($0, $1, $2)") },
    row("rem_euclid", &[F32, F64], &[SAME], SAME, "rs_rem_euclid_S($0, $1)"),
    row("div_euclid", &[F32, F64], &[SAME], SAME, "rs_div_euclid_S($0, $1)"),
    row("powi", FLOATS, &[Type::Given(I32)], SAME, "fit(rs_powi_S($0, $1))"),
    row("to_degrees", FLOAT, &[], SAME, "fit($0 * 57.29578f)"),
    row("to_degrees", F64_ONLY, &[], SAME, "$0 * 57.29577951308232lf"),
    row("to_radians", FLOAT, &[], SAME, "fit($0 * 0.017453292f)"),
    row("to_radians", F64_ONLY, &[], SAME, "$0 * 0.017453292519943295lf"),
    // Questions.
    row("is_nan", FLOATS, &[], TRUTH, "rs_is_nan_S($0)"),
    row("is_infinite", FLOATS, &[], TRUTH, "rs_is_infinite_S($0)"),
    row("is_finite", FLOATS, &[], TRUTH, "rs_is_finite_S($0)"),
    row("is_normal", &[F32], &[], TRUTH, "rs_is_normal_S($0)"),
    row("is_normal", &[F16], &[], TRUTH, "rs_is_normal_f16($0)"),
    row("is_subnormal", &[F32], &[], TRUTH, "rs_is_subnormal_S($0)"),
    row("is_sign_negative", FLOATS, &[], TRUTH, "rs_is_sign_negative_S($0)"),
    row("is_sign_positive", FLOATS, &[], TRUTH, "!rs_is_sign_negative_S($0)"),
    // Elementary functions.
    near("exp", &[], "fit(rs_exp_f32($0))", 4),
    near("exp2", &[], "fit(rs_exp2_f32($0))", 4),
    near("exp_m1", &[], "fit(rs_exp_m1_f32($0))", 4),
    near("ln", &[], "fit(rs_ln_f32($0))", 4),
    near("ln_1p", &[], "fit(rs_ln_1p_f32($0))", 4),
    near("log2", &[], "fit(rs_log2_f32($0))", 4),
    near("log10", &[], "fit(rs_log10_f32($0))", 4),
    near("log", &[SAME], "fit(rs_log_f32($0, $1))", 4),
    near("powf", &[SAME], "fit(rs_powf_f32($0, $1))", 4),
    near("cbrt", &[], "fit(rs_cbrt_f32($0))", 4),
    near("hypot", &[SAME], "fit(rs_hypot_f32($0, $1))", 4),
    near("sin", &[], "fit(rs_sin_f32($0))", 4),
    near("cos", &[], "fit(rs_cos_f32($0))", 4),
    near("tan", &[], "fit(rs_tan_f32($0))", 4),
    near("asin", &[], "fit(rs_asin_f32($0))", 4),
    near("acos", &[], "fit(rs_acos_f32($0))", 4),
    near("atan", &[], "fit(rs_atan_f32($0))", 4),
    near("atan2", &[SAME], "fit(rs_atan2_f32($0, $1))", 4),
    near("sinh", &[], "fit(rs_sinh_f32($0))", 4),
    near("cosh", &[], "fit(rs_cosh_f32($0))", 4),
    near("tanh", &[], "fit(rs_tanh_f32($0))", 4),
    near("asinh", &[], "fit(rs_asinh_f32($0))", 4),
    near("acosh", &[], "fit(rs_acosh_f32($0))", 4),
    near("atanh", &[], "fit(rs_atanh_f32($0))", 4),
];
