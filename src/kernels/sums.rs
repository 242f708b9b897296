//! The kernels behind sums, means, variances, the same without NaN, and products.
//!
//! `T` are the elements, `A` is what they are added in, `R` is the result. NaN is skipped where the macros get names for the
//! number of values: of a block, in as many lanes as those and as exact as any integer, and of all. The macro takes a variable
//! with a type for a number, but not a constant.

use ndarray::{ArrayView1, ArrayView2, ArrayViewMut2};

use super::cascade::{BLOCK, apart, counted, eight, eight_of, product, products, settled, taken, with_block};
use super::{Accumulator, Cast};
use crate::{Real, gufunc};

/// A kernel of the sum, and of what is made of it and of the number of values.
macro_rules! sums {
    (
        $name:ident, $Kernel:ident, $Number:ident, skip $skip:literal $($valid:ident $held:ident)?,
        |$sum:ident, $count:ident| $finish:expr
    ) => {
        #[gufunc("(n)->()", type = $Kernel, crate = crate)]
        pub fn $name<T: Cast<A>, A: $Number + Accumulator + Cast<R>, R>(x: ArrayView1<T>) -> R {
            let n = x.len();
            let size: usize = BLOCK;
            let mut total = A::zero();
            let mut lost = A::zero();
            $(let mut $held = 0usize;)?
            for start in (0..n).step_by(size) {
                let end = n.min(start + size);
                let rest = end - (end - start) % 8;
                let mut block = A::zero();
                $(let mut $valid = A::zero();)?
                for i in (start..rest).step_by(8) {
                    block += eight([
                        taken::<$skip, T, A>(x[i]),
                        taken::<$skip, T, A>(x[i + 1]),
                        taken::<$skip, T, A>(x[i + 2]),
                        taken::<$skip, T, A>(x[i + 3]),
                        taken::<$skip, T, A>(x[i + 4]),
                        taken::<$skip, T, A>(x[i + 5]),
                        taken::<$skip, T, A>(x[i + 6]),
                        taken::<$skip, T, A>(x[i + 7]),
                    ]);
                    $($valid += eight([
                        counted::<T, A>(x[i]),
                        counted::<T, A>(x[i + 1]),
                        counted::<T, A>(x[i + 2]),
                        counted::<T, A>(x[i + 3]),
                        counted::<T, A>(x[i + 4]),
                        counted::<T, A>(x[i + 5]),
                        counted::<T, A>(x[i + 6]),
                        counted::<T, A>(x[i + 7]),
                    ]);)?
                }
                for i in rest..end {
                    block += taken::<$skip, T, A>(x[i]);
                    $($valid += counted::<T, A>(x[i]);)?
                }
                (total, lost) = with_block(total, lost, block);
                $($held += $valid.to_usize().unwrap_or(0);)?
            }
            let $count = n$(.min($held))?;
            let $sum = settled(total, lost);
            $finish.cast()
        }
    };
}

sums!(sum, Sum, Accumulator, skip false, |sum, _count| sum);
sums!(nansum, Nansum, Accumulator, skip true, |sum, _count| sum);
sums!(mean, Mean, Real, skip false, |sum, count| (sum / A::real(count as f64)));
sums!(nanmean, Nanmean, Real, skip true valid held, |sum, count| (sum / A::real(count as f64)));

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
            let mut total = A::zero();
            let mut lost = A::zero();
            $(let mut $held = 0usize;)?
            for start in (0..n).step_by(size) {
                let end = n.min(start + size);
                let rest = end - (end - start) % 8;
                let mut block = A::zero();
                $(let mut $valid = A::zero();)?
                for i in (start..rest).step_by(8) {
                    block += eight([
                        taken::<$skip, T, A>(x[i]),
                        taken::<$skip, T, A>(x[i + 1]),
                        taken::<$skip, T, A>(x[i + 2]),
                        taken::<$skip, T, A>(x[i + 3]),
                        taken::<$skip, T, A>(x[i + 4]),
                        taken::<$skip, T, A>(x[i + 5]),
                        taken::<$skip, T, A>(x[i + 6]),
                        taken::<$skip, T, A>(x[i + 7]),
                    ]);
                    $($valid += eight([
                        counted::<T, A>(x[i]),
                        counted::<T, A>(x[i + 1]),
                        counted::<T, A>(x[i + 2]),
                        counted::<T, A>(x[i + 3]),
                        counted::<T, A>(x[i + 4]),
                        counted::<T, A>(x[i + 5]),
                        counted::<T, A>(x[i + 6]),
                        counted::<T, A>(x[i + 7]),
                    ]);)?
                }
                for i in rest..end {
                    block += taken::<$skip, T, A>(x[i]);
                    $($valid += counted::<T, A>(x[i]);)?
                }
                (total, lost) = with_block(total, lost, block);
                $($held += $valid.to_usize().unwrap_or(0);)?
            }
            let count = n$(.min($held))?;
            let mean: A = settled(total, lost) / A::real(count as f64);
            let mut squares = A::zero();
            let mut squares_lost = A::zero();
            let mut off = A::zero();
            for start in (0..n).step_by(size) {
                let end = n.min(start + size);
                let rest = end - (end - start) % 8;
                let mut block = A::zero();
                let mut block_off = A::zero();
                for i in (start..rest).step_by(8) {
                    let d = [
                        apart::<$skip, T, A>(x[i], mean),
                        apart::<$skip, T, A>(x[i + 1], mean),
                        apart::<$skip, T, A>(x[i + 2], mean),
                        apart::<$skip, T, A>(x[i + 3], mean),
                        apart::<$skip, T, A>(x[i + 4], mean),
                        apart::<$skip, T, A>(x[i + 5], mean),
                        apart::<$skip, T, A>(x[i + 6], mean),
                        apart::<$skip, T, A>(x[i + 7], mean),
                    ];
                    block += products(d, d);
                    block_off += eight(d);
                }
                for i in rest..end {
                    let d = apart::<$skip, T, A>(x[i], mean);
                    block += d * d;
                    block_off += d;
                }
                (squares, squares_lost) = with_block(squares, squares_lost, block);
                off += block_off;
            }
            if count <= ddof {
                return A::nan().cast();
            }
            let spread = settled(squares, squares_lost) - off * off / A::real(count as f64);
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
    let mut total = A::zero();
    let mut lost = A::zero();
    for start in (0..n).step_by(size) {
        let end = n.min(start + size);
        let rest = end - (end - start) % 8;
        let mut block = A::zero();
        for i in (start..rest).step_by(8) {
            block += products(
                eight_of(a[i], a[i + 1], a[i + 2], a[i + 3], a[i + 4], a[i + 5], a[i + 6], a[i + 7]),
                eight_of(b[i], b[i + 1], b[i + 2], b[i + 3], b[i + 4], b[i + 5], b[i + 6], b[i + 7]),
            );
        }
        for i in rest..end {
            block += product::<T, A>(a[i], b[i]);
        }
        (total, lost) = with_block(total, lost, block);
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
    for i in 0..a.nrows() {
        for j in 0..b.ncols() {
            let mut total = A::zero();
            let mut lost = A::zero();
            for start in (0..n).step_by(size) {
                let end = n.min(start + size);
                let rest = end - (end - start) % 8;
                let mut block = A::zero();
                for k in (start..rest).step_by(8) {
                    block += products(
                        eight_of(
                            a[[i, k]],
                            a[[i, k + 1]],
                            a[[i, k + 2]],
                            a[[i, k + 3]],
                            a[[i, k + 4]],
                            a[[i, k + 5]],
                            a[[i, k + 6]],
                            a[[i, k + 7]],
                        ),
                        eight_of(
                            b[[k, j]],
                            b[[k + 1, j]],
                            b[[k + 2, j]],
                            b[[k + 3, j]],
                            b[[k + 4, j]],
                            b[[k + 5, j]],
                            b[[k + 6, j]],
                            b[[k + 7, j]],
                        ),
                    );
                }
                for k in rest..end {
                    block += product::<T, A>(a[[i, k]], b[[k, j]]);
                }
                // Of small matrices all is one block.
                if n <= size {
                    total = block;
                } else {
                    (total, lost) = with_block(total, lost, block);
                }
            }
            if n <= size {
                c[[i, j]] = total.cast();
            } else {
                c[[i, j]] = settled(total, lost).cast();
            }
        }
    }
}
