use ndstencil::prelude::*;

#[stencil]
fn inputs(x0: Window1<f32>, x1: Window1<f32>, x2: Window1<f32>, x3: Window1<f32>, x4: Window1<f32>, x5: Window1<f32>, x6: Window1<f32>) -> f32 {
    x0[0] + x6[0]
}

#[stencil]
fn outputs(x: Window1<f32>) -> (f32, f32, f32, f32, f32, f32, f32) {
    (x[0], 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
}

fn main() {}
