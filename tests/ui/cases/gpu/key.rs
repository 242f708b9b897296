use ndstencil::prelude::*;

#[stencil(boundary = Nearest, gpu(f32))]
fn not_generic(x: Window2<f32>) -> f32 {
    x[[0, 1]]
}

#[stencil(boundary = Nearest, gpu)]
fn without_list<T: Real>(x: Window2<T>) -> T {
    x[[0, 1]]
}

#[stencil(boundary = Nearest, gpu())]
fn empty_list<T: Real>(x: Window2<T>) -> T {
    x[[0, 1]]
}

#[stencil(boundary = Nearest, gpu(f32, f64, f32))]
fn twice<T: Real>(x: Window2<T>) -> T {
    x[[0, 1]]
}

#[stencil(boundary = Nearest, gpu(f32))]
fn two_parameters<T: Real, U: Real>(x: Window2<T>, y: Window2<U>) -> U {
    y[[0, 1]]
}

#[stencil(boundary = Nearest, gpu(String))]
fn no_scalar<T: Copy>(x: Window2<T>) -> T {
    x[[0, 1]]
}

#[stencil(boundary = Nearest, halo = 2, gpu)]
fn const_generic<const R: char>(x: Window1<f32>) -> f32 {
    if R == 'a' { x[1] } else { x[-1] }
}

fn main() {}
