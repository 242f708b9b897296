use ndstencil::prelude::*;

#[stencil(boundary = Periodic)]
fn f0(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}


#[stencil(boundary = Edge)]
fn f1(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}


#[stencil(boundary = Replicate)]
fn f2(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}


#[stencil(boundary = Clamp)]
fn f3(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}


#[stencil(boundary = Symmetric)]
fn f4(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}


#[stencil(boundary = Reflect101)]
fn f5(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}


#[stencil(boundary = Circular)]
fn f6(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}


#[stencil(boundary = Zero)]
fn f7(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}


#[stencil(boundary = nearest)]
fn f8(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}


#[stencil(boundary = Nearset)]
fn f9(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}


#[stencil(boundary = Bicubic)]
fn f10(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}


#[stencil(boundary = "wrap")]
fn f11(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}


#[stencil(boundary = 0.0)]
fn f12(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}


#[stencil(boundary = Constnat(0.0))]
fn f13(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}

fn main() {}
