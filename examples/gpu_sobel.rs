//! Edges of photographs on the GPU, from the function that also runs on the CPU.
//!
//! ```text
//! cargo run --release -p ndstencil-examples --features gpu --bin gpu_sobel
//! ```
//!
//! To look at: the key `gpu` of the attribute, and `.on(&gpu)` at the call; nothing else differs from a kernel of the
//! CPU. The blurred image stays on the device between the two kernels. Without a GPU the example says so and goes on with
//! the CPU. The pictures are in `target/gpu_sobel`.

use std::time::Instant;

use ndarray::Array2;
use ndstencil::prelude::*;
use ndstencil_examples::pictures::{gray, read_gray, sheet, write};
use ndstencil_examples::{Failure, data, target};

const IMAGES: [&str; 4] = ["astronaut", "camera", "coins", "moon"];

/// The binomial mean of the 3 × 3 neighbourhood, which takes the noise off.
#[stencil(gpu, boundary = Reflect)]
fn blur(x: Window2<u8>) -> u8 {
    const WEIGHTS: [u32; 3] = [1, 2, 1];
    let mut sum = 8;
    for i in -1..=1 {
        for j in -1..=1 {
            sum += WEIGHTS[(i + 1) as usize] * WEIGHTS[(j + 1) as usize] * u32::from(x[[i, j]]);
        }
    }
    (sum / 16) as u8
}

/// The steepness of the image, by Sobel's two masks.
#[stencil(gpu, boundary = Reflect)]
fn sobel(x: Window2<u8>) -> u8 {
    let (mut across, mut down) = (0.0, 0.0);
    for k in -1..=1 {
        let weight = if k == 0 { 2.0 } else { 1.0 };
        across += weight * (f32::from(x[[k, 1]]) - f32::from(x[[k, -1]]));
        down += weight * (f32::from(x[[1, k]]) - f32::from(x[[-1, k]]));
    }
    // A cast from float to integer saturates: more than 255 is 255.
    (across * across + down * down).sqrt() as u8
}

fn on_cpu(image: &Array2<u8>) -> Result<Array2<u8>, ndstencil::Error> {
    sobel().apply(&blur().apply(image)?)
}

/// One upload, two kernels, one download.
fn on_gpu(gpu: &Gpu, image: &Array2<u8>) -> Result<Array2<u8>, ndstencil::Error> {
    let image = gpu.upload(image)?;
    let blurred = blur().on(gpu).apply(&image)?;
    sobel().on(gpu).apply(&blurred)?.download()
}

fn main() -> Result<(), Failure> {
    let gpu = match Gpu::new() {
        Ok(gpu) => {
            println!("running on {}", gpu.name());
            Some(gpu)
        }
        Err(error) => {
            println!("running on the CPU: {error}");
            None
        }
    };
    let mut panels = Vec::new();
    for name in IMAGES {
        let image = read_gray(&data(&format!("images/{name}.png")))?;
        let start = Instant::now();
        let edges = match &gpu {
            Some(gpu) => on_gpu(gpu, &image)?,
            None => on_cpu(&image)?,
        };
        let time = start.elapsed().as_secs_f64() * 1e3;
        // The square root of a GPU may differ in the last bit, and the cast then by one.
        let other = on_cpu(&image)?;
        let apart = edges.iter().zip(&other).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0);
        println!(
            "{name:>10}: {:4} x {:4} pixels, {time:7.2} ms, at most {apart} from the CPU",
            image.nrows(),
            image.ncols()
        );
        panels.push((format!("{name}: photograph"), gray(&image)));
        panels.push((format!("{name}: edges"), gray(&edges)));
    }
    if let Some(gpu) = &gpu {
        println!("{}", gpu.stats());
    }
    write(sheet(&panels, 2), &target("gpu_sobel/edges.png"))
}
