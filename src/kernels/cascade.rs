//! Sums whose error does not grow with their length.
//!
//! Eight neighbours are added in pairs, sixteen such sums are a block (N. Higham, The accuracy of floating point
//! summation, SIAM J. Sci. Comput. 14, 1993), and with each block what rounding takes from the sum of blocks is kept beside
//! it (T. Ogita, S. Rump and S. Oishi, Accurate sum and dot product, SIAM J. Sci. Comput. 26, 2005). So the error is that of
//! one block, some units in the last place of the sum of magnitudes, whatever the length.
//!
//! These are functions of values: side by side they stand in the loops over lanes.

use super::{Accumulator, Cast};

/// Values of a block.
pub(super) const BLOCK: usize = 128;

/// The sum of eight values.
#[inline(always)]
pub(super) fn eight<A: Accumulator>(v: [A; 8]) -> A {
    ((v[0] + v[1]) + (v[2] + v[3])) + ((v[4] + v[5]) + (v[6] + v[7]))
}

/// Eight values in the type in which they are added.
#[inline(always)]
#[allow(clippy::too_many_arguments)]
pub(super) fn eight_of<T: Cast<A>, A>(a: T, b: T, c: T, d: T, e: T, f: T, g: T, h: T) -> [A; 8] {
    [a.cast(), b.cast(), c.cast(), d.cast(), e.cast(), f.cast(), g.cast(), h.cast()]
}

/// A product in the type in which it is added.
#[inline(always)]
pub(super) fn product<T: Cast<A>, A: Accumulator>(a: T, b: T) -> A {
    a.cast() * b.cast()
}

/// The sum of the products of eight pairs.
#[inline(always)]
pub(super) fn products<A: Accumulator>(a: [A; 8], b: [A; 8]) -> A {
    eight([a[0] * b[0], a[1] * b[1], a[2] * b[2], a[3] * b[3], a[4] * b[4], a[5] * b[5], a[6] * b[6], a[7] * b[7]])
}

/// A sum with one block more, and what all roundings so far took from it.
#[inline(always)]
pub(super) fn with_block<A: Accumulator>(sum: A, lost: A, block: A) -> (A, A) {
    let total = sum + block;
    let taken = total - sum;
    (total, lost + ((sum - (total - taken)) + (block - taken)))
}

/// The sum with what was lost; once it is infinite, that is not known.
#[inline(always)]
#[allow(clippy::eq_op)]
pub(super) fn settled<A: Accumulator>(sum: A, lost: A) -> A {
    if lost - lost == A::zero() { sum + lost } else { sum }
}

/// Returns true for NaN, which no integer is.
#[inline(always)]
#[allow(clippy::eq_op)]
pub(super) fn is_nan<T: PartialOrd>(value: T) -> bool {
    value != value
}

/// The value that a sum takes: 0 of NaN where those are to be skipped.
#[inline(always)]
pub(super) fn taken<const SKIP: bool, T: Cast<A>, A: Accumulator>(value: T) -> A {
    let value = value.cast();
    if SKIP && is_nan(value) { A::zero() } else { value }
}

/// 1, or 0 of NaN.
#[inline(always)]
pub(super) fn counted<T: Cast<A>, A: Accumulator>(value: T) -> A {
    let value: A = value.cast();
    if is_nan(value) { A::zero() } else { A::one() }
}

/// The distance from the mean: 0 of NaN where those are to be skipped. Of an infinity NaN is the answer.
#[inline(always)]
pub(super) fn apart<const SKIP: bool, T: Cast<A>, A: Accumulator>(value: T, mean: A) -> A {
    let value = value.cast();
    if SKIP && is_nan(value) { A::zero() } else { value - mean }
}
