//! Products of vectors and matrices, small ones: many of them run side by side.

use ndarray::{ArrayView1, ArrayViewMut1};

use super::sums::{self, Inner, Matmul};
use super::{Cast, Number};
use crate::{Gufunc, Real, gufunc};

/// The inner product of two vectors; 0 of nothing. Of integers it is made in 64 bits, of half precision in `f32`, as
/// [`sum`](super::sum).
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// let a = array![[1.0, 2.0], [3.0, 4.0]];
/// assert_eq!(kernels::inner().apply((&a, &array![1.0, 10.0]))?, array![21.0, 43.0]);
/// let levels = array![200u8, 100];
/// assert_eq!(kernels::inner().apply((&levels, &levels))?.into_scalar(), 50_000u64);
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub const fn inner<T: Number>() -> Gufunc<Inner<T, T::Total, T::Sum>> {
    sums::inner()
}

/// The matrix product. Without one of the outer dimensions a vector takes the place of a matrix, as in NumPy's `matmul`.
///
/// Made for many small matrices; for large ones, `ndarray`'s `dot` is faster. Types are those of [`inner`].
///
/// ```
/// use ndarray::{ArrayD, array};
/// use ndstencil::kernels;
/// let (a, x) = (array![[1.0, 2.0], [3.0, 4.0]], array![1.0, 10.0]);
/// let y: ArrayD<f64> = kernels::matmul().apply((&a, &x))?;
/// assert_eq!(y, array![21.0, 43.0].into_dyn());
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub const fn matmul<T: Number>() -> Gufunc<Matmul<T, T::Total, T::Sum>> {
    sums::matmul()
}

/// The cross product of two vectors in space.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// let (x, y) = (array![1.0, 0.0, 0.0], array![[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]);
/// assert_eq!(kernels::cross().apply((&x, &y))?, array![[0.0, 0.0, 1.0], [0.0, -1.0, 0.0]]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[gufunc("(3),(3)->(3)", crate = crate)]
pub fn cross<T: Real>(a: ArrayView1<T>, b: ArrayView1<T>, mut c: ArrayViewMut1<T>) {
    c[0] = crossed(a[1], b[2], a[2], b[1]);
    c[1] = crossed(a[2], b[0], a[0], b[2]);
    c[2] = crossed(a[0], b[1], a[1], b[0]);
}

/// `a b - c d`, rounded once for half precision.
#[inline(always)]
fn crossed<T: Real>(a: T, b: T, c: T, d: T) -> T {
    let [a, b, c, d]: [T::MeanTotal; 4] = [a.cast(), b.cast(), c.cast(), d.cast()];
    (a * b - c * d).cast()
}
