use ndarray::ArrayView1;
use ndstencil::prelude::*;

#[stencil]
fn list(x: Window1<u8>) -> Vec<u8> {
    vec![x[0]]
}

#[stencil]
fn fallible(x: Window1<f32>) -> Result<f32, String> {
    Ok(x[0])
}

#[stencil]
fn array(x: Window1<f32>) -> ndarray::Array1<f32> {
    ndarray::array![x[0]]
}

#[gufunc("(n)->()")]
fn text(x: ArrayView1<u8>) -> String {
    x.len().to_string()
}

#[stencil]
fn counting(x: Window1<f32>, count: &mut f32) -> f32 {
    *count += 1.0;
    x[0]
}

fn main() {}
