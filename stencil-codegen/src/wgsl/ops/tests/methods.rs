//! Every method of the table with Rust's own.

use half::f16;
use num_traits::{AsPrimitive, Float};

use super::case::Cases;

macro_rules! any {
    ($c:ident, $t:ident) => {
        $c.one("clone", |a: $t| a);
        $c.one("to_owned", |a: $t| a);
    };
}

macro_rules! ints {
    ($c:ident, $t:ident) => {
        $c.two("abs_diff", $t::abs_diff);
        $c.two("min", |a: $t, b: $t| a.min(b));
        $c.two("max", |a: $t, b: $t| a.max(b));
        $c.three("clamp", |a: $t, b: $t, c: $t| a.clamp(b, c));
        $c.two("midpoint", $t::midpoint);
        $c.two("pow", |a: $t, n: u32| a.wrapping_pow(n));
        $c.two("wrapping_pow", $t::wrapping_pow);
        $c.two("saturating_pow", $t::saturating_pow);
        $c.two("rem_euclid", $t::rem_euclid);
        $c.two("div_euclid", $t::div_euclid);
        $c.two("wrapping_div", $t::wrapping_div);
        $c.two("wrapping_rem", $t::wrapping_rem);
        $c.two("saturating_div", $t::saturating_div);
        $c.two("wrapping_add", $t::wrapping_add);
        $c.two("wrapping_sub", $t::wrapping_sub);
        $c.two("wrapping_mul", $t::wrapping_mul);
        $c.one("wrapping_neg", $t::wrapping_neg);
        $c.two("wrapping_shl", $t::wrapping_shl);
        $c.two("wrapping_shr", $t::wrapping_shr);
        $c.two("saturating_add", $t::saturating_add);
        $c.two("saturating_sub", $t::saturating_sub);
        $c.two("saturating_mul", $t::saturating_mul);
        $c.one("count_ones", $t::count_ones);
        $c.one("count_zeros", $t::count_zeros);
        $c.one("leading_zeros", $t::leading_zeros);
        $c.one("trailing_zeros", $t::trailing_zeros);
        $c.one("leading_ones", $t::leading_ones);
        $c.one("trailing_ones", $t::trailing_ones);
        $c.one("not", |a: $t| !a);
    };
}

macro_rules! fixed {
    ($c:ident, $t:ident) => {
        $c.two("rotate_left", $t::rotate_left);
        $c.two("rotate_right", $t::rotate_right);
        $c.one("reverse_bits", $t::reverse_bits);
        $c.one("swap_bytes", $t::swap_bytes);
    };
}

macro_rules! signed {
    ($c:ident, $t:ident) => {
        $c.one("abs", $t::wrapping_abs);
        $c.one("wrapping_abs", $t::wrapping_abs);
        $c.one("saturating_abs", $t::saturating_abs);
        $c.one("unsigned_abs", $t::unsigned_abs);
        $c.one("signum", $t::signum);
        $c.one("is_positive", $t::is_positive);
        $c.one("is_negative", $t::is_negative);
        $c.one("saturating_neg", $t::saturating_neg);
        $c.one("cast_unsigned", $t::cast_unsigned);
    };
}

macro_rules! unsigned {
    ($c:ident, $t:ident) => {
        $c.one("isqrt", $t::isqrt);
        $c.one("ilog2", $t::ilog2);
        $c.one("is_power_of_two", $t::is_power_of_two);
        $c.two("is_multiple_of", $t::is_multiple_of);
        $c.one("next_power_of_two", |a: $t| a.checked_next_power_of_two().unwrap_or(0));
        $c.two("div_ceil", $t::div_ceil);
        $c.two("next_multiple_of", $t::next_multiple_of);
        $c.one("cast_signed", $t::cast_signed);
    };
}

macro_rules! floats {
    ($c:ident, $t:ident) => {
        $c.one("abs", |a: $t| Float::abs(a));
        $c.one("signum", |a: $t| Float::signum(a));
        $c.two("min", |a: $t, b: $t| Float::min(a, b));
        $c.two("max", |a: $t, b: $t| Float::max(a, b));
        $c.three("clamp", |a: $t, b: $t, c: $t| $t::clamp(a, b, c));
        $c.one("floor", |a: $t| Float::floor(a));
        $c.one("ceil", |a: $t| Float::ceil(a));
        $c.one("trunc", |a: $t| Float::trunc(a));
        $c.one("fract", |a: $t| Float::fract(a));
        $c.one("round", |a: $t| Float::round(a));
        $c.one("recip", |a: $t| Float::recip(a));
        $c.one("sqrt", |a: $t| Float::sqrt(a));
        $c.three("mul_add", |a: $t, b: $t, c: $t| Float::mul_add(a, b, c));
        $c.two("powi", |a: $t, n: i32| Float::powi(a, n));
        $c.one("to_degrees", |a: $t| Float::to_degrees(a));
        $c.one("to_radians", |a: $t| Float::to_radians(a));
        $c.one("is_nan", $t::is_nan);
        $c.one("is_infinite", $t::is_infinite);
        $c.one("is_finite", $t::is_finite);
        $c.one("is_sign_negative", |a: $t| Float::is_sign_negative(a));
        $c.one("is_sign_positive", |a: $t| Float::is_sign_positive(a));
    };
}

macro_rules! std_floats {
    ($c:ident, $t:ident) => {
        $c.two("copysign", $t::copysign);
        $c.one("round_ties_even", $t::round_ties_even);
        $c.two("rem_euclid", $t::rem_euclid);
        $c.two("div_euclid", $t::div_euclid);
    };
}

/// Rust's own elementary functions are not rounded correctly: those of a wider type are nearer.
fn near(value: impl AsPrimitive<f64>) -> f64 {
    value.as_()
}

macro_rules! elementary {
    ($c:ident, $t:ident) => {
        $c.one("exp", |a: $t| -> $t { near(a).exp().as_() });
        $c.one("exp2", |a: $t| -> $t { near(a).exp2().as_() });
        $c.one("exp_m1", |a: $t| -> $t { near(a).exp_m1().as_() });
        $c.one("ln", |a: $t| -> $t { near(a).ln().as_() });
        $c.one("ln_1p", |a: $t| -> $t { near(a).ln_1p().as_() });
        $c.one("log2", |a: $t| -> $t { near(a).log2().as_() });
        $c.one("log10", |a: $t| -> $t { near(a).log10().as_() });
        $c.two("log", |a: $t, b: $t| -> $t { near(a).log(near(b)).as_() });
        $c.two("powf", |a: $t, b: $t| -> $t { near(a).powf(near(b)).as_() });
        $c.one("cbrt", |a: $t| -> $t { near(a).cbrt().as_() });
        $c.two("hypot", |a: $t, b: $t| -> $t { near(a).hypot(near(b)).as_() });
        $c.one("sin", |a: $t| -> $t { near(a).sin().as_() });
        $c.one("cos", |a: $t| -> $t { near(a).cos().as_() });
        $c.one("tan", |a: $t| -> $t { near(a).tan().as_() });
        $c.one("asin", |a: $t| -> $t { near(a).asin().as_() });
        $c.one("acos", |a: $t| -> $t { near(a).acos().as_() });
        $c.one("atan", |a: $t| -> $t { near(a).atan().as_() });
        $c.two("atan2", |a: $t, b: $t| -> $t { near(a).atan2(near(b)).as_() });
        $c.one("sinh", |a: $t| -> $t { near(a).sinh().as_() });
        $c.one("cosh", |a: $t| -> $t { near(a).cosh().as_() });
        $c.one("tanh", |a: $t| -> $t { near(a).tanh().as_() });
        $c.one("asinh", |a: $t| -> $t { near(a).asinh().as_() });
        $c.one("acosh", |a: $t| -> $t { near(a).acosh().as_() });
        $c.one("atanh", |a: $t| -> $t { near(a).atanh().as_() });
    };
}

pub(super) fn all(cases: &mut Cases) {
    macro_rules! each {
        ($module:ident: $($ty:ident)+) => { $($module!(cases, $ty);)+ };
    }
    each!(ints: i8 i16 i32 i64 isize u8 u16 u32 u64 usize);
    each!(fixed: i8 i16 i32 i64 u8 u16 u32 u64);
    each!(signed: i8 i16 i32 i64 isize);
    each!(unsigned: u8 u16 u32 u64 usize);
    each!(floats: f16 f32 f64);
    each!(std_floats: f32 f64);
    each!(elementary: f16 f32);
    each!(any: bool i8 i16 i32 i64 isize usize u8 u16 u32 u64 f16 f32 f64);
    cases.two("min", |a: bool, b: bool| a.min(b));
    cases.two("max", |a: bool, b: bool| a.max(b));
    cases.one("not", |a: bool| !a);
    cases.one("is_normal", f32::is_normal);
    cases.one("is_normal", f16::is_normal);
    cases.one("is_subnormal", f32::is_subnormal);
    cases.two("midpoint", f32::midpoint);
    cases.one("from_bits", f16::from_bits);
    cases.one("from_bits", f32::from_bits);
    cases.one("from_bits", f64::from_bits);
    cases.one("to_bits", f16::to_bits);
    cases.one("to_bits", f32::to_bits);
    cases.one("to_bits", f64::to_bits);
    cases.one("to_f32", f16::to_f32);
    cases.one("to_f64", f16::to_f64);
    cases.two("copysign", f16::copysign);
}
