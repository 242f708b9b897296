//! Classic image filters, side by side.
//!
//! ```text
//! cargo run --release -p ndstencil-examples --bin gallery
//! ```
//!
//! To look at: each filter is a few lines about one pixel; `x.values()` gives the whole neighbourhood,
//! and `median`, `min` and `max` of it are networks of exchanges without a branch. The contact sheet is
//! `target/gallery/filters.png`.

use ndarray::Array2;
use ndstencil::prelude::*;
use ndstencil::{network::max, network::median, network::min};
use ndstencil_examples::pictures::{gray, read_gray, sheet, write};
use ndstencil_examples::{Failure, data, target};

/// The magnitude of the gradient, by Sobel's two masks.
#[stencil(halo = 1, boundary = Reflect)]
fn sobel(x: Window2<u8>) -> u8 {
    let [a, b, c, d, _, f, g, h, i] = x.values().map(f32::from);
    let across = (c + 2.0 * f + i) - (a + 2.0 * d + g);
    let down = (g + 2.0 * h + i) - (a + 2.0 * b + c);
    // A cast from float to integer saturates: more than 255 is 255.
    (across * across + down * down).sqrt() as u8
}

#[stencil(halo = 1, boundary = Reflect)]
fn median_3x3(x: Window2<u8>) -> u8 {
    median(x.values())
}

#[stencil(halo = 2, boundary = Reflect)]
fn median_5x5(x: Window2<u8>) -> u8 {
    median(x.values())
}

/// The darkest of the 5 × 5 neighbourhood.
#[stencil(halo = 2, boundary = Reflect)]
fn erode(x: Window2<u8>) -> u8 {
    min(x.values())
}

/// The brightest of the 5 × 5 neighbourhood.
#[stencil(halo = 2, boundary = Reflect)]
fn dilate(x: Window2<u8>) -> u8 {
    max(x.values())
}

/// The neighbourhood, weighted, about a level.
#[stencil(boundary = Reflect)]
fn weighted(x: Window2<u8>, weights: [[f32; 3]; 3], level: f32) -> u8 {
    let mut sum = level;
    for i in -1..=1 {
        for j in -1..=1 {
            sum += weights[(i + 1) as usize][(j + 1) as usize] * f32::from(x[[i, j]]);
        }
    }
    sum as u8
}

/// The image, plus twice its difference to its binomial mean: what is fine gets stronger.
const UNSHARP: [[f32; 3]; 3] = [[-0.125, -0.25, -0.125], [-0.25, 2.5, -0.25], [-0.125, -0.25, -0.125]];
/// The rise along the diagonal: bright things stand out, lit from the upper left.
const EMBOSS: [[f32; 3]; 3] = [[-1.0, -0.5, 0.0], [-0.5, 0.0, 0.5], [0.0, 0.5, 1.0]];

/// Sets about one pixel in eight to black or white.
fn salted(image: &Array2<u8>) -> Array2<u8> {
    let mut state = 1_u32;
    image.mapv(|value| {
        // Knuth's linear congruential generator; its high bits are good enough for noise.
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        match state >> 28 {
            0 => 0,
            1 => 255,
            _ => value,
        }
    })
}

fn main() -> Result<(), Failure> {
    let camera = read_gray(&data("images/camera.png"))?;
    let noisy = salted(&camera);
    let panels = [
        ("input", gray(&camera)),
        ("Sobel magnitude", gray(&sobel().apply(&camera)?)),
        ("emboss", gray(&weighted(EMBOSS, 128.0).apply(&camera)?)),
        ("salt and pepper, one pixel in eight", gray(&noisy)),
        ("3 x 3 median of it", gray(&median_3x3().apply(&noisy)?)),
        ("5 x 5 median of it", gray(&median_5x5().apply(&noisy)?)),
        ("unsharp mask", gray(&weighted(UNSHARP, 0.0).apply(&camera)?)),
        ("erosion, 5 x 5", gray(&erode().apply(&camera)?)),
        ("dilation, 5 x 5", gray(&dilate().apply(&camera)?)),
    ];
    write(sheet(&panels, 3), &target("gallery/filters.png"))
}
