use ndstencil::prelude::*;

fn outside(v: f32) -> f32 {
    v
}

/// All at once, and what follows from a mistake is not told.
#[stencil(boundary = Nearest, gpu)]
fn several(x: Window2<f32>) -> f32 {
    let values = vec![x[[0, 1]], x[[1, 0]]];
    let first = values[0] + values[1];
    let second = outside(first);
    println!("{second}");
    for v in values {
        dbg!(v);
    }
    let rest = x[[0, 0]].next_down();
    let title = "rest";
    first + second + rest + title.len() as f32
}

fn main() {}
