use ndstencil::prelude::*;

#[stencil(boundary = Nearest)]
fn called(x: Window2<f32>) -> f32 {
    x(-1, 0) + x(0, 1)
}

#[stencil(boundary = Nearest)]
fn got(x: Window1<f32>) -> f32 {
    *x.get(-1).unwrap()
}

#[stencil(boundary = Nearest)]
fn got_of_two(x: Window2<f32>) -> f32 {
    *x.get([-1, 0]).unwrap()
}

#[stencil(boundary = Nearest)]
fn iterated(x: Window2<f32>) -> f32 {
    x.iter().sum()
}

#[stencil(boundary = Nearest)]
fn looped(x: Window2<f32>) -> f32 {
    let mut sum = 0.0;
    for v in x {
        sum += v;
    }
    sum
}

fn main() {}
