//! Draws the picture of the README: a part of an image, the footprint of the 3 × 3 mean on it, the output.
//!
//! ```text
//! cargo run --release --example readme_picture
//! ```
//!
//! What to look at: `docs/img/smooth.png`.

mod common;

use std::error::Error;
use std::path::Path;

use common::{enlarged, gray, read_gray};
use image::{Rgb, RgbImage};
use ndarray::s;
use ndstencil::prelude::*;

/// Mean of the 3 × 3 neighbourhood.
#[stencil(boundary = Nearest)]
fn smooth(x: Window2<u8>) -> u8 {
    let mut sum = 0;
    for i in -1..=1 {
        for j in -1..=1 {
            sum += u32::from(x[[i, j]]);
        }
    }
    (sum / 9) as u8
}

/// The side of a pixel in the close-up, and of the close-up in pixels.
const CELL: u32 = 32;
const CELLS: u32 = 9;

/// Draws the grid over a close-up, and a frame around its middle 3 × 3 pixels.
fn draw_footprint(picture: &mut RgbImage) {
    let (first, last) = ((CELLS / 2 - 1) * CELL, (CELLS / 2 + 2) * CELL);
    let middle = CELLS / 2 * CELL..(CELLS / 2 + 1) * CELL;
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        let near = |at: u32, line: u32| at.abs_diff(line) < 3;
        let within = |at: u32| (first - 2..last + 3).contains(&at);
        let on_frame = within(x) && within(y) && [x, y].iter().any(|&at| near(at, first) || near(at, last));
        if on_frame {
            *pixel = Rgb([230, 60, 30]);
        } else if middle.contains(&x) && middle.contains(&y) {
            let [value, ..] = pixel.0;
            *pixel = Rgb([127 + value / 2, value / 2, value / 2]);
        } else if x % CELL == 0 || y % CELL == 0 {
            *pixel = Rgb([96, 96, 96]);
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let camera = read_gray(&common::data("images/camera.png"))?;
    let smoothed = smooth().apply(&camera)?;
    let part = s![88..184, 166..262];
    let close = s![142..151, 231..240];
    let mut footprint = enlarged(&gray(&camera.slice(close)), CELL);
    draw_footprint(&mut footprint);
    let panels = [
        ("x", enlarged(&gray(&camera.slice(part)), 3)),
        ("the 9 pixels that one result reads", footprint),
        ("smooth().apply(&x)", enlarged(&gray(&smoothed.slice(part)), 3)),
    ];
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/img/smooth.png");
    common::write(&common::sheet(&panels, 3), &path)
}
