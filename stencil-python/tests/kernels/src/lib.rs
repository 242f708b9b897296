//! Kernels of every kind, for the tests. A crate that knows nothing of Python: the key adds plain data.

use std::ops::{AddAssign, Mul, Sub};

use ndstencil::ndarray::{ArrayView1, ArrayView2, ArrayViewMut0, ArrayViewMut1, ArrayViewMut2};
use ndstencil::prelude::*;

/// A number of which there is a mean of nine.
pub trait Pixel: Copy {
    /// The type of their sum.
    type Sum: AddAssign + Default;
    /// The number 7.
    const SEVEN: Self;
    /// The value as a sum.
    fn wide(self) -> Self::Sum;
    /// A ninth of the sum, integers rounded down.
    fn ninth(sum: Self::Sum) -> Self;
}

macro_rules! pixels {
    ($($T:ty, $Sum:ty, |$sum:ident| $ninth:expr;)*) => {$(
        impl Pixel for $T {
            type Sum = $Sum;
            const SEVEN: $T = 7 as $T;
            #[inline(always)]
            fn wide(self) -> $Sum {
                self.into()
            }
            #[inline(always)]
            fn ninth($sum: $Sum) -> $T {
                $ninth as $T
            }
        }
    )*};
}
pixels! {
    i8, i32, |sum| (sum.div_euclid(9));
    u8, u32, |sum| (sum / 9);
    i16, i32, |sum| (sum.div_euclid(9));
    u16, u32, |sum| (sum / 9);
    f32, f32, |sum| (sum / 9.0);
    f64, f64, |sum| (sum / 9.0);
}

/// The sum of the 3 x 3 neighbourhood, divided by nine.
#[inline(always)]
fn mean<T: Pixel>(x: Window2<'_, T>) -> T {
    let mut sum = T::Sum::default();
    // The attribute does not see into functions: ranges without an end that counts become vector code.
    for i in -1..2 {
        for j in -1..2 {
            sum += x[[i, j]].wide();
        }
    }
    T::ninth(sum)
}

/// The same element function with each rule.
macro_rules! boundaries {
    ($($name:ident $boundary:ident $(($value:expr))?;)*) => {$(
        /// The mean of the 3 x 3 neighbourhood.
        ///
        /// Integers are rounded down.
        #[stencil(boundary = $boundary $(($value))?, halo = 1, python(i8, u8, i16, u16, f32, f64))]
        pub fn $name<T: Pixel>(x: Window2<T>) -> T {
            mean(x)
        }
    )*};
}
boundaries! {
    smooth Nearest;
    smooth_reflect Reflect;
    smooth_mirror Mirror;
    smooth_wrap Wrap;
    smooth_constant Constant(T::SEVEN);
    smooth_fill Fill(T::SEVEN);
    smooth_keep Keep;
}

/// The change over two cells.
#[stencil(boundary = Constant(0), python)]
pub fn lag(x: Window1<i64>) -> i64 {
    x[0] - x[-2]
}

/// The difference along rows where the mask allows it, and whether it did.
#[stencil(boundary = Nearest, python)]
pub fn masked(x: Window2<f32>, mask: Window2<bool>) -> (f32, u8) {
    if mask[[0, 0]] { (x[[0, 1]] - x[[0, -1]], 1) } else { (0.0, 0) }
}

/// The difference along rows, of a torus, where the mask allows it.
#[stencil(python)]
pub fn masked_wrap(#[boundary(Wrap)] x: Window2<f32>, #[boundary(Nearest)] mask: Window2<bool>) -> f32 {
    if mask[[0, 0]] { x[[0, 1]] - x[[0, -1]] } else { 0.0 }
}

/// The number of values that are no NaN.
#[gufunc("(n)->()", python(f32, f64))]
pub fn places<T: Real>(x: ArrayView1<T>) -> u32 {
    let mut count = 0;
    for &v in x {
        count += u32::from(!v.is_nan());
    }
    count
}

/// The median of what is no NaN.
#[gufunc("(n)->()", require = n > 0, python(f32, f64))]
pub fn nanmedian<T: Real>(x: ArrayView1<T>, scratch: &mut Vec<T>) -> T {
    scratch.clear();
    for &v in x {
        if !v.is_nan() {
            scratch.push(v);
        }
    }
    if scratch.is_empty() {
        return T::nan();
    }
    scratch.sort_unstable_by(|a, b| a.partial_cmp(b).unwrap());
    let half = scratch.len() / 2;
    if scratch.len() % 2 == 1 { scratch[half] } else { (scratch[half - 1] + scratch[half]) / (T::one() + T::one()) }
}

/// The largest value, with NaN left out: comparisons with NaN run side by side.
#[gufunc("(n)->()", python(f32, f64))]
pub fn nanmax<T: Real>(x: ArrayView1<T>) -> T {
    let mut most = T::neg_infinity();
    let mut any = false;
    for &v in x {
        if v >= most {
            most = v;
            any = true;
        }
    }
    if any { most } else { T::nan() }
}

/// The sum.
#[gufunc("(),()->()", identity = T::from(0), python(i32, i64))]
pub fn plus<T: std::ops::Add<Output = T> + From<i32>>(a: T, b: T) -> T {
    a + b
}

/// Numbers of which one is the least.
pub trait Least: Ord + Copy {
    /// The least one.
    const LEAST: Self;
}
impl Least for i32 {
    const LEAST: i32 = i32::MIN;
}
impl Least for i64 {
    const LEAST: i64 = i64::MIN;
}

/// The larger one, or the least number of none.
#[gufunc("(),()->()", identity = T::LEAST, python(i32, i64))]
pub fn larger<T: Least>(a: T, b: T) -> T {
    a.max(b)
}

/// The difference.
#[gufunc("(),()->()", python)]
pub fn minus(a: f64, b: f64) -> f64 {
    a - b
}

/// A multiple.
#[gufunc("()->()", python(f32, f64))]
pub fn scaled<T: Real>(x: T, by: T) -> T {
    x * by
}

/// A quotient where there is one.
#[gufunc("(),()->()", python)]
pub fn guarded(a: f64, b: f64) -> f64 {
    if b != 0.0 { a / b } else { 0.0 }
}

/// A quotient.
#[gufunc("(),()->()", python)]
pub fn quotient(a: f64, b: f64) -> f64 {
    a / b
}

/// The quotient and the remainder, rounded down.
#[gufunc("(),()->(),()", python)]
pub fn parts(a: i64, b: i64) -> (i64, i64) {
    (a.div_euclid(b), a.rem_euclid(b))
}

/// One or the other.
#[gufunc("(),()->()", python)]
pub fn unlike(a: bool, b: bool) -> bool {
    a != b
}

/// The same, written through a view.
#[gufunc("(),()->()", python)]
pub fn unlike_written(a: bool, b: bool, mut unlike: ArrayViewMut0<bool>) {
    unlike[()] = a != b;
}

/// Cells around, with a rule of its own on nearly every side.
#[stencil(boundary = (Constant(2.0), Wrap, (Reflect, Constant(-3.0))), python)]
pub fn solid(x: Window3<f32>) -> f32 {
    x[[0, 0, 0]] - x[[-1, 1, 0]] + x[[0, -1, -1]] * x[[1, 0, 2]]
}

/// A number of which there are sums of products.
pub trait Ring: Copy + Default + AddAssign + Sub<Output = Self> + Mul<Output = Self> {}
impl Ring for i64 {}
impl Ring for f32 {}
impl Ring for f64 {}

// Those of NumPy's own tests of gufuncs, which are called with these, too.

/// The product of matrices, or of vectors.
#[gufunc("(m?,n),(n,p?)->(m?,p?)", python(i64, f32, f64))]
pub fn matmul<T: Ring>(a: ArrayView2<T>, b: ArrayView2<T>, mut c: ArrayViewMut2<T>) {
    for i in 0..a.nrows() {
        for j in 0..b.ncols() {
            for k in 0..a.ncols() {
                c[[i, j]] += a[[i, k]] * b[[k, j]];
            }
        }
    }
}

/// The product of matrices.
#[gufunc("(m,n),(n,p)->(m,p)", python(i64, f32, f64))]
pub fn matrix_multiply<T: Ring>(a: ArrayView2<T>, b: ArrayView2<T>, mut c: ArrayViewMut2<T>) {
    for i in 0..a.nrows() {
        for j in 0..b.ncols() {
            for k in 0..a.ncols() {
                c[[i, j]] += a[[i, k]] * b[[k, j]];
            }
        }
    }
}

/// The cross product.
#[gufunc("(3),(3)->(3)", python(i64, f64))]
pub fn cross1d<T: Ring>(a: ArrayView1<T>, b: ArrayView1<T>, mut c: ArrayViewMut1<T>) {
    for i in 0..3 {
        let (j, k) = ((i + 1) % 3, (i + 2) % 3);
        c[i] = a[j] * b[k] - a[k] * b[j];
    }
}

/// The inner product.
#[gufunc("(i),(i)->()", python(i64, f64))]
pub fn inner1d<T: Ring>(a: ArrayView1<T>, b: ArrayView1<T>) -> T {
    let mut sum = T::default();
    for i in 0..a.len() {
        sum += a[i] * b[i];
    }
    sum
}

/// The inner product with weights.
#[gufunc("(i),(i),(i)->()", python(i64, f64))]
pub fn innerwt<T: Ring>(a: ArrayView1<T>, b: ArrayView1<T>, w: ArrayView1<T>) -> T {
    let mut sum = T::default();
    for i in 0..a.len() {
        sum += a[i] * b[i] * w[i];
    }
    sum
}

/// The sums of all cells up to each.
#[gufunc("(i)->(i)", python(i64, f64))]
pub fn cumsum<T: Ring>(x: ArrayView1<T>, mut y: ArrayViewMut1<T>) {
    let mut sum = T::default();
    for i in 0..x.len() {
        sum += x[i];
        y[i] = sum;
    }
}

/// Panics at negative values.
#[gufunc("(n)->()", python)]
pub fn root_of_sum(x: ArrayView1<f64>) -> f64 {
    let sum = x.sum();
    assert!(sum >= 0.0, "the sum {sum} is negative");
    sum.sqrt()
}
