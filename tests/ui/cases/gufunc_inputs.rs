use ndarray::{Array1, ArrayView, ArrayView0, ArrayView1, ArrayView2, ArrayViewD, ArrayViewMut1, Ix1, IxDyn};
use ndstencil::prelude::*;

#[gufunc("(n),(n)->()")]
fn missing(x: ArrayView1<f32>) -> f32 {
    x[0]
}

#[gufunc("(n),(n)->(n)")]
fn missing_before_output(x: ArrayView1<f32>, mut y: ArrayViewMut1<f32>) {
    y.assign(&x);
}

#[gufunc("()->()")]
fn array_for_element(x: ArrayView0<f32>) -> f32 {
    x[()]
}

#[gufunc("(),()->()")]
fn reference_for_element(x: &f32, y: ArrayView1<f32>) -> f32 {
    x + y[0]
}

#[gufunc("(n),(n),(n)->()")]
fn element_for_view(x: f32, y: &[f32], z: Vec<u8>) -> f32 {
    x + y[0] + f32::from(z[0])
}

#[gufunc("(m,n),(n)->()")]
fn rank(x: ArrayView1<f32>, y: ndarray::ArrayView<'_, f32, ndarray::Ix2>) -> f32 {
    x[0] + y[[0, 0]]
}

#[gufunc("(m,n),(n)->()")]
fn dynamic(x: ArrayViewD<f32>, y: ArrayView<'_, f32, IxDyn>) -> f32 {
    x[[0, 0]] + y[[0]]
}

#[gufunc("(n)->()")]
fn generic<D: ndarray::Dimension>(x: ArrayView<'_, f32, D>) -> f32 {
    x.len() as f32
}

#[gufunc("(n),(m,n)->()")]
fn reference(x: &ArrayView<'_, f32, Ix1>, y: &mut ArrayView2<f32>) -> f32 {
    x[0] + y[[0, 0]]
}

#[gufunc("(n),(n)->()")]
fn owned(x: Array1<f32>, y: &Array1<f32>) -> f32 {
    x[0] + y[0]
}

#[gufunc("(n)->()")]
fn no_element(x: ArrayView1) -> f32 {
    x[0]
}

#[gufunc("(n)->()")]
fn mutable(x: ArrayViewMut1<f32>) -> f32 {
    x[0]
}

#[gufunc("(n)->()")]
fn window(x: Window1<f32>) -> f32 {
    x[0]
}

#[gufunc("(n)->()")]
fn parameters(x: ArrayView1<f32>, list: Vec<f32>, f: impl Fn(f32) -> f32, (a, b): (f32, f32)) -> f32 {
    f(x[0]) + list[0] + a + b
}

#[gufunc("(n)->()")]
fn parameter_first(q: f64, x: ArrayView1<f32>) -> f32 {
    x[0] * q as f32
}

#[gufunc("(n),(n)->()")]
fn parameter_between(x: ArrayView1<f32>, weights: ArrayView2<f32>, y: ArrayView1<f32>) -> f32 {
    x[0] * weights[[0, 0]] + y[0]
}

fn main() {
    let x = ndarray::array![1.0f32];
    let _ = missing().apply((&x, &x));
    let _ = rank().apply((&ndarray::array![[1.0f32]], &x));
    let _ = owned().apply((&x, &x));
}
