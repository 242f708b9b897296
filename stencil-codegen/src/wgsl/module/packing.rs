//! Narrow scalars share words: how they are taken out and put in.

use crate::wgsl::scalar::Scalar;

/// The number of bits by which a cell's number is shifted to give its word.
pub(crate) fn shift(scalar: Scalar) -> u32 {
    scalar.packed().trailing_zeros()
}

/// The bits that one cell takes in its word.
fn width(scalar: Scalar) -> u32 {
    32 / scalar.packed()
}

/// The value in a word of a buffer; `cell` is the cell's number in it, an expression of type `u32`.
pub(crate) fn unpack(scalar: Scalar, word: &str, cell: &str) -> String {
    if scalar.packed() == 1 {
        return word.to_owned();
    }
    let width = width(scalar);
    let bit = if cell == "0u" { "0u".to_owned() } else { format!("({cell} * {width}u)") };
    match scalar {
        Scalar::Bool => format!("((({word} >> {bit}) & 255u) != 0u)"),
        Scalar::F16 => format!("unpack2x16float({word} >> {bit}).x"),
        Scalar::I8 | Scalar::I16 => format!("(i32({word} << ({}u - {bit})) >> {}u)", 32 - width, 32 - width),
        _ => format!("(({word} >> {bit}) & {}u)", (1_u64 << width) - 1),
    }
}

/// The value whose raw bits lie in words of type `i32`, the first of them at `index` of `edges`.
pub(crate) fn from_edges(scalar: Scalar, index: &str) -> String {
    let word = format!("edges[{index}]");
    if scalar.bits() == 64 {
        let high = format!("edges[{index} + 1u]");
        let bits = format!("(u64(u32({word})) | (u64(u32({high})) << 32u))");
        return if scalar == Scalar::U64 { bits } else { format!("bitcast<{}>({bits})", scalar.register()) };
    }
    match scalar.word() {
        "i32" => word,
        "f32" => format!("bitcast<f32>({word})"),
        _ => unpack(scalar, &format!("u32({word})"), "0u"),
    }
}

/// The words that raw bits take in `edges`.
pub(crate) fn words(scalar: Scalar) -> usize {
    if scalar.bits() == 64 { 2 } else { 1 }
}

/// The bits of a value at the bottom of a word.
pub(crate) fn bits(scalar: Scalar, value: &str) -> String {
    match scalar {
        Scalar::Bool => format!("select(0u, 1u, {value})"),
        Scalar::F16 => format!("pack2x16float(vec2<f32>({value}, 0.0))"),
        Scalar::I8 => format!("(u32({value}) & 255u)"),
        Scalar::I16 => format!("(u32({value}) & 65535u)"),
        _ => value.to_owned(),
    }
}

/// One word out of the values of its cells.
pub(crate) fn pack(scalar: Scalar, values: &[String]) -> String {
    if let (Scalar::F16, [low, high]) = (scalar, values) {
        return format!("pack2x16float(vec2<f32>({low}, {high}))");
    }
    if scalar.packed() == 1 {
        return values.concat();
    }
    let cell = |(number, value): (usize, &String)| {
        let bits = bits(scalar, value);
        if number == 0 { bits } else { format!("({bits} << {}u)", number as u32 * width(scalar)) }
    };
    values.iter().enumerate().map(cell).collect::<Vec<_>>().join(" | ")
}

/// The word with the bits of one cell replaced; `cell` is an expression of type `u32`.
pub(crate) fn insert(scalar: Scalar, word: &str, value: &str, cell: &str) -> String {
    let (width, bits) = (width(scalar), bits(scalar, value));
    let mask = (1_u64 << width) - 1;
    format!("(({word} & ~({mask}u << ({cell} * {width}u))) | ({bits} << ({cell} * {width}u)))")
}
