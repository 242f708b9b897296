//! Literals with exactly the bits that Rust gives them.

use super::super::scalar::Scalar;

/// An integer; it fits the scalar, or is wrapped into it as `as` would.
pub(crate) fn literal_int(value: i128, scalar: Scalar) -> String {
    if scalar.is_float() {
        return literal_float(value as f64, scalar);
    }
    let value = wrap(value, scalar);
    match scalar.register() {
        // The literal of the most negative value is a negated one that does not fit.
        "i32" if value == i128::from(i32::MIN) => "i32(-2147483648)".into(),
        "i64" if value == i128::from(i64::MIN) => "(-9223372036854775807li - 1li)".into(),
        "i32" => negated(format!("{value}i")),
        "i64" => negated(format!("{value}li")),
        "u64" => format!("{value}lu"),
        "u32" => format!("{value}u"),
        _ => literal_bool(value != 0),
    }
}

pub(crate) fn literal_bool(value: bool) -> String {
    value.to_string()
}

/// A floating-point number, rounded once from the decimal literal's `f64`.
///
/// An `f32` literal has to be parsed as `f32` by the caller and widened: then nothing is rounded twice.
pub(crate) fn literal_float(value: f64, scalar: Scalar) -> String {
    match scalar {
        Scalar::F64 if value.is_finite() => negated(format!("{value:?}lf")),
        Scalar::F64 => format!("f64({})", single(value as f32)),
        Scalar::F16 => single(round_f16(value)),
        _ => single(value as f32),
    }
}

fn single(value: f32) -> String {
    if value.is_normal() || value == 0.0 {
        return negated(format!("{value:?}f"));
    }
    // WGSL has no literals for infinities and NaN, and a literal of a subnormal number may be flushed.
    let bits = if value.is_nan() { f32::NAN.to_bits() } else { value.to_bits() };
    format!("bitcast<f32>({bits:#010x}u)")
}

fn negated(literal: String) -> String {
    if literal.starts_with('-') { format!("({literal})") } else { literal }
}

/// `value` in the range of an integer type on the GPU.
fn wrap(value: i128, scalar: Scalar) -> i128 {
    let shift = 128 - scalar.bits();
    if scalar.is_signed() { (value << shift) >> shift } else { ((value << shift) as u128 >> shift) as i128 }
}

/// The `f16` nearest to `value`, ties to even.
pub(super) fn round_f16(value: f64) -> f32 {
    if !value.is_finite() || value == 0.0 {
        return value as f32;
    }
    // One unit in the last place: 2^-10 of the value's power of two, and not below that of the subnormal numbers.
    let exponent = ((value.to_bits() >> 52) & 0x7ff) as i32 - 1023;
    let unit = 2f64.powi(exponent.max(-14) - 10);
    let rounded = (value / unit).round_ties_even() * unit;
    if rounded.abs() > 65504.0 { f32::INFINITY.copysign(value as f32) } else { rounded as f32 }
}

/// The number that a literal printed here stands for.
pub(super) fn value(literal: &str) -> Option<f64> {
    let literal = literal.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(literal);
    literal.trim_end_matches(['i', 'u', 'f', 'l']).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_keep_their_bits() {
        assert_eq!(literal_int(-1, Scalar::I8), "(-1i)");
        assert_eq!(literal_int(-1, Scalar::U8), "255u");
        assert_eq!(literal_int(i128::from(i32::MIN), Scalar::I32), "i32(-2147483648)");
        assert_eq!(literal_int(u64::MAX.into(), Scalar::U64), "18446744073709551615lu");
        assert_eq!(literal_int(3, Scalar::F32), "3.0f");
        assert_eq!(literal_float(0.1, Scalar::F32), "0.1f");
        assert_eq!(literal_float(-0.0, Scalar::F32), "(-0.0f)");
        assert_eq!(literal_float(1e-40, Scalar::F32), "bitcast<f32>(0x000116c2u)");
        assert_eq!(literal_float(f64::INFINITY, Scalar::F64), "f64(bitcast<f32>(0x7f800000u))");
        assert_eq!(literal_float(0.1, Scalar::F64), "0.1lf");
    }

    #[test]
    fn f16_rounds_to_nearest_even() {
        assert_eq!(round_f16(0.1), 0.099975586);
        assert_eq!(round_f16(2049.0), 2048.0);
        assert_eq!(round_f16(2051.0), 2052.0);
        assert_eq!(round_f16(65519.0), 65504.0);
        assert_eq!(round_f16(65520.0), f32::INFINITY);
        assert_eq!(round_f16(-2f64.powi(-25)), -0.0);
        assert_eq!(round_f16(1.5 * 2f64.powi(-24)), 2f32.powi(-23));
    }

    #[test]
    fn literals_are_read_back() {
        assert_eq!(value("(-1i)"), Some(-1.0));
        assert_eq!(value("2.5f"), Some(2.5));
        assert_eq!(value("7lu"), Some(7.0));
        assert_eq!(value("near_0(at, 1i)"), None);
    }
}
