use ndstencil::prelude::*;

#[gufunc("(n,m)->(n,m)")]
#[stencil(boundary = Nearest)]
fn inputs(x: Window2<f32>, y: Window2<f32>) -> f32 {
    x[[0, 1]] + y[[0, 0]]
}

#[gufunc("(n)->(n)")]
#[stencil(boundary = Nearest)]
fn rank(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}

#[gufunc("(n,m),(m,n)->(n,m)")]
#[stencil(boundary = Nearest)]
fn shapes(x: Window2<f32>, y: Window2<f32>) -> f32 {
    x[[0, 1]] + y[[0, 0]]
}

#[gufunc("(n,m)->(n,m)")]
#[stencil(boundary = (Shrink, Nearest))]
fn shrink(x: Window2<f32>) -> f32 {
    x[[1, 1]]
}

#[gufunc("(n,m)->(m,n)")]
#[stencil(boundary = Nearest)]
fn transposed(x: Window2<f32>) -> f32 {
    x[[1, 1]]
}

#[stencil(boundary = Shrink, type = Once)]
#[gufunc("(n)->(p)", p = n - 2, require = n > 2, type = Again)]
fn keys(x: Window1<f32>) -> f32 {
    x[-1] + x[1]
}

#[gufunc("(n)->(n)")]
#[stencil(boundary = Nearest)]
#[stencil(boundary = Wrap)]
fn twice(x: Window1<f32>) -> f32 {
    x[1]
}

#[stencil(boundary = Nearset)]
#[ndstencil::gufunc("(n)->n")]
fn both_wrong(x: Window1<f32>) -> f32 {
    x[1]
}

#[gufunc("(n)->()")]
#[stencil]
fn no_window(x: ndarray::ArrayView1<f32>) -> f32 {
    x[1]
}

fn main() {}
