//! Phrasings of gufuncs, and the library's own: loop elements run side by side in vector registers.
//!
//! Which axes are reduced makes no difference here: cores that lie apart in memory are brought together before.

use ndarray::{ArrayView1, ArrayView2, ArrayViewMut1, ArrayViewMut2};
use ndstencil::prelude::*;
use ndstencil::{Gufunc, GufuncKernel, kernels, network::sort_slice};

#[gufunc("(),()->()")]
pub fn difference_index(nir: f32, red: f32) -> f32 {
    (nir - red) / (nir + red)
}

#[gufunc("(n)->()")]
pub fn plain_mean(x: ArrayView1<f32>) -> f32 {
    let mut sum = 0.0;
    for &v in x {
        sum += v;
    }
    sum / x.len() as f32
}

#[gufunc("(n)->()")]
pub fn folded_mean(x: ArrayView1<f32>) -> f32 {
    x.iter().fold(0.0, |sum, &v| sum + v) / x.len() as f32
}

#[gufunc("(n)->()")]
pub fn mean_without_nan(x: ArrayView1<f32>) -> f32 {
    let mut sum = 0.0;
    let mut count = 0usize;
    for &v in x {
        if !v.is_nan() {
            sum += v;
            count += 1;
        }
    }
    sum / count as f32
}

#[gufunc("(n)->()")]
pub fn median_without_nan(x: ArrayView1<f32>, sorted: &mut Vec<f32>) -> f32 {
    sorted.clear();
    let mut count = 0;
    for &v in x {
        sorted.push(v);
        count += i32::from(!v.is_nan());
    }
    sort_slice(sorted);
    if count == 0 {
        return f32::NAN;
    }
    0.5 * (sorted[(count as usize - 1) / 2] + sorted[count as usize / 2])
}

#[gufunc("(n)->()")]
pub fn variance(x: ArrayView1<f64>, ddof: usize) -> f64 {
    let n = x.len();
    let mut sum = 0.0;
    for i in 0..n {
        sum += x[i];
    }
    let mean = sum / n as f64;
    let mut squares = 0.0;
    for v in x.iter() {
        squares += (v - mean) * (v - mean);
    }
    if n <= ddof { f64::NAN } else { squares / (n - ddof) as f64 }
}

#[gufunc("(3,3),(3,3)->(3,3)")]
pub fn small_matmul(a: ArrayView2<f32>, b: ArrayView2<f32>, mut c: ArrayViewMut2<f32>) {
    for i in 0..3 {
        for j in 0..3 {
            let mut sum = 0.0;
            for k in 0..3 {
                sum += a[[i, k]] * b[[k, j]];
            }
            c[[i, j]] = sum;
        }
    }
}

#[gufunc("(n)->(n)")]
pub fn moving_mean(x: ArrayView1<f32>, window: usize, mut y: ArrayViewMut1<f32>) {
    for i in 0..x.len() {
        let mut sum = 0.0;
        let start = (i + 1).saturating_sub(window);
        for k in start..=i {
            sum += x[k];
        }
        y[i] = sum / (i + 1 - start) as f32;
    }
}

#[gufunc("(3)->()")]
pub fn grey(rgb: ArrayView1<u8>) -> u8 {
    let sum = 77 * u32::from(rgb[0]) + 150 * u32::from(rgb[1]) + 29 * u32::from(rgb[2]);
    (sum >> 8) as u8
}

/// Not among the forms: what is left of it are the loops over loop elements.
#[gufunc("()->()")]
pub fn copy(x: f32) -> f32 {
    x
}

/// Not among the forms: a division by a number that is not known is done one by one. The guard must see that.
#[gufunc("(n)->()")]
pub fn deliberately_scalar(x: ArrayView1<u32>, divisor: u32) -> u32 {
    let mut sum = 0;
    for &v in x {
        sum += v / divisor;
    }
    sum
}

/// Instantiates the loops of a kernel in this crate, where the guard reads them.
fn compile<K: GufuncKernel>(_: Gufunc<K>) -> &'static str {
    std::hint::black_box(K::loops());
    std::any::type_name::<K>()
}

/// The kernels that the guard checks: each gives the name of its type.
pub static GUFUNCS: &[fn() -> &'static str] = &[
    || compile(difference_index()),
    || compile(plain_mean()),
    || compile(folded_mean()),
    || compile(mean_without_nan()),
    || compile(median_without_nan()),
    || compile(variance(0)),
    || compile(small_matmul()),
    || compile(moving_mean(3)),
    || compile(grey()),
    || compile(kernels::ndvi::<f64>()),
    || compile(kernels::mean::<f32>()),
    || compile(kernels::var::<f64>(0)),
    || compile(kernels::nanmean::<f32>()),
    || compile(kernels::nanmedian::<f32>()),
    || compile(kernels::matmul::<f32>()),
    || compile(kernels::moving::mean::<f32>(3, 1)),
];

/// The kernel that does nothing.
pub static COPY: fn() -> &'static str = || compile(copy());

/// The kernel that must not pass.
pub static SCALAR: fn() -> &'static str = || compile(deliberately_scalar(3));
