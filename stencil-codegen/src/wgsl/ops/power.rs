//! Powers with a literal exponent, without a loop.

use super::super::scalar::Scalar;
use super::template;

/// `rs_powi_3_f32`, `rs_powi_m2_f64`, `rs_pow_2_u8`: the multiplications of Rust's `powi` and `pow`, in their order.
pub(super) fn source(name: &str) -> Option<String> {
    let rest = name.strip_prefix("rs_powi_").or_else(|| name.strip_prefix("rs_pow_"))?;
    let (exponent, scalar) = rest.split_once('_')?;
    let scalar = Scalar::of_name(scalar)?;
    let (body, power) = multiplications(exponent.trim_start_matches('m').parse().ok()?);
    let value = if exponent.starts_with('m') { format!("T(1) / {power}") } else { power };
    let text = format!("fn {name}(x: T) -> T {{\n{body}return {value};\n}}\n");
    Some(template::instantiate(&text, scalar))
}

/// Squares `x` and multiplies: the statements, and the name of the power.
fn multiplications(exponent: u32) -> (String, String) {
    let mut body = String::new();
    let mut power: Option<String> = None;
    let mut square = "x".to_string();
    let mut left = exponent;
    loop {
        if left & 1 == 1 {
            power = Some(match power {
                // Once times the base is the base.
                None => square.clone(),
                Some(power) => {
                    body.push_str(&format!("let r{left} = fit({power} * {square});\n"));
                    format!("r{left}")
                }
            });
        }
        left /= 2;
        if left == 0 {
            return (body, power.unwrap_or_else(|| "T(1)".into()));
        }
        body.push_str(&format!("let s{left} = fit({square} * {square});\n"));
        square = format!("s{left}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_square_and_multiply() {
        assert_eq!(
            source("rs_powi_2_f32").unwrap(),
            "fn rs_powi_2_f32(x: f32) -> f32 {\nlet s1 = (x * x);\nreturn s1;\n}\n"
        );
        assert_eq!(
            source("rs_powi_m3_f64").unwrap(),
            "fn rs_powi_m3_f64(x: f64) -> f64 {\nlet s1 = (x * x);\nlet r1 = (x * s1);\nreturn f64(1) / r1;\n}\n"
        );
        assert!(source("rs_powi_0_f32").unwrap().contains("return f32(1);"));
        assert_eq!(source("rs_powi_f32"), None);
    }
}
