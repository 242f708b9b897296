//! The tables that a shader's edges read, one array of 32-bit words.
//!
//! The runtime applies the boundary rules and writes the tables, so that one shader serves all rules:
//!
//! - *Maps*, one for each input and axis along which it is read outside of the point: an entry for each index in front
//!   of the axis and for each behind it, in order. An entry is the index of the array that is read there, or the [`code`]
//!   of a constant.
//! - *Constants* of each input, for each axis the one in front and the one behind, at the place that [`CONSTANT_OF`]
//!   computes from the code. A constant takes one word, one of a 64-bit type two.
//! - *The rim*: for each axis and side a kind, [`KEEP`], [`VALUE`] or [`INPUT`], and a value for each output.

/// The output keeps what it holds.
pub const KEEP: u32 = 0;

/// The output gets the value behind the kind.
pub const VALUE: u32 = 1;

/// The output gets the cell of the first input.
pub const INPUT: u32 = 2;

/// The entry of a map that stands for the constant of an axis and a side, 0 in front and 1 behind.
///
/// ```
/// assert_eq!(stencil_abi::edges::code(0, 0), -1);
/// assert_eq!(stencil_abi::edges::code(1, 1), -4);
/// ```
pub const fn code(axis: usize, side: usize) -> i32 {
    -1 - entry(axis, side) as i32
}

/// The number of the constant of which the WGSL variable `code` holds the code.
pub const CONSTANT_OF: &str = "u32(-1i - code)";

/// The number of an axis and a side in tables that have an entry for each.
///
/// ```
/// assert_eq!(stencil_abi::edges::entry(2, 1), 5);
/// ```
pub const fn entry(axis: usize, side: usize) -> usize {
    2 * axis + side
}
