//! Narrow scalars share words: how they are taken out and put in.

use super::library::Library;
use crate::wgsl::scalar::Scalar;

/// The type of a buffer's words. Two numbers of 16 bits are loaded as such where the device computes with them.
pub(crate) fn word(scalar: Scalar, native_f16: bool) -> &'static str {
    if native_f16 && scalar == Scalar::F16 { "vec2<f16>" } else { scalar.word() }
}

/// The functions that take `f16` out of its words and put it in, which have two forms.
pub(crate) fn halves(native_f16: bool) -> Library {
    let mut library = Library::default();
    for (name, text) in if native_f16 { NATIVE_HALVES } else { PORTABLE_HALVES } {
        library.define((*name).to_owned(), text);
    }
    library
}

const PORTABLE_HALVES: &[(&str, &str)] = &[
    (
        "half_at",
        "(word: u32, cell: u32) -> f32 {
    return unpack2x16float(word >> (cell * 16u)).x;
}",
    ),
    (
        "half_pair",
        "(low: f32, high: f32) -> u32 {
    return half_bits(low) | (half_bits(high) << 16u);
}",
    ),
    (
        "half_put",
        "(word: u32, value: f32, cell: u32) -> u32 {
    return (word & ~(65535u << (cell * 16u))) | (half_bits(value) << (cell * 16u));
}",
    ),
    // SwiftShader packs infinities as NaN, and NaN with a bit of the other half.
    (
        "half_bits",
        "(x: f32) -> u32 {
    let magnitude = bitcast<u32>(x) & 0x7fffffffu;
    let special = ((bitcast<u32>(x) >> 16u) & 0x8000u) | select(0x7c00u, 0x7e00u, magnitude > 0x7f800000u);
    return select(pack2x16float(vec2<f32>(x, 0.0)), special, magnitude >= 0x7f800000u);
}",
    ),
];
const NATIVE_HALVES: &[(&str, &str)] = &[
    (
        "half_at",
        "(word: vec2<f16>, cell: u32) -> f32 {
    return f32(select(word.x, word.y, cell == 1u));
}",
    ),
    (
        "half_pair",
        "(low: f32, high: f32) -> vec2<f16> {
    return vec2<f16>(f16(low), f16(high));
}",
    ),
    (
        "half_put",
        "(word: vec2<f16>, value: f32, cell: u32) -> vec2<f16> {
    let half = f16(value);
    return select(vec2<f16>(half, word.y), vec2<f16>(word.x, half), cell == 1u);
}",
    ),
];

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
    if scalar == Scalar::F16 {
        return format!("half_at({word}, {cell})");
    }
    let width = width(scalar);
    let bit = if cell == "0u" { "0u".to_owned() } else { format!("({cell} * {width}u)") };
    match scalar {
        Scalar::Bool => format!("((({word} >> {bit}) & 255u) != 0u)"),
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
        _ if scalar == Scalar::F16 => format!("unpack2x16float(u32({word})).x"),
        _ => unpack(scalar, &format!("u32({word})"), "0u"),
    }
}

/// The words that raw bits take in `edges`.
pub(crate) fn words(scalar: Scalar) -> usize {
    if scalar.bits() == 64 { 2 } else { 1 }
}

/// The bits of a value at the bottom of a word.
fn bits(scalar: Scalar, value: &str) -> String {
    match scalar {
        Scalar::Bool => format!("select(0u, 1u, {value})"),
        Scalar::I8 => format!("(u32({value}) & 255u)"),
        Scalar::I16 => format!("(u32({value}) & 65535u)"),
        _ => value.to_owned(),
    }
}

/// One word out of the values of its cells.
pub(crate) fn pack(scalar: Scalar, values: &[String]) -> String {
    if let (Scalar::F16, [low, high]) = (scalar, values) {
        return format!("half_pair({low}, {high})");
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
    if scalar == Scalar::F16 {
        return format!("half_put({word}, {value}, {cell})");
    }
    let (width, bits) = (width(scalar), bits(scalar, value));
    let mask = (1_u64 << width) - 1;
    format!("(({word} & ~({mask}u << ({cell} * {width}u))) | ({bits} << ({cell} * {width}u)))")
}
