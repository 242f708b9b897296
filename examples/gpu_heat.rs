//! A thousand steps of the heat equation without leaving the GPU.
//!
//! ```text
//! cargo run --release -p ndstencil-examples --features gpu --bin gpu_heat
//! ```
//!
//! To look at: `repeat(1000)` swaps two buffers on the device, so that only the first and the last state cross the bus,
//! as the counters say. The plate is held at 0 above, at 1 below, and no heat crosses its sides; after many
//! steps the rows between differ by the same amount. Without a GPU the example says so and runs the same steps on the CPU.
//! The picture is `target/gpu_heat/plate.png`.

use std::time::Instant;

use ndarray::Array2;
use ndstencil::prelude::*;
use ndstencil_examples::pictures::{coloured, enlarged, sheet, write};
use ndstencil_examples::{Failure, target};

const SHAPE: (usize, usize) = (96, 160);
const STEPS: usize = 1000;
/// The share of a difference that flows in a step; stable up to 1/4.
const ALPHA: f32 = 0.24;

/// One step of the heat equation on a plate.
#[stencil(gpu, boundary = ((Constant(0.0), Constant(1.0)), Nearest))]
fn heat(u: Window2<f32>, alpha: f32) -> f32 {
    let around = u[[-1, 0]] + u[[1, 0]] + u[[0, -1]] + u[[0, 1]];
    u[[0, 0]] + alpha * (around - 4.0 * u[[0, 0]])
}

/// A cold plate with three hot squares.
fn plate() -> Array2<f32> {
    Array2::from_shape_fn(SHAPE, |(i, j)| {
        let hot = [(20, 30), (60, 80), (30, 130)].iter().any(|&(a, b)| i.abs_diff(a) < 10 && j.abs_diff(b) < 10);
        if hot { 1.0 } else { 0.0 }
    })
}

fn main() -> Result<(), Failure> {
    let gpu = Gpu::new();
    match &gpu {
        Ok(gpu) => println!("running on {}", gpu.name()),
        Err(error) => println!("running on the CPU: {error}"),
    }
    let start = plate();
    let steps = heat(ALPHA).repeat(STEPS);
    let clock = Instant::now();
    let end = match &gpu {
        Ok(gpu) => steps.on(gpu).apply(&start)?,
        Err(_) => steps.apply(&start)?,
    };
    println!("{STEPS} steps of {} x {} cells in {:.1} ms", SHAPE.0, SHAPE.1, clock.elapsed().as_secs_f64() * 1e3);
    if let Ok(gpu) = &gpu {
        println!("{}", gpu.stats());
        // A GPU may fuse a product and a sum into one rounding.
        let other = steps.apply(&start)?;
        let apart = end.iter().zip(&other).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        println!("at most {apart:e} from the CPU");
    }
    let panel = |u: &Array2<f32>| enlarged(&coloured(u, [0.0, 1.0], colorous::INFERNO), 3);
    let panels = [("before".to_owned(), panel(&start)), (format!("after {STEPS} steps"), panel(&end))];
    write(sheet(&panels, 2), &target("gpu_heat/plate.png"))
}
