//! Products of vectors and matrices, small ones: many of them run side by side.

use ndarray::{ArrayView1, ArrayView2, ArrayViewMut1, ArrayViewMut2};

use crate::{Real, gufunc};

/// The inner product of two vectors.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// let a = array![[1.0, 2.0], [3.0, 4.0]];
/// assert_eq!(kernels::inner().apply((&a, &array![1.0, 10.0]))?, array![21.0, 43.0]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[gufunc("(n),(n)->()", crate = crate)]
pub fn inner<T: Real>(a: ArrayView1<T>, b: ArrayView1<T>) -> T {
    let mut sum = T::zero();
    for (&a, &b) in a.iter().zip(b) {
        sum += a * b;
    }
    sum
}

/// The matrix product. Without one of the outer dimensions a vector takes the place of a matrix, as in NumPy's `matmul`.
///
/// Made for many small matrices; for large ones, `ndarray`'s `dot` is faster.
///
/// ```
/// use ndarray::{ArrayD, array};
/// use ndstencil::kernels;
/// let (a, x) = (array![[1.0, 2.0], [3.0, 4.0]], array![1.0, 10.0]);
/// let y: ArrayD<f64> = kernels::matmul().apply((&a, &x))?;
/// assert_eq!(y, array![21.0, 43.0].into_dyn());
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[gufunc("(m?,n),(n,p?)->(m?,p?)", crate = crate)]
pub fn matmul<T: Real>(a: ArrayView2<T>, b: ArrayView2<T>, mut c: ArrayViewMut2<T>) {
    for i in 0..a.nrows() {
        for j in 0..b.ncols() {
            let mut sum = T::zero();
            for k in 0..a.ncols() {
                sum += a[[i, k]] * b[[k, j]];
            }
            c[[i, j]] = sum;
        }
    }
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
    c[0] = a[1] * b[2] - a[2] * b[1];
    c[1] = a[2] * b[0] - a[0] * b[2];
    c[2] = a[0] * b[1] - a[1] * b[0];
}
