//! Sums whose error does not grow with their length.
//!
//! 32 values are added to a block, 32 blocks to a group, 32 groups to a part (N. Higham, The accuracy of floating point
//! summation, SIAM J. Sci. Comput. 14, 1993), and with each part what rounding takes from the sum of parts is kept beside it
//! (T. Ogita, S. Rump and S. Oishi, Accurate sum and dot product, SIAM J. Sci. Comput. 26, 2005). So the error is that of
//! three short sums, whatever the length.
//!
//! The loops over a block stay one addition, without a branch behind: what goes beyond, LLVM leaves scalar side by side.
//!
//! These are functions of values: side by side they stand in the loops over lanes.

use super::{Accumulator, Cast};

/// Values of a block.
pub(super) const BLOCK: usize = 32;

/// A product in the type in which it is added.
#[inline(always)]
pub(super) fn product<T: Cast<A>, A: Accumulator>(a: T, b: T) -> A {
    a.cast() * b.cast()
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

/// The square of a value.
#[inline(always)]
pub(super) fn squared<T: Cast<A>, A: Accumulator>(value: T) -> A {
    let value = value.cast();
    value * value
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
