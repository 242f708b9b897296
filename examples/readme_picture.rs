//! Draws the picture of the README: a part of an image, the footprint of the 3 × 3 mean on it, the output.
//!
//! ```text
//! cargo run --release -p ndstencil-examples --bin readme_picture
//! ```
//!
//! To look at: `docs/img/smooth.png`.

use ndarray::s;
use ndstencil::prelude::*;
use ndstencil_examples::pictures::{Picture, enlarged, gray, read_gray, sheet, write};
use ndstencil_examples::{Failure, data, project};

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
const CELL: usize = 32;
const CELLS: usize = 9;

/// Draws the grid over a close-up, and a frame around its middle 3 × 3 pixels.
fn draw_footprint(picture: &mut Picture) {
    let (first, last) = ((CELLS / 2 - 1) * CELL, (CELLS / 2 + 2) * CELL);
    let middle = CELLS / 2 * CELL..(CELLS / 2 + 1) * CELL;
    for ((y, x), pixel) in picture.indexed_iter_mut() {
        let near = |at: usize, line: usize| at.abs_diff(line) < 3;
        let within = |at: usize| (first - 2..last + 3).contains(&at);
        let on_frame = within(x) && within(y) && [x, y].iter().any(|&at| near(at, first) || near(at, last));
        if on_frame {
            *pixel = [230, 60, 30];
        } else if middle.contains(&x) && middle.contains(&y) {
            let [value, ..] = *pixel;
            *pixel = [127 + value / 2, value / 2, value / 2];
        } else if x % CELL == 0 || y % CELL == 0 {
            *pixel = [96; 3];
        }
    }
}

fn main() -> Result<(), Failure> {
    let camera = read_gray(&data("images/camera.png"))?;
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
    write(sheet(&panels, 3), &project().join("docs/img/smooth.png"))
}
