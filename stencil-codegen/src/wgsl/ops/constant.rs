//! Constants by their path.

use std::f64::consts;

use super::super::scalar::Scalar;
use super::{literal_float, literal_int};

/// `f32::EPSILON`, `u8::MAX`, `std::f32::consts::PI`, `half::f16::consts::PI`.
pub(crate) fn constant(path: &[String]) -> Option<(Scalar, String)> {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let path = match path.as_slice() {
        ["std" | "core" | "half", "primitive", rest @ ..] => rest,
        ["std" | "core" | "half", rest @ ..] => rest,
        rest => rest,
    };
    let (scalar, text) = match *path {
        [ty, "consts", name] => {
            let scalar = Scalar::of_name(ty).filter(|scalar| scalar.is_float())?;
            (scalar, literal_float(number(name)?, scalar))
        }
        [ty, name] => {
            let scalar = Scalar::of_name(ty)?;
            return of_type(scalar, name);
        }
        _ => return None,
    };
    Some((scalar, text))
}

/// An associated constant.
fn of_type(scalar: Scalar, name: &str) -> Option<(Scalar, String)> {
    if name == "BITS" && scalar.is_int() {
        let bits = if scalar.is_index() { 64 } else { scalar.bits() };
        return Some((Scalar::U32, literal_int(bits.into(), Scalar::U32)));
    }
    let text = if scalar.is_int() {
        match name {
            // No register holds them; that of `usize::MAX` has all bits set.
            "MIN" | "MAX" if scalar == Scalar::Isize => return None,
            "MIN" => literal_int(scalar.min(), scalar),
            "MAX" => literal_int(scalar.max(), scalar),
            _ => return None,
        }
    } else {
        literal_float(limit(scalar, name)?, scalar)
    };
    Some((scalar, text))
}

/// The constant of a float's type with this name.
fn limit(scalar: Scalar, name: &str) -> Option<f64> {
    let (epsilon, max, least) = match scalar {
        Scalar::F16 => (2f64.powi(-10), 65504.0, 2f64.powi(-14)),
        Scalar::F32 => (f32::EPSILON.into(), f32::MAX.into(), f32::MIN_POSITIVE.into()),
        Scalar::F64 => (f64::EPSILON, f64::MAX, f64::MIN_POSITIVE),
        _ => return None,
    };
    Some(match name {
        "EPSILON" => epsilon,
        "MAX" => max,
        "MIN" => -max,
        "MIN_POSITIVE" => least,
        "INFINITY" => f64::INFINITY,
        "NEG_INFINITY" => f64::NEG_INFINITY,
        "NAN" => f64::NAN,
        "ZERO" if scalar == Scalar::F16 => 0.0,
        "ONE" if scalar == Scalar::F16 => 1.0,
        "NEG_ZERO" if scalar == Scalar::F16 => -0.0,
        "NEG_ONE" if scalar == Scalar::F16 => -1.0,
        _ => return None,
    })
}

/// Constants of mathematics.
fn number(name: &str) -> Option<f64> {
    Some(match name {
        "PI" => consts::PI,
        "TAU" => consts::TAU,
        "E" => consts::E,
        "SQRT_2" => consts::SQRT_2,
        "LN_2" => consts::LN_2,
        "LN_10" => consts::LN_10,
        "LOG2_E" => consts::LOG2_E,
        "LOG2_10" => consts::LOG2_10,
        "LOG10_E" => consts::LOG10_E,
        "LOG10_2" => consts::LOG10_2,
        "FRAC_1_PI" => consts::FRAC_1_PI,
        "FRAC_2_PI" => consts::FRAC_2_PI,
        "FRAC_1_SQRT_2" => consts::FRAC_1_SQRT_2,
        "FRAC_2_SQRT_PI" => consts::FRAC_2_SQRT_PI,
        "FRAC_PI_2" => consts::FRAC_PI_2,
        "FRAC_PI_3" => consts::FRAC_PI_3,
        "FRAC_PI_4" => consts::FRAC_PI_4,
        "FRAC_PI_6" => consts::FRAC_PI_6,
        "FRAC_PI_8" => consts::FRAC_PI_8,
        _ => return None,
    })
}

/// The text for a function of num-traits without arguments: `T::zero()`, `T::epsilon()`, `T::PI()`.
pub(super) fn nullary(scalar: Scalar, name: &str) -> Option<String> {
    let associated = match name {
        "zero" | "one" if scalar != Scalar::Bool => return Some(literal_int(i128::from(name == "one"), scalar)),
        "default" if scalar == Scalar::Bool => return Some("false".into()),
        "default" => return Some(literal_int(0, scalar)),
        "neg_zero" if scalar.is_float() => return Some(literal_float(-0.0, scalar)),
        "min_value" => "MIN",
        "max_value" => "MAX",
        "min_positive_value" => "MIN_POSITIVE",
        "epsilon" => "EPSILON",
        "infinity" => "INFINITY",
        "neg_infinity" => "NEG_INFINITY",
        "nan" => "NAN",
        _ if scalar.is_float() => return number(name).map(|value| literal_float(value, scalar)),
        _ => return None,
    };
    of_type(scalar, associated).map(|(_, text)| text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants() {
        let of = |path: &str| constant(&path.split("::").map(str::to_string).collect::<Vec<_>>());
        assert_eq!(of("f32::EPSILON"), Some((Scalar::F32, "1.1920929e-7f".into())));
        assert_eq!(of("std::f32::consts::PI"), Some((Scalar::F32, "3.1415927f".into())));
        assert_eq!(of("i32::MIN"), Some((Scalar::I32, "i32(-2147483648)".into())));
        assert_eq!(of("u8::BITS"), Some((Scalar::U32, "8u".into())));
        assert_eq!(of("half::f16::MAX"), Some((Scalar::F16, "65504.0f".into())));
        assert_eq!(of("f32::NAN"), Some((Scalar::F32, "bitcast<f32>(0x7fc00000u)".into())));
        assert_eq!(of("u8::EPSILON"), None);
        assert_eq!(nullary(Scalar::F32, "one"), Some("1.0f".into()));
        assert_eq!(nullary(Scalar::F64, "PI"), Some("3.141592653589793lf".into()));
        assert_eq!(nullary(Scalar::U8, "max_value"), Some("255u".into()));
    }
}
