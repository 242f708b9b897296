use ndstencil::prelude::*;

fn helper(x: Window2<'_, f32>) -> f32 {
    x[[0, 1]]
}

#[stencil(boundary = Nearest)]
fn smooth(x: Window2<f32>, y: Window2<f32>) -> f32 {
    println!("{:?}", y);
    helper(x) + helper(x) + (-1..2).map(|i| x[[i, 0]]).sum::<f32>()
}

fn main() {}
