use ndarray::ArrayView1;
use ndstencil::prelude::*;

#[gufunc("(n)->()")]
struct NotAFunction;

struct Kernels;

impl Kernels {
    #[gufunc("(n)->()")]
    fn receiver(&self, x: ArrayView1<f32>) -> f32 {
        x[0]
    }
}

#[gufunc("(n)->()")]
async unsafe fn waits(x: ArrayView1<f32>) -> f32 {
    x[0]
}

#[gufunc("(n)->()")]
const fn constant(x: ArrayView1<'_, f32>) -> f32 {
    let _ = x;
    0.0
}

#[gufunc("(n)->()")]
extern "C" fn foreign(x: ArrayView1<'_, f32>, __gain: f32) -> f32 {
    x[0] * __gain
}

#[gufunc("(n)->()")]
fn vec(x: ArrayView1<f32>) -> f32 {
    x[0]
}

fn main() {}
