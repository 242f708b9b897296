//! The kernels behind sums, means, variances, the same without NaN, and products.
//!
//! `T` are the elements, `A` is what they are added in, `R` is the result. NaN is skipped where the macros get names for the
//! number of values: of a block, in as many lanes as those and as exact as any integer, and of all. The macro takes a variable
//! with a type for a number, but not a constant.

use ndarray::{ArrayView1, ArrayView2, ArrayViewMut2};

use super::cascade::{BLOCK, apart, counted, product, settled, squared, taken, with_block};
use super::{Accumulator, Cast};
use crate::{Real, gufunc};

/// A kernel of the sum, and of what is made of it and of the number of values.
macro_rules! sums {
    (
        $name:ident, $Kernel:ident, $Number:ident, $taken:path $(, counts $valid:ident $held:ident)?,
        |$sum:ident, $count:ident| $finish:expr
    ) => {
        #[gufunc("(n)->()", type = $Kernel, crate = crate)]
        pub fn $name<T: Cast<A>, A: $Number + Accumulator + Cast<R>, R>(x: ArrayView1<T>) -> R {
            let n = x.len();
            let size: usize = BLOCK;
            let group: usize = size * size;
            let large: usize = group * size;
            let mut total = A::zero();
            let mut lost = A::zero();
            $(let mut $held = 0usize;)?
            for far in (0..n).step_by(large) {
                let mut upper = A::zero();
                for near in (far..n.min(far + large)).step_by(group) {
                    let mut middle = A::zero();
                    for start in (near..n.min(near + group)).step_by(size) {
                let mut block = A::zero();
                $(let mut $valid = A::zero();)?
                for i in start..n.min(start + size) {
                    block += $taken(x[i]);
                    $($valid += counted::<T, A>(x[i]);)?
                }
                middle += block;
                $($held += $valid.to_usize().unwrap_or(0);)?
                    }
                    upper += middle;
                }
                (total, lost) = with_block(total, lost, upper);
            }
            let $count = n$(.min($held))?;
            let $sum = settled(total, lost);
            $finish.cast()
        }
    };
}

sums!(sum, Sum, Accumulator, taken::<false, T, A>, |sum, _count| sum);
sums!(ss, Ss, Accumulator, squared::<T, A>, |sum, _count| sum);
sums!(nansum, Nansum, Accumulator, taken::<true, T, A>, |sum, _count| sum);
sums!(mean, Mean, Real, taken::<false, T, A>, |sum, count| (sum / A::real(count as f64)));
sums!(nanmean, Nanmean, Real, taken::<true, T, A>, counts valid held, |sum, count| (sum / A::real(count as f64)));

/// A kernel of the variance, and of what is made of it: two passes, of which the second one corrects what rounding did to the
/// mean (T. Chan, G. Golub and R. LeVeque, Algorithms for computing the sample variance, Am. Stat. 37, 1983).
macro_rules! deviations {
    (
        $name:ident, $Kernel:ident, skip $skip:literal $($valid:ident $held:ident)?,
        |$variance:ident| $finish:expr
    ) => {
        #[gufunc("(n)->()", type = $Kernel, crate = crate)]
        pub fn $name<T: Cast<A>, A: Real + Accumulator + Cast<R>, R>(x: ArrayView1<T>, ddof: usize) -> R {
            let n = x.len();
            let size: usize = BLOCK;
            let group: usize = size * size;
            let large: usize = group * size;
            let mut total = A::zero();
            let mut lost = A::zero();
            $(let mut $held = 0usize;)?
            for far in (0..n).step_by(large) {
                let mut upper = A::zero();
                for near in (far..n.min(far + large)).step_by(group) {
                    let mut middle = A::zero();
                    for start in (near..n.min(near + group)).step_by(size) {
                let mut block = A::zero();
                $(let mut $valid = A::zero();)?
                for i in start..n.min(start + size) {
                    block += taken::<$skip, T, A>(x[i]);
                    $($valid += counted::<T, A>(x[i]);)?
                }
                middle += block;
                $($held += $valid.to_usize().unwrap_or(0);)?
                    }
                    upper += middle;
                }
                (total, lost) = with_block(total, lost, upper);
            }
            let count = n$(.min($held))?;
            let mean: A = settled(total, lost) / A::real(count as f64);
            let mut squares = A::zero();
            let mut squares_lost = A::zero();
            let mut off = A::zero();
            let mut off_lost = A::zero();
            for far in (0..n).step_by(large) {
                let mut upper = A::zero();
                let mut upper_off = A::zero();
                for near in (far..n.min(far + large)).step_by(group) {
                    let mut middle = A::zero();
                    let mut middle_off = A::zero();
                    for start in (near..n.min(near + group)).step_by(size) {
                let mut block = A::zero();
                let mut block_off = A::zero();
                for i in start..n.min(start + size) {
                    let d = apart::<$skip, T, A>(x[i], mean);
                    block += d * d;
                    block_off += d;
                }
                middle += block;
                        middle_off += block_off;
                    }
                    upper += middle;
                    upper_off += middle_off;
                }
                (squares, squares_lost) = with_block(squares, squares_lost, upper);
                (off, off_lost) = with_block(off, off_lost, upper_off);
            }
            if count <= ddof {
                return A::nan().cast();
            }
            let off = settled(off, off_lost);
            let squares = settled(squares, squares_lost);
            // Squares beyond the largest number are infinite, whatever is taken from them.
            let spread = if squares < A::infinity() { squares - off * (off / A::real(count as f64)) } else { squares };
            // Rounding must not leave a constant field less than nothing.
            let spread = if spread < A::zero() { A::zero() } else { spread };
            let $variance = spread / A::real((count - ddof) as f64);
            $finish.cast()
        }
    };
}

deviations!(var, Var, skip false, |variance| variance);
deviations!(std, Std, skip false, |variance| variance.sqrt());
deviations!(nanvar, Nanvar, skip true valid held, |variance| variance);
deviations!(nanstd, Nanstd, skip true valid held, |variance| variance.sqrt());

#[gufunc("(n),(n)->()", type = Inner, crate = crate)]
pub fn inner<T: Cast<A>, A: Accumulator + Cast<R>, R>(a: ArrayView1<T>, b: ArrayView1<T>) -> R {
    let n = a.len();
    let size: usize = BLOCK;
    let group: usize = size * size;
    let large: usize = group * size;
    let mut total = A::zero();
    let mut lost = A::zero();
    for far in (0..n).step_by(large) {
        let mut upper = A::zero();
        for near in (far..n.min(far + large)).step_by(group) {
            let mut middle = A::zero();
            for start in (near..n.min(near + group)).step_by(size) {
                let mut block = A::zero();
                for i in start..n.min(start + size) {
                    block += product::<T, A>(a[i], b[i]);
                }
                middle += block;
            }
            upper += middle;
        }
        (total, lost) = with_block(total, lost, upper);
    }
    settled(total, lost).cast()
}

#[gufunc("(m?,n),(n,p?)->(m?,p?)", type = Matmul, crate = crate)]
pub fn matmul<T: Cast<A>, A: Accumulator + Cast<R>, R: Default>(
    a: ArrayView2<T>,
    b: ArrayView2<T>,
    mut c: ArrayViewMut2<R>,
) {
    let n = a.ncols();
    let size: usize = BLOCK;
    let group: usize = size * size;
    let large: usize = group * size;
    for i in 0..a.nrows() {
        for j in 0..b.ncols() {
            if n <= size {
                let mut sum = A::zero();
                for k in 0..n {
                    sum += product::<T, A>(a[[i, k]], b[[k, j]]);
                }
                c[[i, j]] = sum.cast();
            } else {
                let mut total = A::zero();
                let mut lost = A::zero();
                for far in (0..n).step_by(large) {
                    let mut upper = A::zero();
                    for near in (far..n.min(far + large)).step_by(group) {
                        let mut middle = A::zero();
                        for start in (near..n.min(near + group)).step_by(size) {
                            let mut block = A::zero();
                            for k in start..n.min(start + size) {
                                block += product::<T, A>(a[[i, k]], b[[k, j]]);
                            }
                            middle += block;
                        }
                        upper += middle;
                    }
                    (total, lost) = with_block(total, lost, upper);
                }
                c[[i, j]] = settled(total, lost).cast();
            }
        }
    }
}
