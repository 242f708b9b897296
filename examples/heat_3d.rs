//! Heat spreads through a block whose three axes have three different boundaries.
//!
//! ```text
//! cargo run --release -p ndstencil-examples --bin heat_3d
//! ```
//!
//! To look at: `boundary = (Constant(0.0), Nearest, Wrap)` names a rule per axis: the top and the bottom
//! are held at 0, no heat crosses the front and the back, and what leaves on the right enters on the left. Two
//! buffers swap, so that no step allocates. Heat only leaves, and the maximum only falls. Slices through the
//! block are in `target/heat_3d/slices.png`.

use std::mem::swap;
use std::time::Instant;

use ndarray::{Array3, Axis};
use ndstencil::prelude::*;
use ndstencil_examples::pictures::{coloured, enlarged, sheet, write};
use ndstencil_examples::{Failure, target};

/// Down, back, right.
const SHAPE: (usize, usize, usize) = (64, 96, 128);
/// The steps after which a slice is drawn.
const DRAWN: [usize; 4] = [0, 50, 200, 800];
/// The share of a difference that flows in a step; stable up to 1/6.
const ALPHA: f32 = 0.15;

/// One step of the heat equation.
#[stencil(boundary = (Constant(0.0), Nearest, Wrap))]
fn heat(u: Window3<f32>, alpha: f32) -> f32 {
    let down = u[[-1, 0, 0]] + u[[1, 0, 0]];
    let back = u[[0, -1, 0]] + u[[0, 1, 0]];
    let right = u[[0, 0, -1]] + u[[0, 0, 1]];
    u[[0, 0, 0]] + alpha * (down + back + right - 6.0 * u[[0, 0, 0]])
}

/// A hot ball near the back and the right side of a cold block.
fn hot_ball() -> Array3<f32> {
    Array3::from_shape_fn(SHAPE, |(i, j, k)| {
        let squared = |at: usize, centre: usize| at.abs_diff(centre).pow(2);
        let inside = squared(i, 32) + squared(j, 78) + squared(k, 112) < 14 * 14;
        if inside { 1.0 } else { 0.0 }
    })
}

fn main() -> Result<(), Failure> {
    let mut u = hot_ball();
    let mut next = u.clone();
    let mut slices = Vec::new();
    let range = [0.0, 1.0];
    println!("{:>6} {:>12} {:>9} {:>14}", "step", "heat", "maximum", "ms per step");
    let mut steps = 0;
    for drawn in DRAWN {
        let start = Instant::now();
        let count = drawn - steps;
        for _ in 0..count {
            heat(ALPHA).apply_into(&u, &mut next)?;
            swap(&mut u, &mut next);
        }
        let time = start.elapsed().as_secs_f64() * 1e3 / count.max(1) as f64;
        steps = drawn;

        let total: f64 = u.iter().copied().map(f64::from).sum();
        let maximum = u.fold(0.0_f32, |maximum, &value| maximum.max(value));
        println!("{steps:>6} {total:>12.3} {maximum:>9.6} {time:>14.3}");
        // The square root shows faint warmth.
        let side = u.index_axis(Axis(1), 78).mapv(f32::sqrt);
        let top = u.index_axis(Axis(0), SHAPE.0 / 2).mapv(f32::sqrt);
        slices.push((format!("step {steps}: side"), coloured(&side, range, colorous::INFERNO)));
        slices.push((format!("step {steps}: top"), coloured(&top, range, colorous::INFERNO)));
    }
    let panels: Vec<_> = slices.into_iter().map(|(label, picture)| (label, enlarged(&picture, 3))).collect();
    write(sheet(&panels, 2), &target("heat_3d/slices.png"))
}
