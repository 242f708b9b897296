//! Powers with a literal exponent, without a loop.

/// `rs_powi_3_f32`, `rs_powi_m2_f64`: the multiplications of Rust's `powi`, in its order.
pub(super) fn source(name: &str) -> Option<String> {
    let (exponent, scalar) = name.strip_prefix("rs_powi_")?.split_once('_')?;
    let negative = exponent.starts_with('m');
    let mut left: u32 = exponent.trim_start_matches('m').parse().ok()?;
    let mut body = String::new();
    let mut product: Option<String> = None;
    let mut square = "x".to_string();
    loop {
        if left & 1 == 1 {
            product = Some(match product {
                // Once times the base is the base.
                None => square.clone(),
                Some(product) => {
                    body.push_str(&format!("let r{left} = {product} * {square};\n"));
                    format!("r{left}")
                }
            });
        }
        left /= 2;
        if left == 0 {
            break;
        }
        body.push_str(&format!("let s{left} = {square} * {square};\n"));
        square = format!("s{left}");
    }
    let product = product.unwrap_or_else(|| format!("{scalar}(1.0)"));
    let value = if negative { format!("{scalar}(1.0) / {product}") } else { product };
    Some(format!("fn {name}(x: {scalar}) -> {scalar} {{\n{body}return {value};\n}}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_square_and_multiply() {
        assert_eq!(
            source("rs_powi_2_f32").unwrap(),
            "fn rs_powi_2_f32(x: f32) -> f32 {\nlet s1 = x * x;\nreturn s1;\n}\n"
        );
        assert_eq!(
            source("rs_powi_m3_f64").unwrap(),
            "fn rs_powi_m3_f64(x: f64) -> f64 {\nlet s1 = x * x;\nlet r1 = x * s1;\nreturn f64(1.0) / r1;\n}\n"
        );
        assert!(source("rs_powi_0_f32").unwrap().contains("return f32(1.0);"));
        assert_eq!(source("rs_powi_f32"), None);
    }
}
